//! `oki what-if`: changes to the plan and losses tried in memory; says what gets better and what gets worse.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use assess::loss::{Loss, Lost};
use assess::{Assessment, Outcome, Part, State, Verdict};
use base::{Arg, Exit, Fault, Id, Message};
use plan::{Change, Effect, Plan};
use serde_json::{Value as Json, json};

use crate::args::WhatIfArgs;
use crate::functions;
use crate::names;
use crate::reach::{self, About};
use crate::session::{OpenPlan, Session};
use crate::terminal::{Paint, Terminal, columns, pad, wrap};
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
    let changed = compare(&old, &new);
    let under = loss.as_ref().map(|loss| under(&after, loss)).transpose()?;
    if session.global.json {
        let loss = loss.as_ref().zip(under.as_ref());
        session.print_json(&json!({
            "changes": changed.list.iter().map(Changed::json).collect::<Vec<_>>(),
            "worse": changed.count(Direction::Worse),
            "better": changed.count(Direction::Better),
            "same": changed.same,
            "loss": loss.map(|(loss, under)| loss_json(&after.reading.plan, loss, under)),
        }));
    } else {
        show(&session.terminal, &changed, args.all);
        if let Some((loss, under)) = loss.as_ref().zip(under.as_ref()) {
            session.terminal.out("");
            show_loss(&session.terminal, &after.reading.plan, loss, under, args.all);
        }
    }
    Ok(if changed.list.iter().any(Changed::is_loss_of_certainty) { Exit::Missed } else { Exit::Met })
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
        assessment.outcomes.extend(under(plan, &loss)?.outcomes);
    }
    Ok(assessment)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    Worse,
    Better,
    /// Neither: another target, or judged only before or only after.
    Other,
}

/// A verdict before and after; one of the two may not be there.
struct Changed<'a> {
    before: Option<&'a Verdict>,
    after: Option<&'a Verdict>,
    direction: Direction,
}

struct Comparison<'a> {
    list: Vec<Changed<'a>>,
    same: usize,
    known: BTreeSet<&'a str>,
}

fn compare<'a>(before: &'a Assessment, after: &'a Assessment) -> Comparison<'a> {
    type Key<'a> = (&'a Id, Part, &'a str);
    fn key(v: &Verdict) -> Key<'_> {
        (&v.service, v.part, v.loss.as_str())
    }
    let of = |assessment: &'a Assessment| -> BTreeMap<Key<'a>, &'a Verdict> {
        assessment.verdicts().into_iter().map(|verdict| (key(verdict), verdict)).collect()
    };
    let (old, new) = (of(before), of(after));
    let keys: BTreeSet<Key<'_>> = old.keys().chain(new.keys()).copied().collect();
    let both = keys.into_iter().map(|key| (old.get(&key).copied(), new.get(&key).copied()));
    let (mut list, mut same) = (Vec::new(), 0);
    for (before, after) in both {
        match direction(before, after) {
            Some(direction) => list.push(Changed { before, after, direction }),
            None => same += 1,
        }
    }
    list.sort_by_key(|c| (c.direction, c.after.map(|v| v.state)));
    let losses = before.outcomes.iter().chain(&after.outcomes).map(|outcome| outcome.loss.id.as_str());
    Comparison { list, same, known: losses.collect() }
}

/// Which way a verdict went; nothing if it is the same.
fn direction(before: Option<&Verdict>, after: Option<&Verdict>) -> Option<Direction> {
    let (Some(a), Some(b)) = (before, after) else { return Some(Direction::Other) };
    match b.state.cmp(&a.state) {
        Ordering::Less => return Some(Direction::Worse),
        Ordering::Greater => return Some(Direction::Better),
        Ordering::Equal if a.target != b.target => return Some(Direction::Other),
        Ordering::Equal => {}
    }
    match (a.value, b.value) {
        (old, new) if old == new => None,
        (Some(assess::Value::Time(old)), Some(assess::Value::Time(new))) => {
            Some(if new > old { Direction::Worse } else { Direction::Better })
        }
        (Some(assess::Value::Level(old)), Some(assess::Value::Level(new))) => {
            Some(if new < old { Direction::Worse } else { Direction::Better })
        }
        _ => Some(Direction::Other),
    }
}

