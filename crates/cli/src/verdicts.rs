//! Verdicts for people (a table, worst first) and for programs (JSON, never translated).

use std::collections::{BTreeMap, BTreeSet};

use assess::{Assessment, Part, State, Value, Verdict};
use base::{Arg, Exit, Id, Message, Span};
use plan::{Class, PointTarget};
use serde_json::{Value as Json, json};

use crate::functions;
use crate::outlook;
use crate::terminal::{Paint, Terminal, columns, pad, wrap};

/// The exit code that the verdicts mean.
pub(crate) fn exit(assessment: &Assessment) -> Exit {
    let services = assessment.verdicts().into_iter().filter(|v| !v.accepted).map(|v| v.state);
    let functions = functions::verdicts(assessment).into_iter().map(|(_, v)| v.state);
    match services.chain(functions).min() {
        Some(State::Missed) => Exit::Missed,
        Some(State::Unknown) => Exit::Unknown,
        _ => Exit::Met,
    }
}

/// The stable object of `oki prove --json` and `oki status --json`.
pub(crate) fn json(assessment: &Assessment) -> Json {
    json!({
        "verdicts": assessment.verdicts().into_iter().map(one).collect::<Vec<_>>(),
        "without_objectives": without_objectives(assessment),
        "functions": functions::json(assessment),
        "levels": functions::levels(assessment),
    })
}

/// Services that promise nothing, so that nothing is judged of them.
fn without_objectives(assessment: &Assessment) -> Vec<&Id> {
    let promised: BTreeSet<&Id> = assessment.verdicts().into_iter().map(|verdict| &verdict.service).collect();
    let all: BTreeSet<&Id> = assessment.outcomes.iter().map(|outcome| &outcome.service).collect();
    all.difference(&promised).copied().collect()
}

/// A service that promises nothing has no row, which is not the same as keeping all promises.
pub(crate) fn silent(terminal: &Terminal, assessment: &Assessment) -> Vec<String> {
    let silent: Vec<Arg> = without_objectives(assessment).into_iter().map(Arg::from).collect();
    if silent.is_empty() {
        return Vec::new();
    }
    wrap(&terminal.text(&Message::new("cli-no-objectives").with("services", silent)), terminal.width)
}

/// A verdict for programs.
pub(crate) fn one(verdict: &Verdict) -> Json {
    json!({
        "service": verdict.service.as_str(),
        "objective": verdict.part.as_str(),
        "loss": verdict.loss,
        "class": verdict.class.as_str(),
        "verdict": verdict.state.as_str(),
        "target": number(verdict.target),
        "value": verdict.value.map(number),
        "unit": if verdict.part == Part::Rlo { "share" } else { "s" },
        "reason": verdict.reason.to_string(),
        "evidence": verdict.evidence,
        "certain": verdict.certain,
        "stops": verdict.stops,
        "accepted": verdict.accepted,
        "unknown": verdict.unknown,
        "odds": verdict.odds.as_ref().map(outlook::odds_json),
        "assumed": verdict.assumed.iter().map(|(name, span)| (*name, span.as_seconds())).collect::<BTreeMap<_, _>>(),
    })
}

/// Seconds, a share, a word for a recovery point, or `never`.
pub(crate) fn number(value: Value) -> Json {
    match value {
        Value::Time(span) => seconds(span),
        Value::Point(target) => json!(point_word(target)),
        Value::Level(level) => json!(level),
    }
}

/// Seconds, or `never`.
pub(crate) fn seconds(span: Span) -> Json {
    if span.is_never() { json!("never") } else { json!(span.as_seconds()) }
}

fn point_word(target: PointTarget) -> &'static str {
    match target {
        PointTarget::Age(_) => "age",
        PointTarget::JustBefore => "just-before",
        PointTarget::PreviousDay => "previous-day",
        PointTarget::PreviousWeek => "previous-week",
        PointTarget::PreviousMonth => "previous-month",
    }
}

