//! The drawing in a terminal.

use base::Span;

use super::{Bar, Chart, Kind, Row, Scale};
use crate::terminal::{Paint, Terminal, columns, cut, pad, wrap};

/// Widest column of names.
const NAMES: usize = 40;
/// Narrowest and widest drawing.
const LEAST: usize = 16;
const MOST: usize = 76;

/// Sign and colour of a kind of bar.
fn look(kind: Kind) -> (&'static str, Paint) {
    match kind {
        Kind::Down => ("█", Paint::Red),
        Kind::Step => ("▓", Paint::Blue),
        Kind::Auto => ("▒", Paint::Green),
        Kind::Wait => ("·", Paint::Dim),
        Kind::Lost => ("░", Paint::Yellow),
    }
}

/// The drawing as lines.
pub(crate) fn lines(terminal: &Terminal, chart: &Chart<'_>) -> Vec<String> {
    let screen = Screen::new(terminal, chart);
    let mut out: Vec<String> = screen.due_line().into_iter().collect();
    out.extend(chart.rows.iter().map(|row| screen.row(row)));
    out.extend(screen.axis());
    out.push(screen.legend());
    out
}

struct Screen<'t, 'c, 'o> {
    terminal: &'t Terminal,
    chart: &'c Chart<'o>,
    scale: Scale,
    /// Columns of names, of the drawing, and of times.
    names: usize,
    room: usize,
}

impl<'t, 'c, 'o> Screen<'t, 'c, 'o> {
    fn new(terminal: &'t Terminal, chart: &'c Chart<'o>) -> Self {
        let name = |row: &Row| columns(&terminal.text(&row.name));
        let names = chart.rows.iter().map(name).max().unwrap_or(0).min(NAMES).min(terminal.width * 2 / 5);
        let times = chart.rows.iter().map(|row| columns(&times(terminal, chart, row))).max().unwrap_or(0);
        let room = terminal.width.saturating_sub(names + times + 6).clamp(LEAST, MOST);
        let scale = chart.scale(1.6 / room as f64);
        Screen { terminal, chart, scale, names, room }
    }

    /// The column of an instant.
    fn column(&self, at: Span) -> usize {
        (self.scale.at(at) * self.room as f64).round() as usize
    }

    /// The column of the target, if it is on the drawing.
    fn due(&self) -> Option<usize> {
        let due = self.chart.due.filter(|due| *due <= self.scale.end)?;
        Some(self.column(due).min(self.room - 1))
    }

    fn due_line(&self) -> Option<String> {
        let text = self.terminal.text(&self.chart.due_text()?);
        let indent = " ".repeat(self.names + 4);
        let line = match self.due() {
            // The text stands where there is room for it.
            Some(at) if at > columns(&text) => format!("{indent}{} ▼", pad_left(&text, at - 1)),
            Some(at) => format!("{indent}{}▼ {text}", " ".repeat(at)),
            None => format!("{indent}{} →", pad_left(&text, self.room.saturating_sub(2))),
        };
        Some(self.terminal.paint(Paint::Yellow, &line))
    }

    fn row(&self, row: &Row) -> String {
        let name = pad(&cut(&self.terminal.text(&row.name), self.names), self.names);
        let times = times(self.terminal, self.chart, row);
        format!("  {name}  {}  {times}", self.drawn(&row.bars)).trim_end().to_owned()
    }

