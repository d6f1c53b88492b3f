//! What one loss does to one service, as a drawing: what is lost or out, the interruption, every step with what it
//! waits for, the target, and the age of the data. The same drawing goes to the terminal and to SVG.

mod scale;
pub(crate) mod screen;
pub(crate) mod svg;

use assess::condition::{Condition, Damage};
use assess::objective::{HOLD, HORIZON};
use assess::{ChainStep, Outcome, Part, State, Value, Verdict};
use base::{Arg, Id, Message, Span};
use plan::{Plan, PointTarget};

pub(crate) use scale::Scale;

use crate::reach;
use crate::verdicts::loss_name;

/// What a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The service is down.
    Down,
    /// A step that somebody carries out.
    Step,
    /// A step that happens by itself.
    Auto,
    /// Nothing can be done yet.
    Wait,
    /// A thing is lost, or does not work.
    Lost,
}

impl Kind {
    pub(crate) const ALL: [Kind; 5] = [Kind::Down, Kind::Step, Kind::Auto, Kind::Wait, Kind::Lost];

    /// Word for programs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::Down => "down",
            Kind::Step => "step",
            Kind::Auto => "auto",
            Kind::Wait => "wait",
            Kind::Lost => "lost",
        }
    }

    /// Its name in the legend.
    pub(crate) fn name(self) -> Message {
        Message::new(match self {
            Kind::Down => "cli-chart-down",
            Kind::Step => "cli-chart-work",
            Kind::Auto => "cli-chart-auto",
            Kind::Wait => "cli-chart-wait",
            Kind::Lost => "cli-chart-lost",
        })
    }
}

/// A stretch of time; it goes on beyond the drawing if it never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) kind: Kind,
    pub(crate) from: Span,
    pub(crate) to: Span,
}

/// One line of the drawing.
pub(crate) struct Row {
    pub(crate) name: Message,
    pub(crate) bars: Vec<Bar>,
    /// What the line is about: a step's own time without the wait before it.
    pub(crate) from: Span,
    pub(crate) to: Span,
}

/// How old one data set is when the service is back.
pub(crate) struct Aged {
    pub(crate) data: Id,
    pub(crate) source: Option<Id>,
    pub(crate) age: Span,
}

/// The drawing.
pub(crate) struct Chart<'o> {
    pub(crate) outcome: &'o Outcome,
    pub(crate) title: Message,
    pub(crate) rows: Vec<Row>,
    /// When the promise ends: the start of the interruption and the recovery time objective.
    pub(crate) due: Option<Span>,
    pub(crate) data: Vec<Aged>,
    /// The longest age that is promised.
    pub(crate) data_due: Option<Span>,
    /// Whether times that never come are times that nobody knows.
    pub(crate) open: bool,
    pub(crate) down_for: Option<Span>,
}

impl<'o> Chart<'o> {
    /// The drawing of an outcome.
    pub(crate) fn new(plan: &Plan, outcome: &'o Outcome) -> Chart<'o> {
        let title = Message::new("cli-explain-title")
            .with("service", &outcome.service)
            .with("loss", loss_name(&outcome.loss.id));
        let rto = target(outcome, Part::Rto).and_then(|value| match value {
            Value::Time(rto) => Some(outcome.fate.stops + rto),
            _ => None,
        });
        let mut rows = plights(plan, outcome);
        rows.extend(interruption(plan, outcome));
        rows.extend(steps(outcome));
        Chart {
            title,
            rows,
            due: rto.filter(|_| !outcome.fate.stops.is_never()),
            data: ages(outcome),
            data_due: target(outcome, Part::Rpo).map(longest_age),
            open: !outcome.touched.unknown.is_empty(),
            down_for: reach::planned_down(plan, outcome),
            outcome,
        }
    }

    /// The axis: up to the last thing that ends, and as far as the target where that is not much further.
    pub(crate) fn scale(&self, least: f64) -> Scale {
        let bars = self.rows.iter().flat_map(|row| &row.bars);
        let times: Vec<Span> = bars.flat_map(|bar| [bar.from, bar.to]).filter(|t| !t.is_never()).collect();
        let last = times.iter().copied().max().unwrap_or_default();
        let endless = self.rows.iter().flat_map(|row| &row.bars).any(|bar| bar.to.is_never());
        let last = match self.due {
            Some(due) if due.as_millis() <= last.as_millis().saturating_mul(2) || last == Span::ZERO => {
                last.max(due)
            }
            _ => last,
        };
        let last = if last == Span::ZERO { Span::days(1) } else { last };
        // What never ends is seen to go on.
        let end = if endless { last + Span::millis(last.as_millis() / 6) } else { last };
        Scale::new(times.into_iter().chain(self.due), end, least)
    }

    /// Instants that matter most: when it stops, when it is back, when it is due.
    pub(crate) fn turns(&self) -> Vec<Span> {
        let down = self.rows.iter().flat_map(|row| &row.bars).filter(|bar| bar.kind == Kind::Down);
        let ends: Vec<Span> = down.flat_map(|bar| [bar.from, bar.to]).collect();
        ends.into_iter().chain(self.due).filter(|t| !t.is_never()).collect()
    }

    /// Kinds of bars that occur.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let all: Vec<Kind> = self.rows.iter().flat_map(|row| &row.bars).map(|bar| bar.kind).collect();
        Kind::ALL.into_iter().filter(|kind| all.contains(kind)).collect()
    }

