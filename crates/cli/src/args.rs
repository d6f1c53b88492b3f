//! Arguments. Help texts stand in the Fluent files under `help-…`, so that they exist in both languages; a test
//! compares them with what is defined here.

use std::path::PathBuf;

use assess::Part;
use base::{Lang, Message};
use clap::{Arg, ArgAction, ArgGroup, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use plan::Class;

/// IT service continuity you can prove.
#[derive(Debug, Parser)]
#[command(name = "oki", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args, Clone)]
pub(crate) struct Global {
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<LangArg>,
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value = "auto")]
    pub(crate) color: When,
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) log_file: Option<PathBuf>,
    #[arg(long, global = true, value_name = "DIR", env = "OKI_STATE")]
    pub(crate) state: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LangArg {
    En,
    Ja,
}

impl From<LangArg> for Lang {
    fn from(arg: LangArg) -> Lang {
        match arg {
            LangArg::En => Lang::En,
            LangArg::Ja => Lang::Ja,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Prove(ProveArgs),
    Check(CheckArgs),
    Status(PlanArgs),
    Assess(AssessArgs),
    WhatIf(WhatIfArgs),
    Explain(ExplainArgs),
    Protect(ProtectArgs),
    Drill(DrillArgs),
    Init(InitArgs),
    Scenarios(ScenariosArgs),
    Schema(SchemaArgs),
    Vault(VaultArgs),
    Ledger(LedgerArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
    #[command(hide = true)]
    DemoRegister(DemoArgs),
}

#[derive(Debug, Args, Clone)]
pub(crate) struct PlanArgs {
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[arg(long, value_enum, default_value = "error", value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
}

#[derive(Debug, Args)]
pub(crate) struct AssessArgs {
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[arg(long, value_enum)]
    pub(crate) class: Option<ClassArg>,
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) service: Vec<String>,
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) loss: Vec<String>,
    #[arg(long)]
    pub(crate) all: bool,
    #[arg(long)]
    pub(crate) wide: bool,
    #[arg(long)]
    pub(crate) pairs: bool,
    #[arg(long)]
    pub(crate) structure: bool,
}

impl AssessArgs {
    pub(crate) fn wants_class(&self, class: Class) -> bool {
        self.class.is_none_or(|wanted| Class::from(wanted) == class)
    }

    pub(crate) fn wants_service(&self, id: &str) -> bool {
        self.service.is_empty() || self.service.iter().any(|own| own == id)
    }

    pub(crate) fn wants_loss(&self, id: &str) -> bool {
        self.loss.is_empty() || self.loss.iter().any(|own| own == id)
    }
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("question").required(true).multiple(true).args(["lose", "set", "remove"])))]
pub(crate) struct WhatIfArgs {
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[arg(long, value_name = "ID[=EFFECT]", value_delimiter = ',')]
    pub(crate) lose: Vec<String>,
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    #[arg(long, value_name = "PATH")]
    pub(crate) remove: Vec<String>,
    #[arg(long)]
    pub(crate) all: bool,
}

/// Combinations of at most so many losses are listed unless said otherwise.
pub(crate) const ORDER: u8 = 3;
/// Questions that may be put to the engine about a service's structure, for each class, unless said otherwise.
pub(crate) const EFFORT: u64 = 20_000;

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[arg(value_name = "SERVICE|CODE")]
    pub(crate) what: String,
    #[arg(long, value_name = "FILE", requires = "loss")]
    pub(crate) svg: Option<PathBuf>,
    #[arg(long)]
    pub(crate) all: bool,
    #[arg(long, value_name = "ID")]
    pub(crate) loss: Option<String>,
    #[arg(long, conflicts_with = "loss")]
    pub(crate) structure: bool,
    #[arg(long, value_enum, value_name = "PART", requires = "structure")]
    pub(crate) objective: Option<PartArg>,
    #[arg(long, value_enum, value_name = "CLASS", requires = "structure")]
    pub(crate) class: Option<ClassArg>,
    #[arg(long, value_name = "K", default_value_t = ORDER, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) order: u8,
    #[arg(long, value_name = "N", default_value_t = EFFORT)]
    pub(crate) effort: u64,
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PartArg {
    Rto,
    Rpo,
    Rlo,
}

impl From<PartArg> for Part {
    fn from(arg: PartArg) -> Part {
        match arg {
            PartArg::Rto => Part::Rto,
            PartArg::Rpo => Part::Rpo,
            PartArg::Rlo => Part::Rlo,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ClassArg {
    Failure,
    Disaster,
}

impl From<ClassArg> for Class {
    fn from(arg: ClassArg) -> Class {
        match arg {
            ClassArg::Failure => Class::Failure,
            ClassArg::Disaster => Class::Disaster,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ProtectArgs {
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[arg(long, value_name = "ID")]
    pub(crate) data: Vec<String>,
    #[arg(long, value_name = "ID")]
    pub(crate) new_vault: Vec<String>,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DrillArgs {
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    #[arg(long, value_name = "ID")]
    pub(crate) loss: String,
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "town-office")]
    pub(crate) example: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ScenariosArgs {
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "DIR", requires = "name")]
    pub(crate) into: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    #[arg(value_name = "WHAT", default_value = "plan", value_enum)]
    pub(crate) what: SchemaWhat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SchemaWhat {
    Plan,
    Verdicts,
    Diagnostics,
    Assessment,
    WhatIf,
    Explanation,
    Structure,
}

#[derive(Debug, Args)]
pub(crate) struct VaultArgs {
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: VaultCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    Init {
        #[arg(value_name = "REPO")]
        repo: PathBuf,
    },
    Backup {
        #[arg(value_name = "REPO")]
        repo: PathBuf,
        #[arg(value_name = "PATH", required_unless_present = "stdin_command")]
        paths: Vec<PathBuf>,
        #[arg(long, value_name = "COMMAND", conflicts_with = "paths")]
        stdin_command: Option<String>,
        #[arg(long, value_name = "NAME", default_value = "stdin", requires = "stdin_command")]
        stdin_name: String,
        #[arg(long, value_name = "TAG", action = ArgAction::Append)]
        tag: Vec<String>,
        #[arg(long, value_name = "NAME")]
        host: Option<String>,
    },
    Snapshots {
        #[arg(value_name = "REPO")]
        repo: PathBuf,
    },
    Ls {
        #[arg(value_name = "REPO")]
        repo: PathBuf,
        #[arg(value_name = "SNAPSHOT")]
        snapshot: String,
    },
    Restore {
        #[arg(value_name = "REPO")]
        repo: PathBuf,
        #[arg(value_name = "SNAPSHOT")]
        snapshot: String,
        #[arg(long, value_name = "DIR")]
        target: PathBuf,
        #[arg(long)]
        dry_run: bool,
    },
    Check {
        #[arg(value_name = "REPO")]
        repo: PathBuf,
        #[arg(long)]
        read_data: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct LedgerArgs {
    #[command(subcommand)]
    pub(crate) command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    Show {
        #[arg(default_value = ".", value_name = "DIR")]
        dir: PathBuf,
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        #[arg(long, value_name = "N", default_value_t = 50)]
        last: u32,
    },
    Verify {
        #[arg(default_value = ".", value_name = "DIR")]
        dir: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<String>,
}

/// The command line with its help in one language.
pub(crate) fn command(lang: Lang) -> clap::Command {
    localise(Cli::command(), "help", lang)
}

fn localise(command: clap::Command, path: &str, lang: Lang) -> clap::Command {
    let word = |id: &'static str| Message::new(id).text(lang);
    let usage = word("help-heading-usage");
    let template = format!("{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}");
    let mut command = command
        .about(Message::new(path.to_owned()).text(lang))
        .help_template(template)
        .subcommand_help_heading(word("help-heading-commands"))
        .disable_help_flag(true)
        .arg(help_flag(lang));
    if path == "help" {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
        let version = version.help(word("help-arg-version")).display_order(2 * LAST);
        command = command.disable_version_flag(true).arg(version);
    }
    let examples = Message::new(format!("{path}-examples"));
    if examples.exists(Lang::En) {
        command = command.after_help(examples.text(lang));
    }
    let mut order = 0;
    let command = command.mut_args(|arg| {
        order += 1;
        localise_arg(arg, path, order, lang)
    });
    command.mut_subcommands(|sub| {
        let path = format!("{path}-{}", sub.get_name());
        localise(sub, &path, lang)
    })
}

fn help_flag(lang: Lang) -> Arg {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    help.help(Message::new("help-arg-help").text(lang)).display_order(2 * LAST)
}

/// Options of every command stand after the command's own.
const LAST: usize = 900;

/// The `order`th argument of a command, under its heading in the order in which it is declared.
fn localise_arg(arg: Arg, path: &str, order: usize, lang: Lang) -> Arg {
    let heading = if arg.is_positional() { "help-heading-arguments" } else { "help-heading-options" };
    let arg = arg.help_heading(Message::new(heading).text(lang));
    let id = arg.get_id().to_string();
    if matches!(id.as_str(), "help" | "version") {
        return arg;
    }
    let order = if arg.is_global_set() { LAST + order } else { order };
    let own = Message::new(format!("{path}-arg-{id}"));
    let shared = Message::new(format!("help-arg-{id}"));
    arg.display_order(order).help(if own.exists(Lang::En) { own } else { shared }.text(lang))
}

/// The language asked for, before the arguments are understood: errors in them are told in it too.
pub(crate) fn early_lang(args: &[String], locale: &str) -> Lang {
    let after =
        args.iter().position(|arg| arg == "--lang").and_then(|at| args.get(at + 1)).map(String::as_str);
    let joined = args.iter().find_map(|arg| arg.strip_prefix("--lang="));
    match after.or(joined) {
        Some("ja") => Lang::Ja,
        Some(_) => Lang::En,
        None => Lang::from_locale(locale),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(command: &clap::Command, path: &str, out: &mut Vec<String>) {
        let known = |id: &str| {
            Message::new(id.to_owned()).exists(Lang::En) && Message::new(id.to_owned()).exists(Lang::Ja)
        };
        if !known(path) {
            out.push(path.to_owned());
        }
        for arg in command.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version"))
        {
            let id = arg.get_id();
            if !known(&format!("{path}-arg-{id}")) && !known(&format!("help-arg-{id}")) {
                out.push(format!("{path}-arg-{id}"));
            }
        }
        for sub in command.get_subcommands() {
            missing(sub, &format!("{path}-{}", sub.get_name()), out);
        }
    }

    #[test]
    fn every_command_and_argument_has_help_in_both_languages() {
        let mut out = Vec::new();
        missing(&Cli::command(), "help", &mut out);
        assert!(out.is_empty(), "no help text: {out:#?}");
    }

    #[test]
    fn the_help_of_every_command_has_an_example() {
        fn without(command: &clap::Command, path: &str, out: &mut Vec<String>) {
            for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
                let path = format!("{path}-{}", sub.get_name());
                let text = Message::new(format!("{path}-examples")).text(Lang::En);
                if !text.contains("oki ") && sub.get_subcommands().next().is_none() {
                    out.push(path.clone());
                }
                without(sub, &path, out);
            }
        }
        let mut out = Vec::new();
        without(&Cli::command(), "help", &mut out);
        assert!(out.is_empty(), "no example: {out:#?}");
    }

    #[test]
    fn the_command_line_is_sound() {
        command(Lang::En).debug_assert();
        command(Lang::Ja).debug_assert();
    }

    #[test]
    fn the_language_is_known_before_the_arguments_are() {
        let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(early_lang(&args("oki prove --lang ja"), "C"), Lang::Ja);
        assert_eq!(early_lang(&args("oki --lang=en prove"), "ja_JP.UTF-8"), Lang::En);
        assert_eq!(early_lang(&args("oki prove"), "ja_JP.UTF-8"), Lang::Ja);
    }
}