/// A target or value as a person reads it.
pub(crate) fn value_text(terminal: &Terminal, value: Value) -> String {
    match value {
        Value::Time(span) => span.text(terminal.lang),
        Value::Level(level) => format!("{} %", (level * 100.0).round()),
        Value::Point(target) => terminal.text(&point_text(target)),
    }
}

/// A recovery point in words.
pub(crate) fn point_text(target: PointTarget) -> Message {
    Message::new(format!("cli-point-{}", point_word(target)))
}

/// A row of the table: verdicts that say the same, of several losses or objectives, stand together.
struct Row<'a> {
    /// One for each objective.
    verdicts: Vec<&'a Verdict>,
    losses: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn first(&self) -> &'a Verdict {
        self.verdicts[0]
    }
}

/// The verdict table. Without `all`, losses that stop nothing are only counted.
pub(crate) fn table(terminal: &Terminal, assessment: &Assessment, all: bool) -> Vec<String> {
    let verdicts = assessment.verdicts();
    let known: BTreeSet<&str> = verdicts.iter().map(|v| v.loss.as_str()).collect();
    let (shown, quiet): (Vec<&Verdict>, Vec<&Verdict>) = verdicts.into_iter().partition(|v| v.stops || all);
    let mut out = lines(terminal, &rows(&shown), &known);
    out.push(String::new());
    out.extend(summary(terminal, &shown, &quiet));
    out
}

/// The first rows of the table for these verdicts, and how many verdicts are in none of them.
pub(crate) fn worst(
    terminal: &Terminal,
    assessment: &Assessment,
    verdicts: &[&Verdict],
    most: usize,
) -> (Vec<String>, usize) {
    let known: BTreeSet<&str> = assessment.outcomes.iter().map(|outcome| outcome.loss.id.as_str()).collect();
    let mut rows = rows(verdicts);
    let left = rows.iter().skip(most).map(|row| row.verdicts.len() * row.losses.len()).sum();
    rows.truncate(most);
    (lines(terminal, &rows, &known), left)
}

fn lines(terminal: &Terminal, rows: &[Row<'_>], known: &BTreeSet<&str>) -> Vec<String> {
    let rows: Vec<Cells<'_>> = rows.iter().map(|row| Cells::of(terminal, row, known)).collect();
    let widths = Widths::of(terminal, &rows);
    let mut out = vec![widths.head(terminal)];
    let mut previous = None;
    for row in &rows {
        if previous.is_some_and(|state| state != row.verdict.state) {
            out.push(String::new());
        }
        out.extend(widths.lines(terminal, row));
        previous = Some(row.verdict.state);
    }
    out
}

fn rows<'a>(verdicts: &[&'a Verdict]) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for verdict in verdicts {
        let key = format!("{} {:?} {:?} {:?}", said(verdict), verdict.part, verdict.target, verdict.value);
        match places.get(&key) {
            Some(at) => rows[*at].losses.push(&verdict.loss),
            None => {
                places.insert(key, rows.len());
                rows.push(Row { verdicts: vec![verdict], losses: vec![&verdict.loss] });
            }
        }
    }
    together(rows)
}

/// Rows of the same losses with the same reason become one, with several objectives.
fn together(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let mut out: Vec<Row<'_>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        let key = format!("{} {:?}", said(row.first()), row.losses);
        match places.get(&key) {
            Some(at) => out[*at].verdicts.extend(row.verdicts),
            None => {
                places.insert(key, out.len());
                out.push(row);
            }
        }
    }
    out
}

/// What verdicts have in common that are told together.
fn said(v: &Verdict) -> String {
    format!("{:?} {} {:?} {} {}", v.state, v.service, v.class, v.accepted, v.reason)
}

/// A row as texts.
struct Cells<'a> {
    verdict: &'a Verdict,
    objectives: Vec<String>,
    losses: String,
    class: String,
    values: Vec<String>,
}

