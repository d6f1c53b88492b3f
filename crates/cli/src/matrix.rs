//! Services against losses: which loss breaks which promise. Losses that look the same share a row; how much a cell says
//! follows from the room there is.

use std::collections::{BTreeMap, BTreeSet};

use assess::{Assessment, Outcome, Part, State, Value, Verdict};
use base::{Id, Message, Span};
use plan::Class;
use serde_json::{Value as Json, json};

use crate::terminal::{Paint, Terminal, columns, pad, wrap};
use crate::verdicts::{glyph, loss_names, state_paint, value_text};

/// Widest column of losses.
const LOSS: usize = 30;
/// The same where room is short.
const NARROW: usize = 20;
/// Losses of one row that are named where not all are asked for.
const NAMED: usize = 5;
/// Rows and columns that are shown where not all are asked for.
const MOST: usize = 100;
/// Longest heading that is written downwards.
const TALLEST: usize = 16;

/// What is asked of the matrix.
pub(crate) struct Wanted {
    /// A row for every loss, also for those that stop nothing.
    pub(crate) all: bool,
    /// As wide as it gets, whatever the terminal.
    pub(crate) wide: bool,
}

/// One service under one loss.
#[derive(Clone, Copy)]
enum Cell<'a> {
    /// It goes on.
    GoesOn,
    /// It stops, and nothing is promised of it.
    Silent,
    Judged(&'a Outcome),
}

/// Losses that look the same, and what they do to the services that do not go on, by their columns.
#[derive(Clone)]
struct Row<'a> {
    class: Class,
    losses: Vec<&'a str>,
    cells: BTreeMap<usize, Cell<'a>>,
}

impl<'a> Row<'a> {
    fn cell(&self, at: usize) -> Cell<'a> {
        self.cells.get(&at).copied().unwrap_or(Cell::GoesOn)
    }
}

/// Outcomes as rows of losses and columns of services, both worst first.
pub(crate) struct Matrix<'a> {
    services: Vec<&'a Id>,
    rows: Vec<Row<'a>>,
    known: BTreeSet<&'a str>,
    /// Losses that stop none of the services.
    quiet: usize,
}

impl<'a> Matrix<'a> {
    /// All that was worked out.
    pub(crate) fn new(assessment: &'a Assessment) -> Matrix<'a> {
        let outcomes = &assessment.outcomes;
        let mut bad: BTreeMap<&Id, Vec<&Outcome>> = BTreeMap::new();
        outcomes.iter().for_each(|outcome| bad.entry(&outcome.service).or_default().push(outcome));
        let mut services: Vec<&Id> = bad.keys().copied().collect();
        services.sort_by_cached_key(|id| badness(bad[*id].iter().copied()));
        let place: BTreeMap<&Id, usize> = services.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let mut rows: BTreeMap<(Class, &str), BTreeMap<usize, Cell<'a>>> = BTreeMap::new();
        for outcome in outcomes {
            let cells = rows.entry((outcome.loss.class, outcome.loss.id.as_str())).or_default();
            let cell = Cell::of(outcome);
            if !cell.goes_on() {
                cells.insert(place[&outcome.service], cell);
            }
        }
        let quiet = rows.values().filter(|cells| cells.is_empty()).count();
        let rows = rows.into_iter().map(|((class, loss), cells)| Row { class, losses: vec![loss], cells });
        let known = outcomes.iter().map(|o| o.loss.id.as_str()).collect();
        Matrix { services, rows: rows.collect(), known, quiet }
    }

    /// The worst services alone: nobody reads more columns than that.
    fn first_services(&self, most: usize) -> Matrix<'a> {
        let mut rows = self.rows.clone();
        rows.iter_mut().for_each(|row| row.cells.retain(|at, _| *at < most));
        let services = self.services.iter().take(most).copied().collect();
        Matrix { services, rows, known: self.known.clone(), quiet: self.quiet }
    }

