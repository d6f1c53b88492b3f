//! What losses do to services, one row each: stops when, is down how long, comes back on what data and how. For
//! `oki explain SERVICE`, with a row for each loss, and for `oki what-if --lose`, with a row for each service.

use std::collections::BTreeSet;

use assess::objective::{HOLD, HORIZON};
use assess::{Outcome, Part, State, Value, Verdict};
use base::{Message, Span};
use plan::Plan;
use serde_json::{Value as Json, json};

use crate::terminal::{Paint, Terminal, columns, pad, wrap};
use crate::verdicts::{self, loss_names, seconds, state_mark, state_paint};

/// Widest first column; longer ones wrap.
const FIRST: usize = 34;

/// What the rows are about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Losses,
    Services,
}

/// The worst verdict of an outcome; nothing where nothing is judged.
pub(crate) fn worst(outcome: &Outcome) -> Option<State> {
    outcome.verdicts.iter().map(|verdict| verdict.state).min()
}

/// How long a service is down, as measured or else at the worst; nothing where that is not known.
pub(crate) fn down_for(plan: &Plan, outcome: &Outcome) -> Option<Span> {
    let measured = rto(outcome).filter(|verdict| !verdict.evidence.is_empty() && verdict.odds.is_none());
    match measured.and_then(|verdict| verdict.value) {
        Some(Value::Time(span)) => Some(span),
        _ => planned_down(plan, outcome),
    }
}

/// How long a service is down by the planned course, at the worst; nothing where that is not known.
pub(crate) fn planned_down(plan: &Plan, outcome: &Outcome) -> Option<Span> {
    if outcome.fate.stops.is_never() {
        return Some(Span::ZERO);
    }
    let judged = rto(outcome);
    // What was measured, and what is often enough met, is not what the plan says at the worst.
    let planned = judged.filter(|verdict| verdict.evidence.is_empty() && verdict.odds.is_none());
    match planned.and_then(|verdict| verdict.value) {
        _ if judged.is_some_and(|verdict| verdict.state == State::Unknown) => None,
        Some(Value::Time(span)) => Some(span),
        _ => {
            let hold = plan.services.get(&outcome.service).and_then(|service| service.hold);
            let span = outcome.course().map_or(Span::NEVER, |c| c.rta(hold.unwrap_or(HOLD), HORIZON));
            (!span.is_never() || outcome.touched.unknown.is_empty()).then_some(span)
        }
    }
}

fn rto(outcome: &Outcome) -> Option<&Verdict> {
    outcome.verdicts.iter().find(|verdict| verdict.part == Part::Rto)
}

/// How old the data are that it comes back with; nothing if it is the live data or it does not come back.
pub(crate) fn age(outcome: &Outcome) -> Option<Span> {
    outcome.course().filter(|course| course.broken.is_none())?.age.map(assess::points::Age::worst)
}

/// A row as texts; the first cell is a list of names that come out alike.
struct Row {
    state: Option<State>,
    stops: Span,
    names: Vec<String>,
    class: String,
    cells: [String; 4],
}

fn row(terminal: &Terminal, plan: &Plan, outcome: &Outcome, about: About) -> Row {
    let name = if about == About::Losses { &outcome.loss.id } else { outcome.service.as_str() };
    let class = Message::new(format!("cli-class-{}", outcome.loss.class.as_str()));
    let goes_on = outcome.fate.stops.is_never();
    let down = down_for(plan, outcome);
    let text = |span: Option<Span>| span.map_or_else(|| "?".to_owned(), |span| span.text(terminal.lang));
    let back = down.is_some_and(|down| !down.is_never());
    let data = match age(outcome).filter(|_| back) {
        Some(age) => terminal.text(&Message::new("cli-data-age").with("age", age)),
        None if back => terminal.word("cli-data-live"),
        None => "–".to_owned(),
    };
    let way = outcome.course().filter(|_| back).map_or_else(|| "–".to_owned(), |c| c.choice.way.clone());
    let cells = if goes_on {
        [terminal.word("cli-goes-on"), String::new(), String::new(), String::new()]
    } else {
        [outcome.fate.stops.text(terminal.lang), text(down), data, way]
    };
    let (state, stops) = (worst(outcome).filter(|_| !goes_on), outcome.fate.stops);
    Row { state, stops, names: vec![name.to_owned()], class: terminal.text(&class), cells }
}

/// Rows that say the same stand together; worst first, then what stops first.
fn rows(terminal: &Terminal, plan: &Plan, outcomes: &[&Outcome], about: About) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for outcome in outcomes {
        let new = row(terminal, plan, outcome, about);
        let same =
            |old: &&mut Row| (old.state, &old.class, &old.cells) == (new.state, &new.class, &new.cells);
        match out.iter_mut().find(same) {
            Some(old) => old.names.extend(new.names),
            None => out.push(new),
        }
    }
    out.sort_by_key(|row| (row.state.is_none(), row.state, row.stops));
    out
}

