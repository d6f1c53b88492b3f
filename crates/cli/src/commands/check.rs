//! `oki check`: every mistake of a plan at once. Executes nothing, ever.

use base::{Exit, Fault, Message};
use plan::Severity;
use serde_json::json;

use crate::args::{CheckArgs, FailOn};
use crate::session::Session;
use crate::terminal::Paint;

pub(crate) fn run(session: &Session, args: &CheckArgs) -> Result<Exit, Fault> {
    let dir = session.plan_dir(&args.dir)?;
    let reading = crate::files::read(&dir)?;
    let all = &reading.diagnostics;
    if session.global.json {
        let list: Vec<serde_json::Value> = all.iter().map(|d| reading.json(d)).collect();
        session.print_json(&json!({ "diagnostics": list }));
    } else {
        let terminal = &session.terminal;
        for diagnostic in all {
            terminal.out(&reading.render(diagnostic, terminal.lang, terminal.colour));
            terminal.out("");
        }
        terminal.out(&summary(session, all, &reading.plan));
    }
    let failed = all.iter().any(|d| fails(d.severity, args.fail_on));
    Ok(if failed { Exit::Missed } else { Exit::Met })
}

fn fails(severity: Severity, limit: FailOn) -> bool {
    let rank = match severity {
        Severity::Error => FailOn::Error,
        Severity::Warning => FailOn::Warning,
        Severity::Note => FailOn::Note,
    };
    limit != FailOn::Never && rank <= limit
}

fn summary(session: &Session, all: &[plan::Diagnostic], plan: &plan::Plan) -> String {
    let count = |severity: Severity| all.iter().filter(|d| d.severity == severity).count();
    let message = Message::new("cli-check-summary")
        .with("errors", count(Severity::Error))
        .with("warnings", count(Severity::Warning))
        .with("notes", count(Severity::Note))
        .with("services", plan.services.len())
        .with("sites", plan.sites.len());
    let paint = if count(Severity::Error) > 0 { Paint::Red } else { Paint::Green };
    session.terminal.paint(paint, &session.terminal.text(&message))
}