    /// The same without losses that stop nothing, and with those that `alike` takes for equal in one row; worst first.
    fn folded(&self, wanted: &Wanted, alike: &dyn Fn(&Cell<'a>) -> String) -> Vec<Row<'a>> {
        let mut rows: Vec<Row<'a>> = Vec::new();
        let mut places: BTreeMap<(Class, Vec<(usize, String)>), usize> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| wanted.all || !row.cells.is_empty()) {
            let texts: Vec<(usize, String)> = row.cells.iter().map(|(at, cell)| (*at, alike(cell))).collect();
            match places.get(&(row.class, texts.clone())).filter(|_| !wanted.all) {
                Some(at) => rows[*at].losses.extend(&row.losses),
                None => {
                    places.insert((row.class, texts), rows.len());
                    rows.push(row.clone());
                }
            }
        }
        rows.sort_by_cached_key(|row| {
            let judged = row.cells.values().filter_map(Cell::outcome);
            (badness(judged), std::cmp::Reverse(row.losses.len()), row.class, row.losses[0].to_owned())
        });
        rows.truncate(if wanted.all { usize::MAX } else { MOST });
        rows
    }

    /// The matrix for people: in full where there is room, else the worst part of each service, else one sign each.
    pub(crate) fn lines(&self, terminal: &Terminal, wanted: &Wanted) -> Vec<String> {
        let shown = self.first_services(if wanted.all { usize::MAX } else { MOST });
        let room = if wanted.wide { usize::MAX } else { terminal.width };
        let tries =
            [(Detail::Full, LOSS), (Detail::Full, NARROW), (Detail::Worst, LOSS), (Detail::Worst, NARROW)];
        let mut tables =
            tries.iter().map(|(detail, loss)| Table::new(&shown, terminal, wanted, *detail, *loss));
        let (rows, mut out) = match tables.find(|table| table.width() <= room) {
            Some(table) => (table.rows.len(), table.lines(terminal)),
            None => shown.dense(terminal, wanted),
        };
        out.push(String::new());
        out.extend(self.legend(terminal));
        out.extend(self.count(terminal, rows, shown.services.len()));
        out
    }

    /// How much there is, and how much of it is shown.
    fn count(&self, terminal: &Terminal, rows: usize, services: usize) -> Vec<String> {
        let count = Message::new("cli-matrix-count").with("losses", self.rows.len()).with("rows", rows);
        let count = count.with("quiet", self.quiet).with("services", self.services.len());
        let cut = rows == MOST || services < self.services.len();
        let more = Message::new("cli-matrix-cut").with("rows", rows).with("services", services);
        let texts = [Some(count), cut.then_some(more)];
        let lines = texts.iter().flatten().flat_map(|text| wrap(&terminal.text(text), terminal.width));
        lines.map(|line| terminal.paint(Paint::Dim, &line)).collect()
    }

    /// One sign for a service, its name written downwards; side by side as many as fit.
    fn dense(&self, terminal: &Terminal, wanted: &Wanted) -> (usize, Vec<String>) {
        let rows = self.folded(wanted, &|cell| cell.sign().to_owned());
        let names: Vec<Vec<String>> =
            rows.iter().map(|row| self.names(terminal, row, wanted, LOSS)).collect();
        let first = names.iter().flatten().map(|name| columns(name)).max().unwrap_or(0);
        let class = rows.iter().map(|row| columns(&class_text(terminal, row.class))).max().unwrap_or(0);
        let each = ((terminal.width.saturating_sub(first + class + 4)) / 2).max(1);
        let mut out = Vec::new();
        for (number, block) in self.services.chunks(each).enumerate() {
            if number > 0 {
                out.push(String::new());
            }
            out.extend(downwards(block).iter().map(|line| {
                let line = format!("{}{line}", " ".repeat(first + class + 4));
                terminal.paint(Paint::Bold, line.trim_end())
            }));
            for (row, name) in rows.iter().zip(&names) {
                let cells = (0..block.len()).map(|at| row.cell(number * each + at));
                let cells: Vec<String> = cells.map(|cell| cell.painted(terminal, cell.sign())).collect();
                let class = terminal.paint(Paint::Dim, &pad(&class_text(terminal, row.class), class));
                out.push(format!("{}  {class}  {}", pad(&name[0], first), cells.join(" ")));
                out.extend(name[1..].iter().cloned());
            }
        }
        (rows.len(), out)
    }

    fn names(&self, terminal: &Terminal, row: &Row<'_>, wanted: &Wanted, width: usize) -> Vec<String> {
        let mut names = loss_names(&row.losses, &self.known);
        let more = names.len().saturating_sub(NAMED);
        if more > 1 && !wanted.all {
            names.truncate(NAMED);
            names.push(Message::new("cli-more").with("count", more).into());
        }
        wrap(&terminal.text(&Message::new("cli-loss").with("losses", names)), width)
    }

    fn legend(&self, terminal: &Terminal) -> Vec<String> {
        let word = |state: State| terminal.word_of(format!("cli-state-{}", state.as_str()));
        let states = [State::Missed, State::Unknown, State::Predicted, State::Proven];
        let states = states.map(|s| (state_paint(s), glyph(s), word(s)));
        let others = [("·", terminal.word("cli-goes-on")), ("–", terminal.word("cli-silent"))];
        let others = others.map(|(sign, word)| (Paint::Dim, sign, word));
        let mut lines: Vec<(usize, String)> = vec![(0, String::new())];
        for (paint, sign, word) in states.into_iter().chain(others) {
            let width = columns(&word) + 5;
            let entry = format!("{} {word}   ", terminal.paint(paint, sign));
            match lines.last_mut() {
                Some((used, line)) if *used == 0 || *used + width - 3 <= terminal.width => {
                    (*used, *line) = (*used + width, format!("{line}{entry}"));
                }
                _ => lines.push((width, entry)),
            }
        }
        lines.into_iter().map(|(_, line)| line.trim_end().to_owned()).collect()
    }

    /// The matrix for programs: losses of the same states in one row.
    pub(crate) fn json(&self) -> Json {
        let rows = self.folded(&Wanted { all: false, wide: true }, &|cell| cell.sign().to_owned());
        let rows = rows.iter().map(|row| {
            let cells =
                row.cells.iter().map(|(at, cell)| (self.services[*at].to_string(), cell.word().into()));
            let cells: serde_json::Map<String, Json> = cells.collect();
            json!({ "losses": row.losses, "class": row.class.as_str(), "services": cells })
        });
        json!({
            "services": self.services,
            "rows": rows.collect::<Vec<_>>(),
            "losses": self.rows.len(),
            "stop_nothing": self.quiet,
        })
    }
}

/// How much a cell says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// Every part of the objective, in a column of its own.
    Full,
    /// The worst part.
    Worst,
}