    /// `RTO 4h`.
    pub(crate) fn due_text(&self) -> Option<Message> {
        let due = self.due?;
        let rto = due - self.outcome.fate.stops;
        Some(Message::new("cli-chart-target").with("part", "RTO").with("target", rto))
    }

    /// `RPO previous day`.
    pub(crate) fn data_due_text(&self) -> Option<Message> {
        let said: Arg = match target(self.outcome, Part::Rpo)? {
            Value::Point(point) => crate::verdicts::point_text(point).into(),
            Value::Time(span) => span.into(),
            Value::Level(_) => return None,
        };
        Some(Message::new("cli-chart-target").with("part", "RPO").with("target", said))
    }

    /// An instant or a length; `?` for what nobody knows.
    pub(crate) fn time(&self, at: Span) -> Arg {
        if at.is_never() && self.open { Arg::from("?") } else { Arg::Span(at) }
    }

    /// From when to when a row lasts; for what never ends only from when.
    pub(crate) fn times(&self, row: &Row) -> Message {
        let lost = row.bars.iter().all(|bar| bar.kind == Kind::Lost);
        let from = self.time(row.from);
        let said = [row.from, row.to].map(|at| at.text(base::Lang::En));
        if said[0] == said[1] && !row.from.is_never() {
            // The two largest units do not tell them apart.
            return Message::new("cli-chart-short").with("from", from).with("takes", row.to - row.from);
        }
        match (row.from.is_never(), row.to.is_never() && lost) {
            (true, _) => Message::new("cli-why").with("why", from),
            (_, true) => Message::new("cli-chart-from").with("from", from),
            _ => Message::new("cli-chart-times").with("from", from).with("to", self.time(row.to)),
        }
    }

    /// Whether data are older than promised. Where the promise is a word, `previous day`, the run time of the copy is
    /// not counted: the verdict says what holds.
    pub(crate) fn is_late(&self, aged: &Aged) -> bool {
        let rpo = self.outcome.verdicts.iter().find(|verdict| verdict.part == Part::Rpo);
        let missed = rpo.is_some_and(|verdict| verdict.state == State::Missed);
        missed && self.data_due.is_some_and(|due| aged.age > due)
    }

    /// Whether chance decides: how long it lasts is then said for the worst case only.
    fn varies(&self) -> bool {
        self.outcome.verdicts.iter().any(|verdict| verdict.odds.is_some())
    }

    /// All of it in words, for those who cannot see it.
    pub(crate) fn words(&self) -> Vec<Message> {
        let outcome = self.outcome;
        let when = match outcome.fate.stops {
            Span::ZERO => Message::new("cli-chart-at-once"),
            stops => Message::new("cli-chart-after").with("stops", stops),
        };
        let about =
            |id: &'static str| Message::new(id).with("service", &outcome.service).with("when", when.clone());
        let first = match self.down_for {
            Some(Span::NEVER) => about("cli-chart-never"),
            Some(down) if self.varies() => about("cli-chart-back-most").with("down", down),
            Some(down) => about("cli-chart-back").with("down", down),
            None => {
                let facts = outcome.touched.unknown.iter().take(3).map(Arg::from).collect::<Vec<_>>();
                about("cli-chart-open").with("facts", facts)
            }
        };
        let steps = self.rows.iter().filter(|row| row.is_step()).map(|row| {
            let step = Message::new("cli-chart-step").with("step", row.name.clone());
            Arg::Message(step.with("from", self.time(row.from)).with("to", self.time(row.to)))
        });
        let steps: Vec<Arg> = steps.collect();
        let steps = (!steps.is_empty()).then(|| Message::new("cli-chart-steps").with("steps", steps));
        std::iter::once(first).chain(steps).collect()
    }
}

impl Aged {
    /// How old, and from where.
    pub(crate) fn text(&self) -> Message {
        match &self.source {
            Some(source) => Message::new("cli-chart-data-row").with("age", self.age).with("source", source),
            None => Message::new("cli-chart-data-plain").with("age", self.age),
        }
    }
}

impl Row {
    fn is_step(&self) -> bool {
        self.bars.iter().any(|bar| matches!(bar.kind, Kind::Step | Kind::Auto))
    }
}

fn target(outcome: &Outcome, part: Part) -> Option<Value> {
    let verdict: Option<&Verdict> = outcome.verdicts.iter().find(|verdict| verdict.part == part);
    verdict.map(|verdict| verdict.target)
}

