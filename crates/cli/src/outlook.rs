//! How likely a service is back in time under one loss, and what drills measured of the steps that lead there: the last
//! sections of `oki explain SERVICE --loss X`.

use assess::{Compared, Odds, Outcome, Part, percent};
use base::{Arg, Fault, Id, Message, Span};
use plan::{Fact, Hours, Plan};
use serde_json::{Value as Json, json};

use crate::session::OpenPlan;
use crate::terminal::{Paint, Terminal, columns, pad, wrap};
use crate::verdicts::seconds;

/// What is asked of the engine beyond the assessment.
pub(crate) struct Outlook {
    /// Whether a time is agreed by which it has to be back.
    due: bool,
    /// Nothing where no time varies.
    pub(crate) odds: Option<Odds>,
    /// The steps of the planned course beside what was measured of them.
    pub(crate) steps: Vec<Compared>,
}

impl Outlook {
    /// Of one service under one loss.
    pub(crate) fn of(plan: &OpenPlan<'_>, outcome: &Outcome) -> Result<Outlook, Fault> {
        plan.ask(&plan.reading.plan, |context| {
            let service = context.net.find(&outcome.service);
            Outlook {
                due: outcome.verdicts.iter().any(|verdict| verdict.part == Part::Rto),
                odds: service.and_then(|service| assess::odds(context, &outcome.loss, service)),
                steps: service
                    .map(|service| assess::compared(context, &outcome.loss, service))
                    .unwrap_or_default(),
            }
        })
    }

    fn measured(&self) -> impl Iterator<Item = &Compared> {
        self.steps.iter().filter(|step| !step.measured.is_empty())
    }
}

/// The chance in words.
pub(crate) fn chance(terminal: &Terminal, outlook: &Outlook) -> Vec<String> {
    let Some(odds) = &outlook.odds else { return Vec::new() };
    let estimate = odds.chance.estimate;
    let in_time = Message::new("cli-chance-in-time")
        .with("low", percent(estimate.low, f64::floor))
        .with("high", percent(estimate.high, f64::ceil))
        .with("confidence", percent(odds.confidence, f64::round))
        .with("trials", estimate.trials);
    let back = Message::new("cli-chance-back").with("shares", odds.back.iter().map(back).collect::<Vec<_>>());
    let drawn = Message::new("cli-chance-drawn").with("facts", paths(&odds.drawn));
    let held = Message::new("cli-chance-held").with("facts", paths(&odds.held));
    let held = (!odds.held.is_empty()).then_some(held);
    let all = outlook.due.then_some(in_time).into_iter().chain([back, drawn]).chain(held);
    let room = terminal.width.saturating_sub(2);
    all.flat_map(|message| wrap(&terminal.text(&message), room)).map(|line| format!("  {line}")).collect()
}

/// At which hour of the week it is taken to happen, where people with hours have a part in the recovery.
pub(crate) fn moment(terminal: &Terminal, plan: &Plan, outcome: &Outcome) -> Vec<String> {
    let used = outcome.course().map(|course| course.choice.used.as_slice()).unwrap_or_default();
    let hours = |id: &Id| {
        let hours = plan.teams.get(id).map(|team| &team.hours);
        match hours.or_else(|| plan.suppliers.get(id).map(|supplier| &supplier.hours))? {
            Fact::Exact(hours) if !hours.is_always() => Some(hours),
            _ => None,
        }
    };
    let timed: Vec<(&Id, &Hours)> = used.iter().filter_map(|id| Some((id, hours(id)?))).collect();
    let Some((first, hours)) = timed.first() else { return Vec::new() };
    let message = match outcome.loss.moment {
        Some(at) => Message::new("cli-explain-moment").with("at", plan::hour_of_week(at)),
        None => Message::new("cli-explain-moment-worst")
            .with("who", *first)
            .with("at", plan::hour_of_week(hours.closing()))
            .with("others", timed.len() - 1),
    };
    let lines = wrap(&terminal.text(&message), terminal.width);
    lines.iter().map(|line| terminal.paint(Paint::Dim, line)).collect()
}

fn paths(all: &[String]) -> Vec<Arg> {
    all.iter().map(|path| Arg::from(path.as_str())).collect()
}

fn back((share, span): &(f64, Span)) -> Arg {
    let share = percent(*share, f64::round);
    Arg::Message(match span.is_never() {
        true => Message::new("cli-chance-never").with("share", share),
        false => Message::new("cli-chance-within").with("share", share).with("span", *span),
    })
}

/// A table: each step with its planned time, the times that drills measured, and how far the longest is off.
pub(crate) fn measured(terminal: &Terminal, outlook: &Outlook) -> Vec<String> {
    if outlook.measured().next().is_none() {
        return Vec::new();
    }
    let rows: Vec<[String; 4]> = std::iter::once(head(terminal))
        .chain(outlook.steps.iter().map(|step| cells(terminal, step)))
        .collect();
    let width = |at: usize| rows.iter().map(|row| columns(&row[at])).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 4]| {
        let cells: Vec<String> = widths.iter().zip(row).map(|(width, cell)| pad(cell, *width)).collect();
        format!("  {}  {}", cells.join("  "), row[3]).trim_end().to_owned()
    };
    let mut out: Vec<String> = rows.iter().map(line).collect();
    out[0] = terminal.paint(Paint::Dim, &out[0]);
    out
}

fn head(terminal: &Terminal) -> [String; 4] {
    ["cli-head-step", "cli-head-planned", "cli-head-error", "cli-head-measured"].map(|id| terminal.word(id))
}

fn cells(terminal: &Terminal, step: &Compared) -> [String; 4] {
    let name = terminal.text(&assess::proof::step_name(step.verb, &step.object));
    let measured = if step.measured.is_empty() {
        terminal.word("cli-measured-never")
    } else {
        let one = |m: &assess::Measured| {
            Arg::Message(Message::new("cli-measured-one").with("took", m.took).with("record", m.record))
        };
        let all: Vec<Arg> = step.measured.iter().map(one).collect();
        terminal.text(&Message::new("cli-measured-all").with("list", all))
    };
    [name, step.planned.text(terminal.lang), step.ratio().map(error).unwrap_or_default(), measured]
}

/// By how much of the planned time the longest measured one is off.
fn error(ratio: f64) -> String {
    let percent = ((ratio - 1.0) * 100.0).round();
    format!("{}{} %", if percent > 0.0 { "+" } else { "" }, if percent == 0.0 { 0.0 } else { percent })
}

/// Odds for programs.
pub(crate) fn odds_json(odds: &Odds) -> Json {
    let estimate = odds.chance.estimate;
    let back = odds.back.iter().map(|(share, span)| json!({ "share": share, "within": seconds(*span) }));
    json!({
        "low": estimate.low,
        "high": estimate.high,
        "hits": estimate.hits,
        "trials": estimate.trials,
        "confidence": odds.confidence,
        "back": back.collect::<Vec<_>>(),
        "drawn": odds.drawn,
        "held": odds.held,
    })
}

/// Measured steps for programs.
pub(crate) fn measured_json(outlook: &Outlook) -> Json {
    let one = |step: &Compared| {
        let measured = step.measured.iter().map(|m| json!({ "record": m.record, "took": seconds(m.took) }));
        json!({
            "verb": step.verb.as_str(),
            "object": step.object,
            "planned": seconds(step.planned),
            "measured": measured.collect::<Vec<_>>(),
            "ratio": step.ratio(),
        })
    };
    outlook.measured().map(one).collect()
}