/// A matrix with texts in its cells.
struct Table<'m, 'a> {
    services: &'m [&'a Id],
    rows: Vec<Row<'a>>,
    names: Vec<Vec<String>>,
    /// For each service the parts shown, and the width of each.
    parts: Vec<Vec<(Option<Part>, usize)>>,
    name: usize,
    class: usize,
}

impl<'m, 'a> Table<'m, 'a> {
    fn new(
        matrix: &'m Matrix<'a>,
        terminal: &Terminal,
        wanted: &Wanted,
        detail: Detail,
        loss: usize,
    ) -> Table<'m, 'a> {
        let shown = |cell: &Cell<'a>| match detail {
            Detail::Full => {
                [Part::Rto, Part::Rpo, Part::Rlo].map(|part| cell.text(terminal, Some(part))).join(" ")
            }
            Detail::Worst => cell.text(terminal, None),
        };
        let rows = matrix.folded(wanted, &shown);
        let names: Vec<Vec<String>> =
            rows.iter().map(|row| matrix.names(terminal, row, wanted, loss)).collect();
        let name = names
            .iter()
            .flatten()
            .map(|name| columns(name))
            .chain([columns(&terminal.word("cli-head-loss"))]);
        let class = rows.iter().map(|row| columns(&class_text(terminal, row.class)));
        let class = class.chain([columns(&terminal.word("cli-head-class"))]).max().unwrap_or(0);
        let (name, services) = (name.max().unwrap_or(0), matrix.services.as_slice());
        let parts = (0..services.len()).map(|at| parts(terminal, &rows, at, detail)).collect();
        Table { services, rows, names, parts, name, class }
    }

    /// Columns that a service takes.
    fn cell(&self, at: usize) -> usize {
        let own = self.parts[at].iter().map(|(_, width)| width + 1).sum::<usize>().saturating_sub(1);
        own.max(columns(self.services[at].as_str()))
    }

    fn width(&self) -> usize {
        self.name + 2 + self.class + (0..self.services.len()).map(|at| self.cell(at) + 2).sum::<usize>()
    }

    fn lines(&self, terminal: &Terminal) -> Vec<String> {
        let mut out = self.heads(terminal);
        for (row, name) in self.rows.iter().zip(&self.names) {
            let class = terminal.paint(Paint::Dim, &pad(&class_text(terminal, row.class), self.class));
            let mut line = format!("{}  {class}", pad(&name[0], self.name));
            for at in 0..self.services.len() {
                line.push_str("  ");
                line.push_str(&self.cell_text(terminal, at, &row.cell(at)));
            }
            out.push(line.trim_end().to_owned());
            out.extend(name[1..].iter().cloned());
        }
        out
    }

    /// Services, and under them their parts where each has a column of its own.
    fn heads(&self, terminal: &Terminal) -> Vec<String> {
        let first = format!(
            "{}  {}",
            pad(&terminal.word("cli-head-loss"), self.name),
            pad(&terminal.word("cli-head-class"), self.class)
        );
        let ids =
            self.services.iter().enumerate().map(|(at, id)| {
                format!("  {}", terminal.paint(Paint::Bold, &pad(id.as_str(), self.cell(at))))
            });
        let ids: String = ids.collect();
        let named = |parts: &Vec<(Option<Part>, usize)>| parts.iter().any(|(part, _)| part.is_some());
        if !self.parts.iter().any(named) {
            return vec![format!("{}{}", terminal.paint(Paint::Dim, &first), ids.trim_end())];
        }
        let parts = self.parts.iter().enumerate().map(|(at, parts)| {
            let parts =
                parts.iter().map(|(part, width)| pad(&part.map_or_else(String::new, part_name), *width));
            format!("  {}", pad(&parts.collect::<Vec<_>>().join(" "), self.cell(at)))
        });
        let second = format!("{first}{}", parts.collect::<String>());
        let ids = format!("{}{ids}", " ".repeat(columns(&first)));
        vec![ids.trim_end().to_owned(), terminal.paint(Paint::Dim, second.trim_end())]
    }

    fn cell_text(&self, terminal: &Terminal, at: usize, cell: &Cell<'_>) -> String {
        let parts = self.parts[at].iter().enumerate().map(|(n, (part, width))| {
            // One sign is enough where nothing is judged.
            let text =
                if n > 0 && cell.verdicts().is_empty() { String::new() } else { cell.text(terminal, *part) };
            cell.painted_part(terminal, *part, &pad(&text, *width))
        });
        let own = self.parts[at].iter().map(|(_, width)| width + 1).sum::<usize>().saturating_sub(1);
        format!("{}{}", parts.collect::<Vec<_>>().join(" "), " ".repeat(self.cell(at).saturating_sub(own)))
    }
}

