//! Verdicts on business functions, and levels over time, for people and for programs.

use assess::{Assessment, FunctionOutcome, FunctionVerdict};
use base::{Arg, Message, Span};
use serde_json::{Value as Json, json};

use crate::terminal::{Paint, Terminal, columns, wrap};
use crate::verdicts::{loss_name, seconds, state_mark};

/// The verdicts on functions, worst first; then by function, class and loss.
pub(crate) fn verdicts(assessment: &Assessment) -> Vec<(&FunctionOutcome, &FunctionVerdict)> {
    let judged = assessment.functions.iter().filter_map(|outcome| Some((outcome, outcome.verdict.as_ref()?)));
    let mut all: Vec<_> = judged.collect();
    all.sort_by_key(|(outcome, verdict)| {
        (verdict.state, !verdict.stops, &outcome.function, outcome.class, &outcome.loss)
    });
    all
}

/// Every function under every loss, the judged ones first.
pub(crate) fn json(assessment: &Assessment) -> Vec<Json> {
    let silent = assessment.functions.iter().filter(|outcome| outcome.verdict.is_none());
    let judged = verdicts(assessment).into_iter().map(|(outcome, _)| outcome);
    judged.chain(silent).map(one).collect()
}

/// A function under a loss, for programs.
pub(crate) fn one(outcome: &FunctionOutcome) -> Json {
    let verdict = outcome.verdict.as_ref();
    let (from, to) = outcome.interruption.unzip();
    json!({
        "function": outcome.function.as_str(),
        "loss": outcome.loss,
        "class": outcome.class.as_str(),
        "verdict": verdict.map(|v| v.state.as_str()),
        "target": verdict.map(|v| seconds(v.mtpd)),
        "value": verdict.and_then(|v| v.value).map(seconds),
        "unit": "s",
        "reason": verdict.map(|v| v.reason.to_string()),
        "certain": verdict.is_some_and(|v| v.certain),
        "unknown": verdict.map_or(&[][..], |v| &v.unknown),
        "stops": outcome.interruption.is_some(),
        "interrupted_from": from.map(seconds),
        "interrupted_until": to.map(seconds),
        "levels": steps(&outcome.levels),
    })
}

/// Level over time of each service that a loss touches.
pub(crate) fn levels(assessment: &Assessment) -> Vec<Json> {
    let touched = assessment.outcomes.iter().filter(|outcome| outcome.levels != [(Span::ZERO, 1.0)]);
    let one = |outcome: &assess::Outcome| {
        json!({
            "service": outcome.service.as_str(),
            "loss": outcome.loss.id,
            "levels": steps(&outcome.levels),
        })
    };
    touched.map(one).collect()
}

/// Each step as seconds from the loss and the level from then on.
fn steps(levels: &[(Span, f64)]) -> Json {
    levels.iter().map(|(at, level)| json!({ "at": at.as_seconds(), "level": level })).collect()
}

/// What stands below the verdicts on services; nothing where no function says how long it may stand still.
pub(crate) fn table(terminal: &Terminal, assessment: &Assessment, all: bool) -> Vec<String> {
    let judged = verdicts(assessment);
    if judged.is_empty() {
        return Vec::new();
    }
    let (shown, quiet): (Vec<_>, Vec<_>) = judged.into_iter().partition(|(_, v)| v.stops || all);
    let mut rows: Vec<(&FunctionOutcome, &FunctionVerdict, Vec<&str>)> = Vec::new();
    for (outcome, verdict) in shown {
        let same = rows.iter_mut().find(|(o, v, _)| o.function == outcome.function && *v == verdict);
        match same {
            Some((.., losses)) => losses.push(&outcome.loss),
            None => rows.push((outcome, verdict, vec![&outcome.loss])),
        }
    }
    let mut out = vec![String::new()];
    if !rows.is_empty() {
        out.push(terminal.paint(Paint::Dim, &format!("  {}", terminal.word("cli-functions"))));
    }
    out.extend(rows.iter().flat_map(|(outcome, verdict, losses)| lines(terminal, outcome, verdict, losses)));
    if !quiet.is_empty() {
        let text = Message::new("cli-functions-quiet").with("count", quiet.len());
        out.push(terminal.paint(Paint::Dim, &terminal.text(&text)));
    }
    out
}

fn lines(
    terminal: &Terminal,
    outcome: &FunctionOutcome,
    verdict: &FunctionVerdict,
    losses: &[&str],
) -> Vec<String> {
    let names: Vec<Arg> = losses.iter().map(|id| Arg::Message(loss_name(id))).collect();
    let value = verdict.value.map_or_else(|| "?".to_owned(), |span| span.text(terminal.lang));
    let head = Message::new("cli-function-line")
        .with("losses", names)
        .with("target", verdict.mtpd.text(terminal.lang))
        .with("value", value);
    let mark = state_mark(terminal, verdict.state);
    let name = terminal.paint(Paint::Bold, outcome.function.as_str());
    let first = format!("{mark}  {name}  {}", terminal.text(&head));
    let indent = "    ";
    let room = terminal.width.saturating_sub(columns(indent)).max(30);
    let reason = wrap(&terminal.text(&verdict.reason), room);
    let reason = reason.iter().map(|line| format!("{indent}{}", terminal.paint(Paint::Dim, line)));
    std::iter::once(first).chain(reason).collect()
}
