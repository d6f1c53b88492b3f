//! Verdicts for people (a table, worst first) and for programs (JSON, never translated).

use assess::{Assessment, Part, State, Value, Verdict};
use base::{Arg, Exit, Message, Span};
use plan::{Class, PointTarget};
use serde_json::{Value as Json, json};

use crate::terminal::{Paint, Terminal, columns, pad, wrap};

/// The exit code that the verdicts mean.
pub(crate) fn exit(assessment: &Assessment) -> Exit {
    match assessment.verdicts().iter().filter(|v| !v.accepted).map(|v| v.state).min() {
        Some(State::Missed) => Exit::Missed,
        Some(State::Unknown) => Exit::Unknown,
        _ => Exit::Met,
    }
}

/// The stable object of `oki prove --json` and `oki status --json`.
pub(crate) fn json(assessment: &Assessment) -> Json {
    json!({ "verdicts": assessment.verdicts().into_iter().map(one).collect::<Vec<_>>() })
}

fn one(verdict: &Verdict) -> Json {
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
        "assumed": verdict.assumed.iter().map(|(name, span)| (*name, span.as_seconds())).collect::<std::collections::BTreeMap<_, _>>(),
    })
}

/// Seconds, a share, a word for a recovery point, or `never`.
fn number(value: Value) -> Json {
    match value {
        Value::Time(Span::NEVER) => json!("never"),
        Value::Time(span) => json!(span.as_seconds()),
        Value::Point(target) => json!(point_word(target)),
        Value::Level(level) => json!(level),
    }
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
        Value::Point(target) => Message::new(format!("cli-point-{}", point_word(target))).text(terminal.lang),
    }
}

/// A row of the table: verdicts that say the same of several losses stand together.
struct Row<'a> {
    verdict: &'a Verdict,
    losses: Vec<&'a str>,
}

/// The verdict table. Without `all`, losses that stop nothing are only counted.
pub(crate) fn table(terminal: &Terminal, assessment: &Assessment, all: bool) -> Vec<String> {
    let verdicts = assessment.verdicts();
    let (shown, quiet): (Vec<&Verdict>, Vec<&Verdict>) = verdicts.into_iter().partition(|v| v.stops || all);
    let rows = grouped(&shown);
    let mut out = Vec::new();
    let widths = Widths::of(terminal, &rows);
    out.push(widths.head(terminal));
    let mut previous: Option<&Verdict> = None;
    for row in &rows {
        if previous.is_some_and(|p| p.state != row.verdict.state) {
            out.push(String::new());
        }
        out.extend(widths.lines(terminal, row));
        previous = Some(row.verdict);
    }
    out.push(String::new());
    out.extend(summary(terminal, &shown, &quiet));
    out
}

fn grouped<'a>(verdicts: &[&'a Verdict]) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for verdict in verdicts {
        let same = |row: &&mut Row<'_>| {
            let v = row.verdict;
            (v.state, &v.service, v.part, v.class)
                == (verdict.state, &verdict.service, verdict.part, verdict.class)
                && v.reason == verdict.reason
                && v.target == verdict.target
                && v.value == verdict.value
        };
        match rows.iter_mut().find(same) {
            Some(row) => row.losses.push(&verdict.loss),
            None => rows.push(Row { verdict, losses: vec![&verdict.loss] }),
        }
    }
    rows
}

struct Widths {
    state: usize,
    service: usize,
    loss: usize,
    objective: usize,
}

