//! `oki status`: the verdicts from the evidence there is; changes nothing.

use base::{Exit, Fault, Message};

use crate::args::PlanArgs;
use crate::functions;
use crate::session::Session;
use crate::verdicts;

pub(crate) fn run(session: &Session, args: &PlanArgs) -> Result<Exit, Fault> {
    let plan = session.plan(&args.dir)?;
    if !plan.has_ledger() {
        session.terminal.say(&Message::new("cli-no-evidence").with("dir", plan.argument()));
    }
    let assessment = plan.assess()?;
    show(session, &assessment, args.all);
    Ok(verdicts::exit(&assessment))
}

/// Prints the verdicts as JSON or as a table.
pub(crate) fn show(session: &Session, assessment: &assess::Assessment, all: bool) {
    if session.global.json {
        session.print_json(&verdicts::json(assessment));
        return;
    }
    for line in verdicts::table(&session.terminal, assessment, all) {
        session.terminal.out(&line);
    }
    for line in functions::table(&session.terminal, assessment, all) {
        session.terminal.out(&line);
    }
    verdicts::silent(&session.terminal, assessment).iter().for_each(|line| session.terminal.out(line));
}
