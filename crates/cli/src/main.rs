//! `oki`: the shell. Arguments, terminal, exit codes; the only place that prints.

mod args;
mod chart;
mod commands;
mod comparison;
mod demo;
mod files;
mod functions;
mod matrix;
mod mistakes;
mod names;
mod outlook;
mod pairs;
mod reach;
mod session;
mod signals;
mod structures;
mod terminal;
mod verdicts;

use std::process::ExitCode;
use std::sync::Arc;

use base::{Exit, Fault, Lang};
use clap::{CommandFactory, FromArgMatches};

use crate::args::{Cli, Command};
use crate::session::{Environment, Session};
use crate::terminal::{Paint, Terminal};

fn main() -> ExitCode {
    let environment = Environment::read();
    let lang = args::early_lang(&environment.args, &environment.locale);
    let cli = match parse(&environment, lang) {
        Ok(cli) => cli,
        Err(error) => {
            return match mistakes::told(&error, &environment.args) {
                Some(fault) => early(&environment, lang, &fault),
                None => {
                    let _ = error.print();
                    ExitCode::from(if error.use_stderr() { Exit::Unusable.code() } else { 0 })
                }
            };
        }
    };
    let lang = cli.global.lang.map_or(lang, Lang::from);
    let json = cli.global.json;
    // The example's service is ended by a signal like any other service; everything else stops at a safe point.
    let stop =
        if matches!(cli.command, Command::DemoRegister(_)) { Ok(Arc::default()) } else { signals::watch() };
    match stop.and_then(|stop| Session::new(environment, cli.global.clone(), lang, stop)) {
        Ok(session) => match run(&session, cli.command) {
            Ok(exit) => ExitCode::from(exit.code()),
            Err(fault) => fail(&session.terminal, json, &fault),
        },
        Err(fault) => {
            for line in fault.chain(lang) {
                eprint_line(&line);
            }
            ExitCode::from(fault.exit.code())
        }
    }
}

fn parse(environment: &Environment, lang: Lang) -> Result<Cli, clap::Error> {
    let matches = args::command(lang).try_get_matches_from(&environment.args)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut Cli::command()))
}

fn run(session: &Session, command: Command) -> Result<Exit, Fault> {
    match command {
        Command::Prove(args) => commands::prove::run(session, &args),
        Command::Check(args) => commands::check::run(session, &args),
        Command::Assess(args) => commands::assess::run(session, &args),
        Command::WhatIf(args) => commands::what_if::run(session, &args),
        Command::Status(args) => commands::status::run(session, &args),
        Command::Explain(args) => commands::explain::run(session, &args),
        Command::Protect(args) => commands::protect::run(session, &args),
        Command::Drill(args) => commands::drill::run(session, &args),
        Command::Init(args) => commands::init::run(session, &args),
        Command::Scenarios(args) => commands::scenarios::run(session, &args),
        Command::Schema(args) => Ok(commands::schema::run(session, &args)),
        Command::Vault(args) => commands::vault::run(session, args),
        Command::Ledger(args) => commands::ledger::run(session, &args),
        Command::Completions(args) => Ok(commands::docs::completions(session, args.shell)),
        Command::Man(args) => commands::docs::man(session, &args.dir),
        Command::DemoRegister(args) => commands::demo::run(session, &args.args),
    }
}

/// Kind, message and hints at the edge; with `--json` the same as one object on stdout.
fn fail(terminal: &Terminal, json: bool, fault: &Fault) -> ExitCode {
    terminal.log("error", &fault.chain(Lang::En).join(": "));
    if json {
        terminal.out(&fault_json(fault).to_string());
    }
    let mark = terminal.paint(Paint::Red, &terminal.word("cli-error"));
    terminal.err(&format!("{mark} {}", fault.chain(terminal.lang).join(": ")));
    for hint in fault.all_hints() {
        terminal.err(&format!("  {} {}", terminal.paint(Paint::Dim, "→"), terminal.text(hint)));
    }
    ExitCode::from(fault.exit.code())
}

fn fault_json(fault: &Fault) -> serde_json::Value {
    let hints: Vec<String> = fault.all_hints().iter().map(|hint| hint.text(Lang::En)).collect();
    let text = fault.chain(Lang::En).join(": ");
    serde_json::json!({ "error": { "code": fault.exit.code(), "message": text, "hints": hints } })
}

/// The same before it is known where to write: of arguments that make no sense nothing is taken for granted.
fn early(environment: &Environment, lang: Lang, fault: &Fault) -> ExitCode {
    use std::io::Write;
    if environment.args.iter().any(|arg| arg == "--json") {
        let _ = writeln!(std::io::stdout().lock(), "{}", fault_json(fault));
    }
    let mark = base::Message::new("cli-error").text(lang);
    eprint_line(&format!("{mark} {}", fault.chain(lang).join(": ")));
    fault.all_hints().iter().for_each(|hint| eprint_line(&format!("  → {}", hint.text(lang))));
    ExitCode::from(fault.exit.code())
}

fn eprint_line(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
