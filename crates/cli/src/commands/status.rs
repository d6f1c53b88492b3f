//! `oki status`: the verdicts from the evidence there is; changes nothing.

use std::collections::BTreeSet;

use base::{Arg, Exit, Fault, Id, Message};

use crate::args::PlanArgs;
use crate::functions;
use crate::session::Session;
use crate::terminal::wrap;
use crate::verdicts;

pub(crate) fn run(session: &Session, args: &PlanArgs) -> Result<Exit, Fault> {
    let plan = session.plan(&args.dir)?;
    if !plan.has_ledger() {
        session.terminal.say(&Message::new("cli-no-evidence").with("dir", &args.dir));
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
    // A service that promises nothing has no row, which is not the same as keeping all promises.
    let promised: BTreeSet<&Id> = assessment.verdicts().into_iter().map(|verdict| &verdict.service).collect();
    let all: BTreeSet<&Id> = assessment.outcomes.iter().map(|outcome| &outcome.service).collect();
    let silent: Vec<Arg> = all.difference(&promised).map(|id| Arg::from(*id)).collect();
    if !silent.is_empty() {
        let message = Message::new("cli-no-objectives").with("services", silent);
        for line in wrap(&session.terminal.text(&message), session.terminal.width) {
            session.terminal.out(&line);
        }
    }
}
