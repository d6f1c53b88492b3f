//! `oki protect`: makes the copies that the plan declares, and records them.

use base::{Arg, Clock as _, Exit, Fault, Id, Message};
use drivers::{ProtectRequest, Protected};
use serde_json::json;

use crate::args::ProtectArgs;
use crate::names;
use crate::session::{OpenPlan, Session};

pub(crate) fn run(session: &Session, args: &ProtectArgs) -> Result<Exit, Fault> {
    let plan = session.plan(&args.dir)?;
    let data: Vec<Id> = args.data.iter().map(|id| Id::new(id)).collect();
    let known: Vec<&str> = plan.reading.plan.data.keys().map(Id::as_str).collect();
    names::each(&args.data, &known, |id, list| {
        Message::new("cli-protect-unknown").with("data", id).with("known", list)
    })?;
    if args.dry_run {
        dry_run(&plan, &data);
        return Ok(Exit::Met);
    }
    let _lock = plan.lock(!args.no_wait)?;
    let anew: Vec<Id> = args.new_vault.iter().map(|id| Id::new(id)).collect();
    let known: Vec<&str> = plan.reading.plan.vaults.keys().map(Id::as_str).collect();
    names::each(&args.new_vault, &known, |id, list| {
        Message::new("cli-protect-no-vault").with("vault", id).with("known", list)
    })?;
    let done = make(&plan, &data, &anew)?;
    if done.copies.is_empty() && done.problems.is_empty() {
        session.terminal.say(&Message::new("cli-protect-nothing"));
    }
    if session.global.json {
        let problems: Vec<String> = done.problems.iter().map(|problem| problem.fault.to_string()).collect();
        session.print_json(&json!({ "copies": done.copies, "problems": problems }));
    }
    Ok(if failures(&done) == 0 { Exit::Met } else { Exit::Partial })
}

/// The copies that would be made: data set and where it would go.
fn dry_run(plan: &OpenPlan<'_>, only: &[Id]) {
    let p = &plan.reading.plan;
    for (data, set) in
        p.data.iter().filter(|(id, set)| set.path.is_some() && (only.is_empty() || only.contains(id)))
    {
        let made = |copy: &&plan::Copy| {
            copy.by_oki && p.vaults.get(&copy.to).is_some_and(|vault| vault.repo.is_some())
        };
        for copy in set.copies.iter().flatten().filter(made) {
            let message = Message::new("cli-protect-would").with("data", data).with("to", &copy.to);
            plan.session.terminal.out(&plan.session.terminal.text(&message));
        }
    }
}

/// Makes the copies of the data sets named, or of all.
pub(crate) fn make(plan: &OpenPlan<'_>, only: &[Id], anew: &[Id]) -> Result<Protected, Fault> {
    let session = plan.session;
    let ledger = plan.ledger()?;
    let by = session.by();
    let known = drivers::evidence(&ledger, session.clock.now())?.copies;
    let request = ProtectRequest {
        plan: &plan.reading.plan,
        only,
        anew,
        known: &known,
        by: &by,
        digest: &|data, copy| plan.reading.evidence_digest(&assess::proof::copy_slice(data, &copy.to)),
    };
    let done = drivers::protect(&plan.host()?, &request, &ledger, &session.clock, &session.terminal)?;
    for copy in &done.copies {
        let message = Message::new("cli-protect-done")
            .with("data", &copy.data)
            .with("to", &copy.to)
            .with("bytes", base::Bytes(copy.bytes))
            .with("added", base::Bytes(copy.added_bytes))
            .with("took", copy.took);
        session.terminal.say(&message);
    }
    for problem in &done.problems {
        let why: Vec<Arg> = problem.fault.chain(session.terminal.lang).into_iter().map(Arg::Text).collect();
        let message = Message::new("cli-protect-failed").with("data", &problem.data).with("to", &problem.to);
        base::Monitor::problem(&session.terminal, &message.with("why", why));
    }
    Ok(done)
}

/// How many things went wrong: copies not made, and things in them that could not be read.
pub(crate) fn failures(done: &Protected) -> usize {
    done.problems.len() + done.copies.iter().map(|copy| copy.problems.len()).sum::<usize>()
}