impl<'a> Cells<'a> {
    fn of(terminal: &Terminal, row: &Row<'a>, known: &BTreeSet<&str>) -> Cells<'a> {
        let verdict = row.first();
        let class = if verdict.class == Class::Failure { "cli-class-failure" } else { "cli-class-disaster" };
        let objective =
            |v: &&Verdict| Message::new("cli-objective").with("part", v.part.as_str().to_uppercase());
        Cells {
            verdict,
            objectives: row.verdicts.iter().map(|v| terminal.text(&objective(v))).collect(),
            losses: terminal.text(&Message::new("cli-loss").with("losses", loss_names(&row.losses, known))),
            class: terminal.word(class),
            values: row.verdicts.iter().map(|v| values_text(terminal, v.target, v.value)).collect(),
        }
    }
}

struct Widths {
    state: usize,
    service: usize,
    objective: usize,
    loss: usize,
    class: usize,
}

/// Widest column of losses; longer ones wrap.
const LOSS: usize = 30;
/// Narrowest.
const LEAST: usize = 12;
/// Columns between and before the others: a sign and six gaps.
const GAPS: usize = 12;

impl Widths {
    fn of(terminal: &Terminal, rows: &[Cells<'_>]) -> Widths {
        let widest = |head: &'static str, cells: &dyn Fn(&Cells<'_>) -> usize| {
            rows.iter().map(cells).chain([columns(&terminal.word(head))]).max().unwrap_or(0)
        };
        let most = |texts: &[String]| texts.iter().map(|text| columns(text)).max().unwrap_or(0);
        let mut widths = Widths {
            state: widest("cli-head-verdict", &|row| columns(&state_text(terminal, row.verdict.state))),
            service: widest("cli-head-service", &|row| columns(row.verdict.service.as_str())),
            objective: widest("cli-head-objective", &|row| most(&row.objectives)),
            loss: widest("cli-head-loss", &|row| columns(&row.losses)).min(LOSS),
            class: widest("cli-head-class", &|row| columns(&row.class)),
        };
        // Losses wrap where there is no room for them.
        let values = widest("cli-head-values", &|row| most(&row.values));
        let others = widths.state + widths.service + widths.objective + widths.class + values + GAPS;
        widths.loss = widths.loss.min(terminal.width.saturating_sub(others)).max(LEAST);
        widths
    }

    fn head(&self, terminal: &Terminal) -> String {
        let line = format!(
            "  {}  {}  {}  {}  {}  {}",
            pad(&terminal.word("cli-head-verdict"), self.state),
            pad(&terminal.word("cli-head-service"), self.service),
            pad(&terminal.word("cli-head-objective"), self.objective),
            pad(&terminal.word("cli-head-loss"), self.loss),
            pad(&terminal.word("cli-head-class"), self.class),
            terminal.word("cli-head-values"),
        );
        terminal.paint(Paint::Dim, line.trim_end())
    }

    fn lines(&self, terminal: &Terminal, row: &Cells<'_>) -> Vec<String> {
        let verdict = row.verdict;
        let paint = state_paint(verdict.state);
        let losses = wrap(&row.losses, self.loss);
        let cell = |texts: &[String], line: usize| texts.get(line).cloned().unwrap_or_default();
        let mut out = Vec::new();
        for line in 0..losses.len().max(row.objectives.len()) {
            let first = line == 0;
            let text = |text: String| if first { text } else { String::new() };
            let said = format!(
                "{} {}  {}  {}  {}  {}  {}",
                terminal.paint(paint, if first { glyph(verdict.state) } else { " " }),
                terminal.paint(paint, &pad(&text(state_text(terminal, verdict.state)), self.state)),
                terminal.paint(Paint::Bold, &pad(&text(verdict.service.to_string()), self.service)),
                pad(&cell(&row.objectives, line), self.objective),
                pad(&cell(&losses, line), self.loss),
                pad(&text(row.class.clone()), self.class),
                cell(&row.values, line),
            );
            out.push(said.trim_end().to_owned());
        }
        out.extend(self.reason(terminal, verdict));
        out
    }

