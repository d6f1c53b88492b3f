//! `oki ledger`: what happened, and whether anybody changed it since.

use assess::{CopyRecord, DrillRecord};
use base::{Exit, Fault, Message};
use ledger::{Filter, Record};
use serde_json::json;

use crate::args::{LedgerArgs, LedgerCommand};
use crate::commands::drill;
use crate::session::Session;
use crate::terminal::{Paint, Terminal};

pub(crate) fn run(session: &Session, args: &LedgerArgs) -> Result<Exit, Fault> {
    match &args.command {
        LedgerCommand::Show { dir, kind, last } => {
            let plan = session.plan(dir)?;
            if !plan.has_ledger() {
                session.terminal.say(&Message::new("cli-no-evidence").with("dir", dir));
            }
            let filter = Filter { kind: kind.clone(), after: 0, last: Some(*last) };
            let records = if plan.has_ledger() { plan.ledger()?.records(&filter)? } else { Vec::new() };
            let zone = plan.reading.plan.organization.timezone.clone();
            show(session, &records, zone.as_deref());
            Ok(Exit::Met)
        }
        LedgerCommand::Verify { dir } => {
            let plan = session.plan(dir)?;
            let result = plan.ledger()?.verify()?;
            if session.global.json {
                let fault = result.fault().map(|fault| fault.to_string());
                session.print_json(
                    &json!({ "sound": result.is_sound(), "records": result.records, "fault": fault }),
                );
            }
            match result.fault() {
                Some(fault) => Err(fault),
                None => {
                    if !session.global.json {
                        let text = session
                            .terminal
                            .text(&Message::new("cli-ledger-sound").with("count", result.records));
                        session.terminal.out(&session.terminal.paint(Paint::Green, &text));
                    }
                    Ok(Exit::Met)
                }
            }
        }
    }
}

fn show(session: &Session, records: &[Record], zone: Option<&str>) {
    if session.global.json {
        session.print_json(&json!({ "records": records.iter().map(one).collect::<Vec<_>>() }));
        return;
    }
    for record in records {
        let at = crate::terminal::local_time(record.at, zone);
        let terminal = &session.terminal;
        let what = summary(terminal, record);
        terminal.out(&format!(
            "{:>5}  {at}  {}  {}",
            record.number,
            terminal.paint(Paint::Dim, &record.by),
            what
        ));
    }
}

fn one(record: &Record) -> serde_json::Value {
    json!({
        "number": record.number,
        "at": record.at.to_string(),
        "kind": record.kind,
        "by": record.by,
        "digest": record.digest,
        "body": record.body,
        "previous": record.previous,
        "hash": record.hash,
    })
}

/// What happened, in a line. A record of a kind that this program does not know shows its kind.
fn summary(terminal: &Terminal, record: &Record) -> String {
    let body = || record.body.clone();
    let copy = || serde_json::from_value::<CopyRecord>(body()).ok().map(|copy| copied(terminal, &copy));
    let drill = || serde_json::from_value::<DrillRecord>(body()).ok().map(|drill| drilled(terminal, &drill));
    let known = match record.kind.as_str() {
        drivers::COPY => copy(),
        drivers::DRILL => drill(),
        drivers::ANEW => record
            .body
            .get("vault")
            .and_then(serde_json::Value::as_str)
            .map(|vault| terminal.text(&Message::new("cli-ledger-anew").with("vault", vault))),
        _ => None,
    };
    known.unwrap_or_else(|| record.kind.clone())
}

fn copied(terminal: &Terminal, copy: &CopyRecord) -> String {
    let id = if copy.verified { "cli-ledger-copy" } else { "cli-ledger-copy-unverified" };
    let message = Message::new(id)
        .with("data", &copy.data)
        .with("to", &copy.to)
        .with("bytes", base::Bytes(copy.bytes))
        .with("took", copy.took)
        .with("problems", copy.problems.len());
    let text = terminal.text(&message);
    if copy.problems.is_empty() { text } else { terminal.paint(Paint::Yellow, &text) }
}

fn drilled(terminal: &Terminal, drill: &DrillRecord) -> String {
    let text = terminal.text(&drill::told(drill, None));
    terminal.paint(if drill.passed { Paint::Green } else { Paint::Red }, &text)
}