/// The parts of a service that are shown, and how wide they are.
fn parts(terminal: &Terminal, rows: &[Row<'_>], at: usize, detail: Detail) -> Vec<(Option<Part>, usize)> {
    let width = |part: Option<Part>, least: usize| {
        rows.iter().map(|row| columns(&row.cell(at).text(terminal, part))).max().unwrap_or(0).max(least)
    };
    let judged = |part: &Part| rows.iter().any(|row| row.cell(at).verdict(*part).is_some());
    match detail {
        Detail::Worst => vec![(None, width(None, 1))],
        Detail::Full => {
            let parts: Vec<Part> = Part::ALL.into_iter().filter(judged).collect();
            let parts = if parts.is_empty() { vec![Part::Rto] } else { parts };
            parts.into_iter().map(|part| (Some(part), width(Some(part), 3))).collect()
        }
    }
}

impl<'a> Cell<'a> {
    fn of(outcome: &'a Outcome) -> Cell<'a> {
        match (outcome.fate.stops == Span::NEVER, outcome.verdicts.is_empty()) {
            (true, _) => Cell::GoesOn,
            (false, true) => Cell::Silent,
            (false, false) => Cell::Judged(outcome),
        }
    }

    fn goes_on(&self) -> bool {
        matches!(self, Cell::GoesOn)
    }

    fn outcome(&self) -> Option<&'a Outcome> {
        if let Cell::Judged(outcome) = self { Some(outcome) } else { None }
    }

    fn verdicts(&self) -> &'a [Verdict] {
        self.outcome().map_or(&[], |outcome| &outcome.verdicts)
    }

    fn verdict(&self, part: Part) -> Option<&'a Verdict> {
        self.verdicts().iter().find(|verdict| verdict.part == part)
    }

    fn worst(&self) -> Option<&'a Verdict> {
        self.verdicts().iter().min_by_key(|verdict| (verdict.state, verdict.part))
    }

    fn sign(&self) -> &'static str {
        match self {
            Cell::GoesOn => "·",
            Cell::Silent => "–",
            Cell::Judged(_) => self.worst().map_or("–", |verdict| glyph(verdict.state)),
        }
    }

    /// Word for programs.
    fn word(&self) -> &'static str {
        match self {
            Cell::GoesOn => "goes-on",
            Cell::Silent => "not-judged",
            Cell::Judged(_) => self.worst().map_or("not-judged", |verdict| verdict.state.as_str()),
        }
    }

    /// A part in words; or the worst, named where it is not met.
    fn text(&self, terminal: &Terminal, part: Option<Part>) -> String {
        let value = |v: &Verdict| v.value.map(|value| short_value(terminal, value));
        match part {
            _ if self.verdicts().is_empty() => self.sign().to_owned(),
            Some(part) => self.verdict(part).map_or_else(String::new, |v| said(v.state, &[value(v)])),
            None => self.worst().map_or_else(String::new, |v| {
                let name = (v.state < State::Predicted).then(|| part_name(v.part));
                said(v.state, &[name, value(v)])
            }),
        }
    }

    fn painted(&self, terminal: &Terminal, text: &str) -> String {
        self.painted_part(terminal, None, text)
    }

    fn painted_part(&self, terminal: &Terminal, part: Option<Part>, text: &str) -> String {
        let verdict = part.map_or_else(|| self.worst(), |part| self.verdict(part));
        terminal.paint(verdict.map_or(Paint::Dim, |verdict| state_paint(verdict.state)), text)
    }
}

