//! `oki protect`: makes the copies that the plan declares, and records them.

use base::{Arg, Exit, Fault, Id, Message};
use serde_json::json;

use crate::args::ProtectArgs;
use crate::session::{OpenPlan, Session};

pub(crate) fn run(session: &Session, args: &ProtectArgs) -> Result<Exit, Fault> {
    let plan = session.plan(&args.dir)?;
    let data: Vec<Id> = args.data.iter().map(|id| Id::new(id)).collect();
    if let Some(unknown) = data.iter().find(|id| !plan.reading.plan.data.contains_key(*id)) {
        let known: Vec<Arg> = plan.reading.plan.data.keys().map(Arg::from).collect();
        let message = Message::new("cli-protect-unknown").with("data", unknown).with("known", known);
        return Err(Fault::new(Exit::Unusable, message));
    }
    if args.dry_run {
        dry_run(&plan, &data);
        return Ok(Exit::Met);
    }
    let _lock = plan.lock(!args.no_wait)?;
    let problems = make(&plan, &data)?;
    Ok(if problems == 0 { Exit::Met } else { Exit::Partial })
}

fn dry_run(plan: &OpenPlan<'_>, only: &[Id]) {
    for (data, to) in drivers::protect::wanted(&plan.reading.plan, only) {
        let message = Message::new("cli-protect-would").with("data", &data).with("to", &to);
        plan.session.terminal.out(&plan.session.terminal.text(&message));
    }
}

/// Makes the copies of the data sets named, or of all; gives the number of things that went wrong.
pub(crate) fn make(plan: &OpenPlan<'_>, only: &[Id]) -> Result<usize, Fault> {
    let session = plan.session;
    let ledger = plan.ledger()?;
    let request = drivers::protect::Request {
        plan: &plan.reading.plan,
        only,
        by: &session.by(),
        digest: &|paths: &[String]| plan.reading.digest(paths),
    };
    let done = drivers::protect::protect(&request, &plan.host()?, &ledger, &session.clock, &session.terminal)?;
    for copy in &done.copies {
        let message = Message::new("cli-protect-done")
            .with("data", &copy.data)
            .with("to", &copy.to)
            .with("bytes", base::Bytes(copy.bytes))
            .with("added", base::Bytes(copy.added_bytes))
            .with("took", copy.took);
        session.terminal.say(&message);
    }
    for fault in &done.problems {
        let why: Vec<Arg> = fault.chain(session.terminal.lang).into_iter().map(Arg::Text).collect();
        base::Monitor::problem(&session.terminal, &Message::new("cli-why").with("why", why));
    }
    Ok(done.problems.len() + done.copies.iter().map(|copy| copy.problems.len()).sum::<usize>())
}

/// The copies made, as JSON.
pub(crate) fn json(copies: &[assess::CopyRecord]) -> serde_json::Value {
    json!({ "copies": copies })
}
