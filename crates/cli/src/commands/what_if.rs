//! `oki what-if`: changes to the plan and losses tried in memory; says what gets better and what gets worse.

use std::collections::BTreeSet;

use assess::loss::{Loss, Lost};
use assess::{Assessment, Outcome, State};
use base::{Arg, Exit, Fault, Id, Message};
use plan::{Change, Effect, Plan};
use serde_json::{Value as Json, json};

use crate::args::WhatIfArgs;
use crate::comparison::{Comparison, Direction};
use crate::functions;
use crate::names;
use crate::reach::{self, About};
use crate::session::{OpenPlan, Session};
use crate::terminal::{Paint, Terminal};
use crate::verdicts;

pub(crate) fn run(session: &Session, args: &WhatIfArgs) -> Result<Exit, Fault> {
    let before = session.plan(&args.dir)?;
    let changes = changes(args)?;
    let hits = args.lose.iter().map(|text| hit(text)).collect::<Result<Vec<Lost>, Fault>>()?;
    if changes.is_empty() {
        return lose(session, &before, &hits, args.all);
    }
    let after = session.changed(&before, &changes)?;
    let loss = if hits.is_empty() { None } else { Some(joint(&after.reading.plan, &hits)?) };
    let (old, new) = (worked_out(&before, &hits)?, worked_out(&after, &hits)?);
    let changed = Comparison::new(&old, &new);
    let under = loss.as_ref().map(|loss| under(&after, loss)).transpose()?;
    if session.global.json {
        let loss = loss.as_ref().zip(under.as_ref());
        session.print_json(&json!({
            "changes": changed.json(),
            "worse": changed.count(Direction::Worse),
            "better": changed.count(Direction::Better),
            "same": changed.same,
            "loss": loss.map(|(loss, under)| loss_json(&after.reading.plan, loss, under)),
        }));
    } else {
        changed.show(&session.terminal, args.all);
        if let Some((loss, under)) = loss.as_ref().zip(under.as_ref()) {
            session.terminal.out("");
            show_loss(&session.terminal, &after.reading.plan, loss, under, args.all);
        }
    }
    Ok(changed.exit())
}

/// A loss alone: what it does, as the plan stands.
fn lose(session: &Session, plan: &OpenPlan<'_>, hits: &[Lost], all: bool) -> Result<Exit, Fault> {
    let loss = joint(&plan.reading.plan, hits)?;
    let assessment = under(plan, &loss)?;
    if session.global.json {
        let loss = loss_json(&plan.reading.plan, &loss, &assessment);
        session.print_json(&json!({ "changes": [], "worse": 0, "better": 0, "same": 0, "loss": loss }));
    } else {
        show_loss(&session.terminal, &plan.reading.plan, &loss, &assessment, all);
    }
    Ok(verdicts::exit(&assessment))
}

fn changes(args: &WhatIfArgs) -> Result<Vec<Change>, Fault> {
    let set = args.set.iter().map(|text| match text.split_once('=') {
        Some((path, value)) if !value.trim().is_empty() => Ok(Change {
            from: "--set".to_owned(),
            path: path.trim().to_owned(),
            value: Some(value.to_owned()),
        }),
        _ => Err(Fault::new(Exit::Unusable, Message::new("cli-whatif-form").with("text", text))
            .hint(Message::new("cli-whatif-form-hint"))),
    });
    let remove = args
        .remove
        .iter()
        .map(|path| Ok(Change { from: "--remove".to_owned(), path: path.trim().to_owned(), value: None }));
    set.chain(remove).collect()
}

/// `hall`, or `hall=out`.
fn hit(text: &str) -> Result<Lost, Fault> {
    let Some((what, effect)) = text.split_once('=') else { return Ok((text.to_owned(), None)) };
    let effects = [Effect::Gone, Effect::Wiped, Effect::Out];
    match effects.into_iter().find(|known| assess::loss::effect_word(*known) == effect) {
        Some(effect) => Ok((what.to_owned(), Some(effect))),
        None => {
            let message = Message::new("cli-whatif-effect").with("effect", effect).with("what", what);
            let fault = Fault::new(Exit::Unusable, message);
            let words = effects.map(assess::loss::effect_word);
            Err(match plan::nearest(effect, words.into_iter()) {
                Some(near) => fault.hint(Message::new("cli-did-you-mean").with("near", near)),
                None => fault,
            })
        }
    }
}

fn joint(plan: &Plan, hits: &[Lost]) -> Result<Loss, Fault> {
    assess::loss::joint(plan, hits).map_err(|id| {
        let losses = assess::loss::generate(plan).into_iter().map(|loss| loss.id);
        let all: Vec<String> = losses.chain(plan.services.keys().map(Id::to_string)).collect();
        let known: Vec<&str> = all.iter().map(String::as_str).collect();
        names::unknown(&id, &known, |id, list| {
            Message::new("cli-no-loss").with("loss", id).with("known", list)
        })
    })
}

fn under(plan: &OpenPlan<'_>, loss: &Loss) -> Result<Assessment, Fault> {
    let whole = assess::among_services(&plan.reading.plan);
    plan.ask(&whole, |context| assess::under(context, loss))
}

/// Everything that is judged anyhow, and the loss in question, where the plan has what it takes.
fn worked_out(plan: &OpenPlan<'_>, hits: &[Lost]) -> Result<Assessment, Fault> {
    let mut assessment = plan.assess()?;
    let known = |loss: &Loss| assessment.outcomes.iter().any(|outcome| outcome.loss.id == loss.id);
    let own =
        assess::loss::joint(&plan.reading.plan, hits).ok().filter(|loss| !hits.is_empty() && !known(loss));
    if let Some(loss) = own {
        let own = under(plan, &loss)?;
        assessment.outcomes.extend(own.outcomes);
        assessment.functions.extend(own.functions);
    }
    Ok(assessment)
}

fn loss_json(plan: &Plan, loss: &Loss, under: &Assessment) -> Json {
    json!({
        "id": loss.id,
        "class": loss.class.as_str(),
        "services": under.outcomes.iter().map(|outcome| reach::json(plan, outcome)).collect::<Vec<_>>(),
        "functions": functions::json(under),
    })
}

fn show_loss(terminal: &Terminal, plan: &Plan, loss: &Loss, under: &Assessment, all: bool) {
    let name = Arg::Message(verdicts::loss_name(&loss.id));
    let stopped: Vec<&Outcome> = under.outcomes.iter().filter(|o| all || !o.fate.stops.is_never()).collect();
    if stopped.is_empty() {
        terminal.out(&terminal.text(&Message::new("cli-whatif-loss-nothing").with("loss", name)));
    } else {
        let title = Message::new("cli-whatif-loss").with("loss", name);
        terminal.out(&terminal.paint(Paint::Bold, &terminal.text(&title)));
        let table = reach::table(terminal, plan, &stopped, &BTreeSet::new(), About::Services);
        table.iter().for_each(|line| terminal.out(line));
    }
    for outcome in stopped.iter().filter(|outcome| reach::worst(outcome) < Some(State::Predicted)) {
        if outcome.verdicts.is_empty() {
            continue;
        }
        terminal.out("");
        terminal.out(&terminal.paint(Paint::Bold, outcome.service.as_str()));
        reach::verdict_lines(terminal, outcome, "  ").iter().for_each(|line| terminal.out(line));
    }
    functions::table(terminal, under, all).iter().for_each(|line| terminal.out(line));
}