/// A sign, and the words that there are.
fn said(state: State, words: &[Option<String>]) -> String {
    let words = words.iter().flatten().map(String::as_str);
    std::iter::once(glyph(state)).chain(words).collect::<Vec<_>>().join(" ")
}

/// A value in few columns.
fn short_value(terminal: &Terminal, value: Value) -> String {
    match value {
        Value::Time(Span::NEVER) => terminal.word("cli-never"),
        value => value_text(terminal, value),
    }
}

fn part_name(part: Part) -> String {
    part.as_str().to_uppercase()
}

fn class_text(terminal: &Terminal, class: Class) -> String {
    terminal.word(if class == Class::Failure { "cli-class-failure" } else { "cli-class-disaster" })
}

/// Sorts what is worse first: by how many verdicts are missed, then unknown, then only predicted.
fn badness<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> [std::cmp::Reverse<usize>; 3] {
    let mut counts = [0; 3];
    for verdict in outcomes.flat_map(|outcome| &outcome.verdicts).filter(|verdict| verdict.stops) {
        match verdict.state {
            State::Missed => counts[0] += 1,
            State::Unknown => counts[1] += 1,
            State::Predicted => counts[2] += 1,
            State::Proven => {}
        }
    }
    counts.map(std::cmp::Reverse)
}

/// Names written downwards, ending on the same line, each two columns wide.
fn downwards(ids: &[&Id]) -> Vec<String> {
    let cut: Vec<Vec<char>> = ids.iter().map(|id| id.as_str().chars().take(TALLEST).collect()).collect();
    let tallest = cut.iter().map(Vec::len).max().unwrap_or(0);
    let letter = |id: &Vec<char>, line: usize| {
        let at = (line + id.len()).checked_sub(tallest);
        pad(&at.and_then(|at| id.get(at)).map_or_else(String::new, char::to_string), 2)
    };
    (0..tallest)
        .map(|line| cut.iter().map(|id| letter(id, line)).collect::<String>().trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_written_downwards_end_on_one_line() {
        let ids = [Id::new("erp"), Id::new("町"), Id::new("ab")];
        let ids: Vec<&Id> = ids.iter().collect();
        assert_eq!(downwards(&ids), ["e", "r   a", "p 町b"]);
    }
}