impl Comparison<'_> {
    fn count(&self, direction: Direction) -> usize {
        self.list.iter().filter(|changed| changed.direction == direction).count()
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

    fn any(&self) -> Option<&Verdict> {
        self.after.or(self.before)
    }

    fn json(&self) -> Json {
        let any = self.any();
        json!({
            "service": any.map(|v| v.service.as_str()),
            "objective": any.map(|v| v.part.as_str()),
            "loss": any.map(|v| v.loss.as_str()),
            "direction": match self.direction {
                Direction::Worse => "worse",
                Direction::Better => "better",
                Direction::Other => "other",
            },
            "before": self.before.map(verdicts::one),
            "after": self.after.map(verdicts::one),
        })
    }
}

fn loss_json(plan: &Plan, loss: &Loss, under: &Assessment) -> Json {
    json!({
        "id": loss.id,
        "class": loss.class.as_str(),
        "services": under.outcomes.iter().map(|outcome| reach::json(plan, outcome)).collect::<Vec<_>>(),
        "functions": functions::json(under),
    })
}

/// Changes that read the same, with the losses for which they do.
struct Row<'a> {
    first: &'a Changed<'a>,
    losses: Vec<&'a str>,
    before: String,
    after: String,
}

fn show(terminal: &Terminal, changed: &Comparison<'_>, all: bool) {
    if changed.list.is_empty() {
        let message = Message::new("cli-whatif-same").with("count", changed.same);
        return terminal.out(&terminal.text(&message));
    }
    let rows = rows(terminal, changed, all);
    if !rows.is_empty() {
        table(terminal, &rows, &changed.known).iter().for_each(|line| terminal.out(line));
        terminal.out("");
    }
    let summary = Message::new("cli-whatif-summary")
        .with("worse", changed.count(Direction::Worse))
        .with("better", changed.count(Direction::Better))
        .with("other", changed.count(Direction::Other))
        .with("same", changed.same);
    terminal.out(&terminal.text(&summary));
}

fn rows<'a>(terminal: &Terminal, changed: &'a Comparison<'a>, all: bool) -> Vec<Row<'a>> {
    let mut out: Vec<Row<'a>> = Vec::new();
    // A target that is another one where nothing stops says nothing.
    let stops = |one: &&Changed<'_>| all || one.before.into_iter().chain(one.after).any(|v| v.stops);
    for one in changed.list.iter().filter(stops) {
        let Some(any) = one.any() else { continue };
        let (before, after) =
            (side(terminal, one.before, "cli-whatif-new"), side(terminal, one.after, "cli-whatif-gone"));
        let same = |row: &&mut Row<'a>| {
            let other = row.first.any();
            let alike = other
                .is_some_and(|v| v.service == any.service && v.part == any.part && v.reason == any.reason);
            alike && row.first.direction == one.direction && row.before == before && row.after == after
        };
        match out.iter_mut().find(same) {
            Some(row) => row.losses.push(&any.loss),
            None => out.push(Row { first: one, losses: vec![&any.loss], before, after }),
        }
    }
    out
}

/// A verdict in one cell: its sign, what is promised and what is achieved.
fn side(terminal: &Terminal, verdict: Option<&Verdict>, none: &'static str) -> String {
    match verdict {
        Some(v) => format!("{} {}", verdicts::glyph(v.state), verdicts::values_text(terminal, v)),
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
    let any = row.first.any();
    let losses = Message::new("cli-loss").with("losses", verdicts::loss_names(&row.losses, known));
    [
        any.map(|v| v.service.to_string()).unwrap_or_default(),
        any.map(|v| v.part.as_str().to_uppercase()).unwrap_or_default(),
        terminal.text(&losses),
        row.before.clone(),
        row.after.clone(),
    ]
}

fn lines(terminal: &Terminal, row: &Row<'_>, cells: &[String; 5], widths: &[usize; 5]) -> Vec<String> {
    let (sign, paint) = match row.first.direction {
        Direction::Worse => ("▼", Paint::Red),
        Direction::Better => ("▲", Paint::Green),
        Direction::Other => ("~", Paint::Yellow),
    };
    let losses = wrap(&cells[2], widths[2]);
    let paint_of = |verdict: Option<&Verdict>| verdict.map_or(Paint::Dim, |v| verdicts::state_paint(v.state));
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
    if let Some(verdict) = row.first.after {
        let reason = wrap(&terminal.text(&verdict.reason), terminal.width.saturating_sub(4));
        out.extend(reason.iter().map(|line| format!("    {}", terminal.paint(Paint::Dim, line))));
    }
    out
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
