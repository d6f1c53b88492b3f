//! `oki ledger`: what happened, and whether anybody changed it since.

use base::{Exit, Fault, Message};
use ledger::{Filter, Record};
use serde_json::json;

use crate::args::{LedgerArgs, LedgerCommand};
use crate::session::Session;
use crate::terminal::{Paint, pad};

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
        let line = format!("{:>5}  {at}  {}  {}", record.number, pad(&record.kind, 6), summary(record));
        session.terminal.out(line.trim_end());
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

/// The fields that tell one record from another, in their own words: a ledger is evidence, not prose.
fn summary(record: &Record) -> String {
    let field = |name: &str| {
        let value = record.body.get(name)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(format!("{name}={text}"))
    };
    let names = match record.kind.as_str() {
        "copy" => ["data", "to", "bytes", "took", "verified"].as_slice(),
        "drill" => ["service", "way", "loss", "passed", "rta"].as_slice(),
        _ => [].as_slice(),
    };
    let parts: Vec<String> = names.iter().filter_map(|name| field(name)).collect();
    format!("{}  {}", parts.join(" "), record.by)
}
