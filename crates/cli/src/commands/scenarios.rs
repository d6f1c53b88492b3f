//! `oki scenarios`: named losses that come with the program; shown, and written into a plan to be edited there.

use std::path::Path;

use base::{Arg, Exit, Fault, Lang, Message};
use plan::catalogue::{NAMED, Named};
use serde_json::json;

use crate::args::ScenariosArgs;
use crate::commands::init::write_new;
use crate::session::Session;
use crate::terminal::{Paint, columns, pad, wrap};

pub(crate) fn run(session: &Session, args: &ScenariosArgs) -> Result<Exit, Fault> {
    match (&args.name, &args.into) {
        (None, _) => list(session),
        (Some(name), None) => show(session, find(name)?),
        (Some(name), Some(dir)) => write(session, find(name)?, dir)?,
    }
    Ok(Exit::Met)
}

fn find(name: &str) -> Result<Named, Fault> {
    Named::find(name).ok_or_else(|| {
        let known = NAMED.iter().map(|named| Arg::from(named.id)).collect::<Vec<_>>();
        let message = Message::new("cli-scenario-unknown").with("name", name).with("known", known);
        Fault::new(Exit::Unusable, message)
    })
}

fn list(session: &Session) {
    let terminal = &session.terminal;
    if session.global.json {
        let all: Vec<_> = NAMED.iter().map(|named| object(*named)).collect();
        return session.print_json(&json!({ "scenarios": all }));
    }
    let width = NAMED.iter().map(|named| columns(named.id)).max().unwrap_or(0);
    for named in NAMED {
        let id = terminal.paint(Paint::Bold, &pad(named.id, width));
        terminal.out(&format!("{id}  {}", terminal.text(&named.title())));
    }
    terminal.out("");
    for line in wrap(&terminal.word("cli-scenarios-next"), terminal.width) {
        terminal.out(&terminal.paint(Paint::Dim, &line));
    }
}

fn object(named: Named) -> serde_json::Value {
    json!({
        "id": named.id,
        "title": named.title().to_string(),
        "note": named.note().to_string(),
        "yaml": named.yaml(Lang::En),
    })
}

fn show(session: &Session, named: Named) {
    if session.global.json {
        return session.print_json(&object(named));
    }
    session.terminal.out(named.yaml(session.terminal.lang).trim_end());
}

/// Writes it beside the entry file of a plan. That file itself is the user's: it is never changed.
fn write(session: &Session, named: Named, dir: &Path) -> Result<(), Fault> {
    let terminal = &session.terminal;
    let folder = session.plan_dir(dir)?;
    if crate::files::read(&folder)?.plan.scenarios.keys().any(|id| id.as_str() == named.id) {
        let message = Message::new("cli-scenario-there").with("name", named.id).with("dir", dir);
        return Err(Fault::new(Exit::Unusable, message));
    }
    let file = format!("scenario-{}.yaml", named.id);
    write_new(&folder, &file, &named.yaml(terminal.lang))?;
    let included = crate::files::read(&folder)?.plan.scenarios.keys().any(|id| id.as_str() == named.id);
    let next = if included { "cli-scenario-written" } else { "cli-scenario-include" };
    let message = Message::new(next).with("file", &dir.join(&file)).with("name", file.as_str());
    terminal.out(&terminal.text(&message.with("entry", plan::ENTRY).with("dir", dir)));
    Ok(())
}