/// The table. `known` are all losses there are, so that a place is only told apart from its people where both exist.
pub(crate) fn table(
    terminal: &Terminal,
    plan: &Plan,
    outcomes: &[&Outcome],
    known: &BTreeSet<&str>,
    about: About,
) -> Vec<String> {
    let rows = rows(terminal, plan, outcomes, about);
    let names = |row: &Row| {
        let list: Vec<&str> = row.names.iter().map(String::as_str).collect();
        let list = match about {
            About::Losses => loss_names(&list, known),
            About::Services => list.into_iter().map(base::Arg::from).collect(),
        };
        terminal.text(&Message::new("cli-loss").with("losses", list))
    };
    let names: Vec<String> = rows.iter().map(names).collect();
    let heads = Heads::of(terminal, &rows, &names, about);
    let mut out = vec![heads.line(terminal)];
    rows.iter().zip(&names).for_each(|(row, name)| out.extend(heads.row(terminal, row, name)));
    out
}

/// Names and widths of the columns.
struct Heads {
    texts: Vec<String>,
    widths: Vec<usize>,
    classes: bool,
}

impl Heads {
    fn of(terminal: &Terminal, rows: &[Row], names: &[String], about: About) -> Heads {
        let classes = about == About::Losses;
        let first = if classes { "cli-head-loss" } else { "cli-head-service" };
        let ids =
            ["cli-head-verdict", first, "cli-head-class", "cli-head-stops", "cli-head-back", "cli-head-data"];
        let texts: Vec<String> =
            ids.iter().map(|id| terminal.word(id)).chain([terminal.word("cli-head-way")]).collect();
        let mut widths: Vec<usize> = texts.iter().map(|text| columns(text)).collect();
        for (row, name) in rows.iter().zip(names) {
            let cells = [&mark(terminal, row), name, &row.class].map(String::clone);
            for (at, cell) in cells.iter().chain(&row.cells).enumerate() {
                widths[at] = widths[at].max(columns(cell));
            }
        }
        widths[0] = widths[0].max(columns(&texts[0]) + 2);
        widths[1] = widths[1].min(FIRST);
        Heads { texts, widths, classes }
    }

    fn shown(&self) -> impl Iterator<Item = usize> + '_ {
        (1..self.texts.len()).filter(|at| self.classes || *at != 2)
    }

    fn line(&self, terminal: &Terminal) -> String {
        let rest = self.shown().map(|at| format!("  {}", pad(&self.texts[at], self.widths[at])));
        let verdict = pad(&format!("  {}", self.texts[0]), self.widths[0]);
        terminal.paint(Paint::Dim, format!("{verdict}{}", rest.collect::<String>()).trim_end())
    }

    fn row(&self, terminal: &Terminal, row: &Row, name: &str) -> Vec<String> {
        let lines = wrap(name, self.widths[1]);
        let cells = self.shown().map(|at| {
            let text = match at {
                1 => &lines[0],
                2 => &row.class,
                at => &row.cells[at - 3],
            };
            format!("  {}", pad(text, self.widths[at]))
        });
        let cells: String = cells.collect();
        let plain = pad(&mark(terminal, row), self.widths[0]);
        let mark =
            row.state.map_or_else(|| plain.clone(), |state| terminal.paint(state_paint(state), &plain));
        let mut out = vec![format!("{mark}{}", cells.trim_end())];
        let indent = " ".repeat(self.widths[0] + 2);
        out.extend(lines[1..].iter().map(|line| format!("{indent}{line}")));
        out
    }
}

/// Sign and word, without colour.
fn mark(terminal: &Terminal, row: &Row) -> String {
    match row.state {
        Some(state) => format!("{} {}", verdicts::glyph(state), verdicts::state_text(terminal, state)),
        None if row.stops.is_never() => "·".to_owned(),
        None => "–".to_owned(),
    }
}

/// A row for programs.
pub(crate) fn json(plan: &Plan, outcome: &Outcome) -> Json {
    json!({
        "service": outcome.service.as_str(),
        "loss": outcome.loss.id,
        "class": outcome.loss.class.as_str(),
        "verdict": worst(outcome).map(State::as_str),
        "stops": seconds(outcome.fate.stops),
        "down": down_for(plan, outcome).map(seconds),
        "age": age(outcome).map(seconds),
        "way": outcome.course().filter(|c| c.broken.is_none()).map(|c| c.choice.way.clone()),
        "verdicts": outcome.verdicts.iter().map(verdicts::one).collect::<Vec<_>>(),
    })
}

/// The verdicts on one outcome, each with its reason.
pub(crate) fn verdict_lines(terminal: &Terminal, outcome: &Outcome, indent: &str) -> Vec<String> {
    let mut out = Vec::new();
    for verdict in &outcome.verdicts {
        let part = verdict.part.as_str().to_uppercase();
        let values = verdicts::values_text(terminal, verdict.target, verdict.value);
        out.push(format!("{indent}{} {part}  {values}", state_mark(terminal, verdict.state)));
        let room = terminal.width.saturating_sub(columns(indent) + 2);
        out.extend(
            wrap(&terminal.text(&verdict.reason), room).iter().map(|line| format!("{indent}  {line}")),
        );
    }
    out
}