    /// The bars of a row, and the line of the target where nothing else is.
    fn drawn(&self, bars: &[Bar]) -> String {
        let mut cells: Vec<Option<(&'static str, Paint)>> = vec![None; self.room];
        if let Some(at) = self.due() {
            cells[at] = Some(("┊", Paint::Yellow));
        }
        for bar in bars {
            let from = self.column(bar.from).min(self.room - 1);
            let to = self.column(bar.to).max(from + 1).min(self.room);
            cells[from..to].fill(Some(look(bar.kind)));
            if bar.to.is_never() {
                cells[self.room - 1] = Some(("▶", look(bar.kind).1));
            }
            if let Some(at) = self.due().filter(|at| bar.kind == Kind::Down && (from..to).contains(at)) {
                cells[at] = Some(("┃", Paint::Yellow));
            }
        }
        self.painted(&cells)
    }

    /// Cells with colours, each colour said once for what stands together.
    fn painted(&self, cells: &[Option<(&'static str, Paint)>]) -> String {
        let mut out = String::new();
        for run in cells.chunk_by(|a, b| a.map(|(_, paint)| paint) == b.map(|(_, paint)| paint)) {
            let text: String = run.iter().map(|cell| cell.map_or(" ", |(sign, _)| sign)).collect();
            match run[0] {
                Some((_, paint)) => out.push_str(&self.terminal.paint(paint, &text)),
                None => out.push_str(&text),
            }
        }
        out
    }

    /// A line with marks, and the times at them.
    fn axis(&self) -> Vec<String> {
        let width = |at: &Span| columns(&at.text(self.terminal.lang));
        let marks = self.scale.marks(0.01, &[]);
        let widest = marks.iter().map(width).max().unwrap_or(2);
        let marks = self.scale.marks((widest + 2) as f64 / self.room as f64, &self.chart.turns());
        let mut line = vec!['─'; self.room];
        let mut texts = String::new();
        for at in &marks {
            let column = self.column(*at).min(self.room - 1);
            line[column] = '┴';
            let used = columns(&texts);
            texts.push_str(&" ".repeat(column.saturating_sub(used)));
            texts.push_str(&at.text(self.terminal.lang));
        }
        let indent = " ".repeat(self.names + 4);
        let line: String = line.into_iter().collect();
        let mut out = vec![format!("{indent}{line}"), format!("{indent}{texts}")];
        if !self.scale.even {
            out.push(format!("{indent}{}", self.terminal.word("cli-chart-uneven")));
        }
        out.iter().map(|line| self.terminal.paint(Paint::Dim, line)).collect()
    }

    fn legend(&self) -> String {
        let one = |kind: Kind| {
            let (sign, paint) = look(kind);
            format!("{} {}", self.terminal.paint(paint, &sign.repeat(2)), self.terminal.text(&kind.name()))
        };
        let all: Vec<String> = self.chart.kinds().into_iter().map(one).collect();
        format!("  {}", all.join("   "))
    }
}

/// The age of the data: a line of its own, which ends at the loss, for each data set.
pub(crate) fn data(terminal: &Terminal, chart: &Chart<'_>) -> Vec<String> {
    if chart.data.is_empty() && chart.down_for.is_none() {
        return Vec::new();
    }
    if chart.data.is_empty() {
        let never = chart.down_for == Some(Span::NEVER);
        let word = terminal.word(if never { "cli-chart-data-none" } else { "cli-chart-data-live" });
        return vec![format!("  {word}")];
    }
    let longest = chart.data.iter().map(|aged| aged.age).chain(chart.data_due).max().unwrap_or_default();
    let longest = longest.max(Span::millis(1));
    let names = chart.data.iter().map(|aged| columns(aged.data.as_str())).max().unwrap_or(0);
    let due = chart.data_due_text().map(|text| terminal.text(&text));
    let room = terminal.width.saturating_sub(names + 40).clamp(LEAST, 48);
    let cells = |span: Span| {
        let share = span.as_millis() as f64 / longest.as_millis() as f64;
        ((share * room as f64).round() as usize).clamp(1, room)
    };
    let rows = chart.data.iter().map(|aged| {
        let (text, late) = (aged.text(), chart.is_late(aged));
        let paint = if late { Paint::Red } else { Paint::Blue };
        let bar: String =
            (1..=room).rev().map(|left| if left <= cells(aged.age) { '█' } else { ' ' }).collect();
        let bar = match chart.data_due {
            Some(due) => marked(&bar, room - cells(due)),
            None => bar,
        };
        format!(
            "  {}  {}▏ {}",
            pad(aged.data.as_str(), names),
            terminal.paint(paint, &bar),
            terminal.text(&text)
        )
    });
    let mut out: Vec<String> = rows.collect();
    let indent = " ".repeat(names + 4);
    let loss = terminal.word("cli-chart-loss");
    let foot = match (&due, chart.data_due) {
        (Some(text), Some(due)) => {
            let at = room - cells(due);
            let after = at + 2 + columns(text) < room;
            let before = format!("{} ▲", pad_left(text, at.saturating_sub(1)));
            let text = if after { format!("{}▲ {text}", " ".repeat(at)) } else { before };
            format!("{indent}{}▲ {loss}", pad(&text, room))
        }
        _ => format!("{indent}{}▲ {loss}", " ".repeat(room)),
    };
    out.push(terminal.paint(Paint::Dim, &foot));
    out
}

/// The line with the target's mark in one column.
fn marked(bar: &str, at: usize) -> String {
    bar.chars().enumerate().map(|(n, c)| if n == at { '┃' } else { c }).collect()
}

fn times(terminal: &Terminal, chart: &Chart<'_>, row: &Row) -> String {
    terminal.text(&chart.times(row))
}

fn pad_left(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Words for the whole, wrapped.
pub(crate) fn words(terminal: &Terminal, chart: &Chart<'_>) -> Vec<String> {
    let first = chart.words().into_iter().next();
    first.map(|message| wrap(&terminal.text(&message), terminal.width)).unwrap_or_default()
}
