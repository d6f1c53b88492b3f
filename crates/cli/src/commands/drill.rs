//! `oki drill`: recovers a service for real, in a sandbox, with only what a loss leaves.

use std::collections::BTreeSet;

use assess::{Choice, DrillRecord, Outcome};
use base::{Exit, Fault, Id, Message};
use plan::Plan;

use crate::args::DrillArgs;
use crate::names;
use crate::session::{OpenPlan, Session};
use crate::terminal::{Paint, pad};
use crate::verdicts::loss_name;

pub(crate) fn run(session: &Session, args: &DrillArgs) -> Result<Exit, Fault> {
    let plan = session.plan(&args.dir)?;
    let assessment = plan.assess()?;
    let outcome = find(&assessment, &plan.reading.plan, &args.service, &args.loss)?;
    if args.dry_run {
        dry_run(&plan, outcome)?;
        return Ok(Exit::Met);
    }
    let _lock = plan.lock(!args.no_wait)?;
    let record = carry_out(&plan, outcome, None)?;
    show(session, &record);
    Ok(if record.passed { Exit::Met } else { Exit::DrillFailed })
}

/// The outcome of one service under one loss, or a word about what there is.
pub(crate) fn find<'a>(
    assessment: &'a assess::Assessment,
    plan: &Plan,
    service: &str,
    loss: &str,
) -> Result<&'a Outcome, Fault> {
    names::services(plan, &[service.to_owned()])?;
    match assessment.outcome(service, loss) {
        Some(outcome) => Ok(outcome),
        // Of very large plans only what a loss reaches is listed.
        None => names::losses(plan, &[loss.to_owned()]).and_then(|()| {
            let message = Message::new("cli-drill-nothing-stops").with("service", service).with("loss", loss);
            Err(Fault::new(Exit::Unusable, message))
        }),
    }
}

/// Whether the copies it starts from are in vaults that oki can open.
pub(crate) fn possible(plan: &Plan, choice: &Choice) -> bool {
    choice.sources.iter().all(|(data, source)| {
        let repo = plan.vaults.get(source).is_some_and(|vault| vault.repo.is_some());
        repo && plan.data.get(data).is_some_and(|data| data.path.is_some())
    })
}

fn choice<'o>(plan: &OpenPlan<'_>, outcome: &'o Outcome) -> Result<&'o Choice, Fault> {
    outcome.choice().ok_or_else(|| {
        let id = if outcome.fate.stops.is_never() { "cli-drill-nothing-stops" } else { "cli-drill-no-way" };
        let message =
            Message::new(id).with("service", &outcome.service).with("loss", outcome.loss.id.as_str());
        Fault::new(Exit::Unusable, message).hint(
            Message::new("cli-drill-explain-hint")
                .with("service", &outcome.service)
                .with("loss", outcome.loss.id.as_str())
                .with("dir", plan.option()),
        )
    })
}

fn dry_run(plan: &OpenPlan<'_>, outcome: &Outcome) -> Result<(), Fault> {
    let choice = choice(plan, outcome)?;
    let terminal = &plan.session.terminal;
    for (data, source) in &choice.sources {
        let message = Message::new("cli-drill-would-restore").with("data", data).with("source", source);
        terminal.out(&terminal.text(&message));
    }
    for step in &choice.steps {
        let name = terminal.text(&assess::proof::step_name(step.verb, &step.object));
        let who = if step.auto { "cli-step-auto" } else { "cli-step-person" };
        terminal.out(&format!("  {}  {}", pad(&name, 28), terminal.word(who)));
    }
    Ok(())
}

/// Carries the drill out and writes it into the ledger.
pub(crate) fn carry_out(
    plan: &OpenPlan<'_>,
    outcome: &Outcome,
    number: Option<Message>,
) -> Result<DrillRecord, Fault> {
    let session = plan.session;
    let choice = choice(plan, outcome)?;
    let service = &plan.reading.plan.services[&outcome.service];
    if service.run.is_none() || !possible(&plan.reading.plan, choice) {
        let message = Message::new("cli-drill-not-runnable").with("service", &outcome.service);
        return Err(Fault::new(Exit::Unusable, message).hint(Message::new("cli-drill-not-runnable-hint")));
    }
    let lost = lost(plan, outcome);
    let ledger = plan.ledger()?;
    let evidence = plan.evidence()?;
    let request = drivers::DrillRequest {
        plan: &plan.reading.plan,
        service: &outcome.service,
        loss: &outcome.loss.id,
        choice,
        lost: &lost,
        digest: &plan.reading.evidence_digest(&choice.slice(&plan.reading.plan)),
        known: &evidence.copies,
    };
    let record = drivers::drill(&plan.host()?, &request, &session.clock, &session.terminal)?;
    let record = drivers::append_drill(&ledger, &session.by(), &record)?;
    announce(session, &record, number);
    Ok(record)
}

fn announce(session: &Session, record: &DrillRecord, number: Option<Message>) {
    let message = told(record, number);
    if record.passed {
        session.terminal.say(&message);
    } else {
        base::Monitor::problem(&session.terminal, &message);
    }
}

/// A drill in one line: what was recovered, how, and what came of it.
pub(crate) fn told(record: &DrillRecord, number: Option<Message>) -> Message {
    let id = if record.passed { "cli-drill-done" } else { "cli-drill-failed" };
    let measured = record.steps.iter().filter(|step| step.took.is_some()).count();
    Message::new(id)
        .with("number", number.unwrap_or_else(|| Message::new("cli-nothing")))
        .with("service", &record.service)
        .with("loss", loss_name(&record.loss))
        .with("way", record.way.as_str())
        .with("rta", record.rta.unwrap_or_default())
        .with("measured", measured)
        .with("steps", record.steps.len())
        .with("why", record.failure.clone().unwrap_or_default())
}

/// Everything the loss leaves unusable: a drill never touches it.
fn lost(plan: &OpenPlan<'_>, outcome: &Outcome) -> BTreeSet<Id> {
    assess::destroyed(&plan.reading.plan, &outcome.loss)
}

fn show(session: &Session, record: &DrillRecord) {
    let terminal = &session.terminal;
    if session.global.json {
        session.print_json(&serde_json::json!({ "drill": record }));
        return;
    }
    for step in &record.steps {
        let name = terminal.text(&assess::proof::step_name(step.verb, &step.object));
        let took =
            step.took.map_or_else(|| terminal.word("cli-step-not-done"), |took| took.text(terminal.lang));
        terminal.out(&format!("  {}  {took}", pad(&name, 28)));
    }
    let (id, paint) = if record.passed {
        ("cli-drill-passed", Paint::Green)
    } else {
        ("cli-drill-failed-short", Paint::Red)
    };
    let rta = record.rta.map_or_else(|| "–".to_owned(), |rta| rta.text(terminal.lang));
    let age = record.record_age.map_or_else(|| "–".to_owned(), |age| age.text(terminal.lang));
    let lost = record.records_lost.map_or_else(|| "–".to_owned(), |n| n.to_string());
    let message = Message::new(id)
        .with("rta", rta)
        .with("age", age)
        .with("lost", lost)
        .with("isolation", record.isolation.as_str())
        .with("why", record.failure.clone().unwrap_or_default());
    terminal.out(&terminal.paint(paint, &terminal.text(&message)));
}
