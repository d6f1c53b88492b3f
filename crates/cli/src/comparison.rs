//! Two assessments beside each other: which verdicts got better and which got worse.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use assess::{Assessment, FunctionOutcome, FunctionVerdict, State, Value, Verdict};
use base::{Exit, Id, Message};
use serde_json::{Value as Json, json};

use crate::functions;
use crate::terminal::{Paint, Terminal, columns, pad, wrap};
use crate::verdicts;

/// Which way a verdict went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    Worse,
    Better,
    /// Neither: another target, or judged only before or only after.
    Other,
}

/// What a verdict is about: a service or a business function, an objective, a loss.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    function: bool,
    id: &'a Id,
    objective: &'static str,
    loss: &'a str,
}

/// A verdict on a service or on a business function.
#[derive(Clone, Copy)]
struct Judged<'a> {
    key: Key<'a>,
    state: State,
    target: Value,
    value: Option<Value>,
    reason: &'a Message,
    stops: bool,
    accepted: bool,
    from: From<'a>,
}

#[derive(Clone, Copy)]
enum From<'a> {
    Service(&'a Verdict),
    Function(&'a FunctionOutcome),
}

impl<'a> Judged<'a> {
    fn service(v: &'a Verdict) -> Judged<'a> {
        Judged {
            key: Key { function: false, id: &v.service, objective: v.part.as_str(), loss: &v.loss },
            state: v.state,
            target: v.target,
            value: v.value,
            reason: &v.reason,
            stops: v.stops,
            accepted: v.accepted,
            from: From::Service(v),
        }
    }

    fn function((of, v): (&'a FunctionOutcome, &'a FunctionVerdict)) -> Judged<'a> {
        Judged {
            key: Key { function: true, id: &of.function, objective: "mtpd", loss: &of.loss },
            state: v.state,
            target: Value::Time(v.mtpd),
            value: v.value.map(Value::Time),
            reason: &v.reason,
            stops: v.stops,
            accepted: false,
            from: From::Function(of),
        }
    }

    fn json(&self) -> Json {
        match self.from {
            From::Service(verdict) => verdicts::one(verdict),
            From::Function(outcome) => functions::one(outcome),
        }
    }
}

/// A verdict before and after; one of the two may not be there.
struct Changed<'a> {
    key: Key<'a>,
    before: Option<Judged<'a>>,
    after: Option<Judged<'a>>,
    direction: Direction,
}

/// What is not as before, worse first.
pub(crate) struct Comparison<'a> {
    list: Vec<Changed<'a>>,
    /// Verdicts that are as before.
    pub(crate) same: usize,
    known: BTreeSet<&'a str>,
}

fn judged(assessment: &Assessment) -> BTreeMap<Key<'_>, Judged<'_>> {
    let services = assessment.verdicts().into_iter().map(Judged::service);
    let functions = functions::verdicts(assessment).into_iter().map(Judged::function);
    services.chain(functions).map(|judged| (judged.key, judged)).collect()
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(before: &'a Assessment, after: &'a Assessment) -> Comparison<'a> {
        let (old, new) = (judged(before), judged(after));
        let keys: BTreeSet<Key<'_>> = old.keys().chain(new.keys()).copied().collect();
        let (mut list, mut same) = (Vec::new(), 0);
        for key in keys {
            let (before, after) = (old.get(&key).copied(), new.get(&key).copied());
            match direction(before, after) {
                Some(direction) => list.push(Changed { key, before, after, direction }),
                None => same += 1,
            }
        }
        list.sort_by_key(|c| (c.direction, c.after.map(|judged| judged.state)));
        let losses = before.outcomes.iter().chain(&after.outcomes).map(|outcome| outcome.loss.id.as_str());
        Comparison { list, same, known: losses.collect() }
    }

    pub(crate) fn count(&self, direction: Direction) -> usize {
        self.list.iter().filter(|changed| changed.direction == direction).count()
    }

    pub(crate) fn exit(&self) -> Exit {
        let lost = self.list.iter().any(Changed::is_loss_of_certainty);
        if lost { Exit::Missed } else { Exit::Met }
    }

    pub(crate) fn json(&self) -> Vec<Json> {
        self.list.iter().map(Changed::json).collect()
    }

    pub(crate) fn show(&self, terminal: &Terminal, all: bool) {
        if self.list.is_empty() {
            let message = Message::new("cli-whatif-same").with("count", self.same);
            return terminal.out(&terminal.text(&message));
        }
        let rows = rows(terminal, self, all);
        if !rows.is_empty() {
            table(terminal, &rows, &self.known).iter().for_each(|line| terminal.out(line));
            terminal.out("");
        }
        let summary = Message::new("cli-whatif-summary")
            .with("worse", self.count(Direction::Worse))
            .with("better", self.count(Direction::Better))
            .with("other", self.count(Direction::Other))
            .with("same", self.same);
        terminal.out(&terminal.text(&summary));
    }
}

/// Which way a verdict went; nothing if it is the same.
fn direction(before: Option<Judged<'_>>, after: Option<Judged<'_>>) -> Option<Direction> {
    let (Some(a), Some(b)) = (before, after) else { return Some(Direction::Other) };
    match b.state.cmp(&a.state) {
        Ordering::Less => return Some(Direction::Worse),
        Ordering::Greater => return Some(Direction::Better),
        Ordering::Equal if a.target != b.target => return Some(Direction::Other),
        Ordering::Equal => {}
    }
    match (a.value, b.value) {
        (old, new) if old == new => None,
        (Some(Value::Time(old)), Some(Value::Time(new))) => {
            Some(if new > old { Direction::Worse } else { Direction::Better })
        }
        (Some(Value::Level(old)), Some(Value::Level(new))) => {
            Some(if new < old { Direction::Worse } else { Direction::Better })
        }
        _ => Some(Direction::Other),
    }
}