impl Widths {
    fn of(terminal: &Terminal, rows: &[Row<'_>]) -> Widths {
        let widest =
            |cells: &mut dyn Iterator<Item = String>| cells.map(|cell| columns(&cell)).max().unwrap_or(0);
        let states = [State::Missed, State::Unknown, State::Predicted, State::Proven];
        Widths {
            state: widest(&mut states.iter().map(|s| state_text(terminal, *s))),
            service: widest(
                &mut rows
                    .iter()
                    .map(|r| r.verdict.service.to_string())
                    .chain([terminal.word("cli-head-service")]),
            ),
            loss: widest(
                &mut rows.iter().map(|r| loss_text(terminal, r)).chain([terminal.word("cli-head-loss")]),
            )
            .min(34),
            objective: 9.max(columns(&terminal.word("cli-head-objective"))),
        }
    }

    fn head(&self, terminal: &Terminal) -> String {
        let line = format!(
            "  {}  {}  {}  {}  {}",
            pad(&terminal.word("cli-head-verdict"), self.state),
            pad(&terminal.word("cli-head-service"), self.service),
            pad(&terminal.word("cli-head-loss"), self.loss),
            pad(&terminal.word("cli-head-objective"), self.objective),
            terminal.word("cli-head-values"),
        );
        terminal.paint(Paint::Dim, line.trim_end())
    }

    fn lines(&self, terminal: &Terminal, row: &Row<'_>) -> Vec<String> {
        let verdict = row.verdict;
        let objective = Message::new("cli-objective").with("part", verdict.part.as_str().to_uppercase());
        let paint = state_paint(verdict.state);
        let losses = wrap(&loss_text(terminal, row), self.loss);
        let first = format!(
            "{} {}  {}  {}  {}  {}",
            terminal.paint(paint, glyph(verdict.state)),
            terminal.paint(paint, &pad(&state_text(terminal, verdict.state), self.state)),
            terminal.paint(Paint::Bold, &pad(verdict.service.as_str(), self.service)),
            pad(&losses[0], self.loss),
            pad(&terminal.text(&objective), self.objective),
            values_text(terminal, verdict),
        );
        let mut out = vec![first.trim_end().to_owned()];
        let indent = " ".repeat(4 + self.state);
        let further = " ".repeat(6 + self.state + self.service);
        out.extend(losses[1..].iter().map(|line| format!("{further}{line}")));
        let mut reason = terminal.text(&verdict.reason);
        if verdict.accepted {
            reason = format!("{reason} {}", terminal.word("cli-accepted"));
        }
        let room = terminal.width.saturating_sub(columns(&indent)).max(30);
        out.extend(
            wrap(&reason, room).iter().map(|line| format!("{indent}{}", terminal.paint(Paint::Dim, line))),
        );
        out
    }
}

fn loss_text(terminal: &Terminal, row: &Row<'_>) -> String {
    let class = if row.verdict.class == Class::Failure { "cli-class-failure" } else { "cli-class-disaster" };
    let names: Vec<Arg> = row.losses.iter().map(|id| Arg::Message(loss_name(id))).collect();
    terminal.text(&Message::new("cli-loss").with("losses", names).with("class", Message::new(class)))
}

/// A loss as a person reads it: `hall+people` is the hall with its people.
pub(crate) fn loss_name(id: &str) -> Message {
    match id.strip_suffix("+people") {
        Some(place) => Message::new("cli-loss-people").with("place", place),
        None => Message::new("cli-loss-plain").with("id", id),
    }
}

fn values_text(terminal: &Terminal, verdict: &Verdict) -> String {
    let target = value_text(terminal, verdict.target);
    let arrow = verdict.value.map_or_else(|| "?".to_owned(), |value| value_text(terminal, value));
    format!("{target} → {arrow}")
}

fn glyph(state: State) -> &'static str {
    match state {
        State::Missed => "✗",
        State::Unknown => "?",
        State::Predicted => "○",
        State::Proven => "●",
    }
}

fn state_paint(state: State) -> Paint {
    match state {
        State::Missed => Paint::Red,
        State::Unknown => Paint::Yellow,
        State::Predicted => Paint::Blue,
        State::Proven => Paint::Green,
    }
}

fn state_text(terminal: &Terminal, state: State) -> String {
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
    let assumed: std::collections::BTreeMap<&str, Span> =
        shown.iter().flat_map(|v| v.assumed.iter().map(|(name, span)| (*name, *span))).collect();
    if !assumed.is_empty() {
        let list = assumed.iter().map(|(name, span)| {
            Arg::Message(
                Message::new("cli-assumed-one")
                    .with("name", Message::new(format!("cli-assumed-{name}")))
                    .with("span", *span),
            )
        });
        let text = terminal.text(&Message::new("cli-assumed").with("list", list.collect::<Vec<_>>()));
        out.extend(wrap(&text, terminal.width).iter().map(|line| terminal.paint(Paint::Dim, line)));
    }
    out
}