    fn reason(&self, terminal: &Terminal, verdict: &Verdict) -> Vec<String> {
        let indent = " ".repeat(4 + self.state);
        let mut reason = terminal.text(&verdict.reason);
        if verdict.accepted {
            reason = format!("{reason} {}", terminal.word("cli-accepted"));
        }
        let room = terminal.width.saturating_sub(columns(&indent)).max(30);
        let lines = wrap(&reason, room);
        lines.iter().map(|line| format!("{indent}{}", terminal.paint(Paint::Dim, line))).collect()
    }
}

/// The names of losses. A place whose loss comes out the same with and without its people is named once; where only
/// one of the two is meant, it says which.
pub(crate) fn loss_names(losses: &[&str], known: &BTreeSet<&str>) -> Vec<Arg> {
    let mut out = Vec::new();
    for id in losses {
        let name = match id.strip_suffix("+people") {
            Some(place) if losses.contains(&place) => continue,
            None if known.contains(format!("{id}+people").as_str())
                && !losses.contains(&format!("{id}+people").as_str()) =>
            {
                Message::new("cli-loss-people-safe").with("place", *id)
            }
            Some(_) => loss_name(id),
            None => Message::new("cli-loss-plain").with("id", *id),
        };
        out.push(Arg::Message(name));
    }
    out
}

/// A loss as a person reads it: `hall+people` is the hall with its people.
pub(crate) fn loss_name(id: &str) -> Message {
    match id.strip_suffix("+people") {
        Some(place) => Message::new("cli-loss-people").with("place", place),
        None => Message::new("cli-loss-plain").with("id", id),
    }
}

/// What was promised, and what is achieved.
pub(crate) fn values_text(terminal: &Terminal, target: Value, value: Option<Value>) -> String {
    let target = value_text(terminal, target);
    let arrow = value.map_or_else(|| "?".to_owned(), |value| value_text(terminal, value));
    format!("{target} → {arrow}")
}

pub(crate) fn glyph(state: State) -> &'static str {
    match state {
        State::Missed => "✗",
        State::Unknown => "?",
        State::Predicted => "○",
        State::Proven => "●",
    }
}

pub(crate) fn state_paint(state: State) -> Paint {
    match state {
        State::Missed => Paint::Red,
        State::Unknown => Paint::Yellow,
        State::Predicted => Paint::Blue,
        State::Proven => Paint::Green,
    }
}

pub(crate) fn state_text(terminal: &Terminal, state: State) -> String {
    Message::new(format!("cli-state-{}", state.as_str())).text(terminal.lang)
}

fn summary(terminal: &Terminal, shown: &[&Verdict], quiet: &[&Verdict]) -> Vec<String> {
    let count = |state: State| shown.iter().filter(|v| v.state == state).count();
    let mut parts = Vec::new();
    for state in [State::Missed, State::Unknown, State::Predicted, State::Proven] {
        let text = format!("{} {} {}", glyph(state), count(state), state_text(terminal, state));
        parts.push(terminal.paint(state_paint(state), &text));
    }
    let mut out = vec![parts.join("   ")];
    if !quiet.is_empty() {
        out.push(
            terminal.paint(
                Paint::Dim,
                &terminal.text(&Message::new("cli-quiet-losses").with("count", quiet.len())),
            ),
        );
    }
    let assumed = shown.iter().flat_map(|v| v.assumed.iter().map(|(name, span)| (*name, *span)));
    out.extend(assumptions(terminal, assumed.collect()));
    out
}

/// The standard times that were used, as one paragraph; nothing if none were.
pub(crate) fn assumptions(terminal: &Terminal, assumed: BTreeMap<&str, Span>) -> Vec<String> {
    if assumed.is_empty() {
        return Vec::new();
    }
    let list = assumed.into_iter().map(|(name, span)| {
        let name = Message::new(format!("cli-assumed-{name}"));
        Arg::Message(Message::new("cli-assumed-one").with("name", name).with("span", span))
    });
    let text = terminal.text(&Message::new("cli-assumed").with("list", list.collect::<Vec<_>>()));
    wrap(&text, terminal.width).iter().map(|line| terminal.paint(Paint::Dim, line)).collect()
}

/// Sign and word of a verdict, in its colour.
pub(crate) fn state_mark(terminal: &Terminal, state: State) -> String {
    terminal.paint(state_paint(state), &format!("{} {}", glyph(state), state_text(terminal, state)))
}