/// The longest age that a recovery point objective allows.
fn longest_age(target: Value) -> Span {
    match target {
        Value::Time(span) => span,
        Value::Point(PointTarget::Age(span)) => span,
        Value::Point(PointTarget::JustBefore) => Span::minutes(1),
        Value::Point(PointTarget::PreviousDay) => Span::days(1),
        Value::Point(PointTarget::PreviousWeek) => Span::days(7),
        Value::Point(PointTarget::PreviousMonth) => Span::days(31),
        Value::Level(_) => Span::ZERO,
    }
}

/// Things to blame: from what was hit to what stops the service, and what steps wait for.
fn plights(plan: &Plan, outcome: &Outcome) -> Vec<Row> {
    let waits = outcome.course().into_iter().flat_map(|course| &course.choice.steps);
    let waits = waits.filter_map(|step| step.waits_for.as_ref());
    let mut ids: Vec<Id> = Vec::new();
    for id in outcome.causes.iter().rev().chain(waits) {
        if !ids.contains(id) && *id != outcome.service {
            ids.push(id.clone());
        }
    }
    let found = assess::conditions(plan, &outcome.loss, &ids);
    // A region is only the cause: how long each thing in it is out follows from the thing.
    let things = found.iter().filter(|(id, _)| !plan.regions.contains_key(id));
    things.filter_map(|(id, condition)| plight(id, condition)).collect()
}

fn plight(id: &Id, condition: &Condition) -> Option<Row> {
    let named = |word: &'static str| Message::new(word).with("what", id);
    let whole = |name: Message| {
        let bar = Bar { kind: Kind::Lost, from: Span::ZERO, to: Span::NEVER };
        Some(Row { name, bars: vec![bar], from: Span::ZERO, to: Span::NEVER })
    };
    match condition.damage {
        Damage::Gone => return whole(named("cli-chart-gone")),
        Damage::Wiped => return whole(named("cli-chart-wiped")),
        Damage::Intact => {}
    }
    let bars: Vec<Bar> = condition.out.iter().map(|(from, to)| Bar { kind: Kind::Lost, from, to }).collect();
    let (first, last) = (bars.first()?.from, bars.last()?.to);
    Some(Row { name: named("cli-chart-out"), bars, from: first, to: last })
}

fn interruption(plan: &Plan, outcome: &Outcome) -> Option<Row> {
    if outcome.fate.stops.is_never() {
        return None;
    }
    let hold = plan.services.get(&outcome.service).and_then(|service| service.hold).unwrap_or(HOLD);
    let bars: Vec<Bar> = match outcome.course().filter(|course| course.broken.is_none()) {
        None => vec![Bar { kind: Kind::Down, from: outcome.fate.stops, to: Span::NEVER }],
        Some(course) => {
            let gaps = course.up.at_least(hold).complement();
            let gaps = if course.rta(hold, HORIZON).is_never() { course.up.complement() } else { gaps };
            let bar = |(from, to)| Bar { kind: Kind::Down, from, to };
            gaps.iter()
                .filter(|(_, to)| *to > outcome.fate.stops)
                .map(|(a, b)| bar((a.max(outcome.fate.stops), b)))
                .collect()
        }
    };
    let (from, to) = (bars.first()?.from, bars.last()?.to);
    let name = Message::new("cli-explain-down").with("service", &outcome.service);
    Some(Row { name, bars, from, to })
}

fn steps(outcome: &Outcome) -> Vec<Row> {
    let Some(course) = outcome.course() else { return Vec::new() };
    let mut free = outcome.fate.stops;
    let mut out = Vec::new();
    for step in &course.choice.steps {
        out.push(row_of(step, free));
        free = step.starts + step.takes;
    }
    out
}

/// A step, and the wait between the end of the one before it and its start.
fn row_of(step: &ChainStep, free: Span) -> Row {
    let (from, to) = (step.starts, step.starts + step.takes);
    let kind = if step.auto { Kind::Auto } else { Kind::Step };
    let mut bars = Vec::new();
    if free < from {
        bars.push(Bar { kind: Kind::Wait, from: free, to: from });
    }
    if !from.is_never() {
        bars.push(Bar { kind, from, to });
    }
    Row { name: step_name(step), bars, from, to }
}

/// What is done, by whom, and what it waits for.
fn step_name(step: &ChainStep) -> Message {
    let name = assess::proof::step_name(step.verb, &step.object);
    let by: Vec<Arg> = step.by.iter().map(Arg::from).collect();
    let name = match step.verb {
        plan::Verb::Arrive => name,
        _ if by.is_empty() => name,
        _ => Message::new("cli-chart-by").with("step", name).with("by", by),
    };
    match &step.waits_for {
        Some(what) => {
            let waits = Message::new("cli-chart-waits").with("what", what);
            Message::new("cli-chart-waiting").with("step", name).with("waits", waits)
        }
        None => name,
    }
}

fn ages(outcome: &Outcome) -> Vec<Aged> {
    let Some(course) = outcome.course().filter(|course| course.broken.is_none()) else { return Vec::new() };
    let aged = course.ages.iter().map(|(data, age)| Aged {
        data: data.clone(),
        source: course.choice.sources.get(data).cloned(),
        age: age.worst(),
    });
    aged.collect()
}
