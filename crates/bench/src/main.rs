//! `oki-bench`: measures the engines on public instances and generated plans. One subcommand is one file.

mod aralia;
mod chance;
mod dice;
mod estate;
mod folder;
mod opsa;
mod phase;
mod plans;
mod project;
mod psplib;
mod structure;
mod vault;

use std::io::Write;
use std::process::ExitCode;

use base::{Exit, Fault, Lang, Message};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "oki-bench", version, disable_help_subcommand = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Aralia(aralia::AraliaArgs),
    Chance(chance::ChanceArgs),
    Plan(plans::PlanArgs),
    Psplib(psplib::PsplibArgs),
    Structure(structure::StructureArgs),
    Vault(vault::VaultArgs),
    #[command(hide = true)]
    Engine(vault::EngineArgs),
    #[command(hide = true)]
    Measure(vault::MeasureArgs),
}

fn main() -> ExitCode {
    let lang = language();
    let parsed = localise(Cli::command(), "bench", lang).try_get_matches();
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { Exit::Unusable.code() } else { 0 });
        }
    };
    let result = match cli.command {
        Command::Aralia(args) => aralia::run(&args, lang),
        Command::Chance(args) => chance::run(&args),
        Command::Plan(args) => plans::run(&args, lang),
        Command::Psplib(args) => psplib::run(&args),
        Command::Structure(args) => structure::run(&args, lang),
        Command::Vault(args) => vault::run(&args, lang),
        Command::Engine(args) => vault::run_engine(&args),
        Command::Measure(args) => vault::run_measure(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(&fault, lang),
    }
}

#[expect(clippy::disallowed_methods, reason = "the shell is where the environment is read")]
fn language() -> Lang {
    let mut names = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    Lang::from_locale(&names.find(|value| !value.is_empty()).unwrap_or_default())
}

/// Help texts stand in the Fluent files: `bench-COMMAND`, `bench-COMMAND-arg-NAME`.
fn localise(command: clap::Command, path: &str, lang: Lang) -> clap::Command {
    let command = command.about(Message::new(path.to_owned()).text(lang)).mut_args(|arg| {
        let id = arg.get_id().to_string();
        let own = !matches!(id.as_str(), "help" | "version");
        if own { arg.help(Message::new(format!("{path}-arg-{id}")).text(lang)) } else { arg }
    });
    command.mut_subcommands(|sub| {
        let path = format!("{path}-{}", sub.get_name());
        localise(sub, &path, lang)
    })
}

fn fail(fault: &Fault, lang: Lang) -> ExitCode {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{} {}", Message::new("bench-error").text(lang), fault.chain(lang).join(": "));
    for hint in fault.all_hints() {
        let _ = writeln!(err, "  → {}", hint.text(lang));
    }
    ExitCode::from(fault.exit.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_help_text_exists_in_both_languages() {
        for lang in [Lang::En, Lang::Ja] {
            for sub in localise(Cli::command(), "bench", lang).get_subcommands() {
                let texts = sub.get_arguments().filter_map(|arg| arg.get_help()).chain(sub.get_about());
                for text in texts.map(ToString::to_string) {
                    assert!(!text.contains("bench-"), "{text}");
                }
            }
        }
    }
}