impl Changed<'_> {
    /// Whether an objective that was met is met no more, or one that was open is missed. A proof that is void is none:
    /// what was proven is predicted then, until it is drilled anew.
    fn is_loss_of_certainty(&self) -> bool {
        let met = |state: State| state.max(State::Missed).min(State::Predicted);
        let after = self.after.filter(|verdict| !verdict.accepted);
        self.before.zip(after).is_some_and(|(before, after)| met(after.state) < met(before.state))
    }

    /// What the latest verdict rests on.
    fn reason(&self) -> Option<&Message> {
        self.after.or(self.before).map(|judged| judged.reason)
    }

    fn json(&self) -> Json {
        let Key { function, id, objective, loss } = self.key;
        json!({
            "service": (!function).then_some(id.as_str()),
            "function": function.then_some(id.as_str()),
            "objective": objective,
            "loss": loss,
            "direction": match self.direction {
                Direction::Worse => "worse",
                Direction::Better => "better",
                Direction::Other => "other",
            },
            "before": self.before.map(|judged| judged.json()),
            "after": self.after.map(|judged| judged.json()),
        })
    }
}

/// Changes that read the same, with the losses for which they do.
struct Row<'a> {
    first: &'a Changed<'a>,
    losses: Vec<&'a str>,
    before: String,
    after: String,
}

fn rows<'a>(terminal: &Terminal, changed: &'a Comparison<'a>, all: bool) -> Vec<Row<'a>> {
    let mut out: Vec<Row<'a>> = Vec::new();
    // A target that is another one where nothing stops says nothing.
    let stops = |one: &&Changed<'_>| all || one.before.into_iter().chain(one.after).any(|v| v.stops);
    for one in changed.list.iter().filter(stops) {
        let (before, after) =
            (side(terminal, one.before, "cli-whatif-new"), side(terminal, one.after, "cli-whatif-gone"));
        let same = |row: &&mut Row<'a>| {
            let of = |changed: &Changed<'a>| (changed.key.id, changed.key.objective, changed.direction);
            of(row.first) == of(one)
                && row.first.reason() == one.reason()
                && row.before == before
                && row.after == after
        };
        match out.iter_mut().find(same) {
            Some(row) => row.losses.push(one.key.loss),
            None => out.push(Row { first: one, losses: vec![one.key.loss], before, after }),
        }
    }
    out
}

/// A verdict in one cell: its sign, what is promised and what is achieved.
fn side(terminal: &Terminal, judged: Option<Judged<'_>>, none: &'static str) -> String {
    match judged {
        Some(v) => {
            format!("{} {}", verdicts::glyph(v.state), verdicts::values_text(terminal, v.target, v.value))
        }
        None => terminal.word(none),
    }
}

/// Widest column of losses; longer ones wrap.
const LOSS: usize = 26;

fn table(terminal: &Terminal, rows: &[Row<'_>], known: &BTreeSet<&str>) -> Vec<String> {
    let heads =
        ["cli-head-service", "cli-head-objective", "cli-head-loss", "cli-head-before", "cli-head-after"];
    let heads = heads.map(|id| terminal.word(id));
    let cells: Vec<[String; 5]> = rows.iter().map(|row| cells(terminal, row, known)).collect();
    let mut widths = heads.clone().map(|head| columns(&head));
    for row in &cells {
        (0..widths.len()).for_each(|at| widths[at] = widths[at].max(columns(&row[at])));
    }
    widths[2] = widths[2].min(LOSS);
    let head = (0..5).map(|at| pad(&heads[at], widths[at])).collect::<Vec<_>>().join("  ");
    let mut out = vec![terminal.paint(Paint::Dim, format!("  {head}").trim_end())];
    for (row, cells) in rows.iter().zip(&cells) {
        out.extend(lines(terminal, row, cells, &widths));
    }
    out
}

fn cells(terminal: &Terminal, row: &Row<'_>, known: &BTreeSet<&str>) -> [String; 5] {
    let Key { id, objective, .. } = row.first.key;
    let losses = Message::new("cli-loss").with("losses", verdicts::loss_names(&row.losses, known));
    [id.to_string(), objective.to_uppercase(), terminal.text(&losses), row.before.clone(), row.after.clone()]
}

fn lines(terminal: &Terminal, row: &Row<'_>, cells: &[String; 5], widths: &[usize; 5]) -> Vec<String> {
    let (sign, paint) = match row.first.direction {
        Direction::Worse => ("▼", Paint::Red),
        Direction::Better => ("▲", Paint::Green),
        Direction::Other => ("~", Paint::Yellow),
    };
    let losses = wrap(&cells[2], widths[2]);
    let paint_of = |judged: Option<Judged<'_>>| judged.map_or(Paint::Dim, |v| verdicts::state_paint(v.state));
    let first = format!(
        "{} {}  {}  {}  {}  {}",
        terminal.paint(paint, sign),
        terminal.paint(Paint::Bold, &pad(&cells[0], widths[0])),
        pad(&cells[1], widths[1]),
        pad(&losses[0], widths[2]),
        terminal.paint(paint_of(row.first.before), &pad(&cells[3], widths[3])),
        terminal.paint(paint_of(row.first.after), &cells[4]),
    );
    let indent = " ".repeat(6 + widths[0] + widths[1]);
    let mut out = vec![first.trim_end().to_owned()];
    out.extend(losses[1..].iter().map(|line| format!("{indent}{line}")));
    if let Some(judged) = row.first.after {
        let reason = wrap(&terminal.text(judged.reason), terminal.width.saturating_sub(4));
        out.extend(reason.iter().map(|line| format!("    {}", terminal.paint(Paint::Dim, line))));
    }
    out
}
