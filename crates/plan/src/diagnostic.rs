//! A mistake in a plan, or something worth saying about it, with its place in the source.

use base::units::half_width;
use base::{Lang, Message};
use serde_json::{Value, json};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The plan cannot be used as it is.
    Error,
    /// Most likely not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// Word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A stretch of a source file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// Index of the source.
    pub file: u32,
    /// Line of the first character.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Number of characters marked on that line.
    pub length: u32,
}

/// One finding about the text of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Stable name; `oki explain` says more.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Stands alone.
    pub message: Message,
    /// Where.
    pub mark: Mark,
    /// Other places that belong to it, each with a word.
    pub also: Vec<(Mark, Message)>,
    /// What to do.
    pub help: Option<Message>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, mark: Mark, message: Message) -> Diagnostic {
        Diagnostic { code, severity: Severity::Error, message, mark, also: Vec::new(), help: None }
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, mark: Mark, message: Message) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, mark, message) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: Message) -> Diagnostic {
        self.help = Some(help);
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, mark: Mark, word: Message) -> Diagnostic {
        self.also.push((mark, word));
        self
    }
}

/// A source file as it was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path relative to the plan.
    pub name: String,
    /// Text.
    pub text: String,
    /// Where each line begins, so that many findings in a large file cost no time.
    starts: Vec<usize>,
}

impl Source {
    /// A file and its text.
    pub fn new(name: &str, text: String) -> Source {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Source { name: name.to_owned(), text, starts }
    }

    /// The place, or the end of the text if it lies behind that: what is left open there ends on a line of its own.
    pub(crate) fn within(&self, mark: Mark) -> Mark {
        let lines = self.starts.len();
        if mark.line as usize <= lines {
            return mark;
        }
        let last = self.starts.last().and_then(|start| self.text.get(*start..)).unwrap_or_default();
        Mark { line: number(lines), column: number(last.chars().count()) + 1, length: 1, ..mark }
    }

    /// A line, counted from 1, without its end.
    pub(crate) fn line(&self, number: u32) -> Option<&str> {
        let number = number as usize;
        let start = *self.starts.get(number.checked_sub(1)?)?;
        let end = self.starts.get(number).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end)?;
        if line.is_empty() && end == self.text.len() && start == end {
            return None;
        }
        Some(line.trim_end_matches(['\n', '\r']))
    }
}

/// A line or column; files are far too small for more.
pub(crate) fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX - 1)
}

/// The finding as an object of `oki check --json`.
pub(crate) fn to_json(diagnostic: &Diagnostic, sources: &[Source]) -> Value {
    json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message.to_string(),
        "file": name(sources, diagnostic.mark.file),
        "line": diagnostic.mark.line.max(1),
        "column": diagnostic.mark.column.max(1),
        "help": diagnostic.help.as_ref().map(ToString::to_string),
    })
}

fn name(sources: &[Source], file: u32) -> &str {
    sources.get(file as usize).map_or("", |source| source.name.as_str())
}

/// The finding for people: what, where, the line with a mark under it, what to do.
pub(crate) fn render(diagnostic: &Diagnostic, sources: &[Source], lang: Lang, colour: bool) -> String {
    let paint =
        |code: &str, text: &str| if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() };
    let tint = match diagnostic.severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;36",
    };
    let severity = Message::new(format!("plan-severity-{}", diagnostic.severity.as_str())).text(lang);
    let head = format!("{severity}[{}]", diagnostic.code);
    let mut out = format!("{}: {}\n", paint(tint, &head), paint("1", &plain(&diagnostic.message.text(lang))));
    out.push_str(&place(diagnostic.mark, sources, &paint, tint, ""));
    for (mark, word) in &diagnostic.also {
        out.push_str(&place(*mark, sources, &paint, "36", &word.text(lang)));
    }
    if let Some(help) = &diagnostic.help {
        let label = Message::new("plan-help").text(lang);
        out.push_str(&format!("  {} {}\n", paint("36", &label), plain(&help.text(lang))));
    }
    out.trim_end().to_owned()
}

fn place(
    mark: Mark,
    sources: &[Source],
    paint: &dyn Fn(&str, &str) -> String,
    tint: &str,
    word: &str,
) -> String {
    let Some(source) = sources.get(mark.file as usize) else { return String::new() };
    let mut out = format!("  {} {}:{}:{}\n", paint("2", "-->"), source.name, mark.line, mark.column);
    // Nobody reads a line as far as that; and cutting it out a thousand times takes long.
    let Some(line) = source.line(mark.line).filter(|_| mark.column <= FARTHEST) else { return out };
    let (shown, before, length) =
        window(line, mark.column.saturating_sub(1) as usize, mark.length.max(1) as usize);
    let number = mark.line.to_string();
    let gutter = " ".repeat(number.len());
    out.push_str(&format!(" {} {}\n", paint("2", &format!("{number} |")), shown));
    let carets = paint(tint, &"^".repeat(length));
    let word = if word.is_empty() { String::new() } else { format!(" {word}") };
    out.push_str(&format!(" {} {}{carets}{word}\n", paint("2", &format!("{gutter} |")), " ".repeat(before)));
    out
}

/// Characters of a line that are shown.
const WIDTH: usize = 110;
/// Last column of which the line is shown.
const FARTHEST: u32 = 10_000;

/// The part of a line worth showing, the columns before the mark and the columns of the mark.
fn window(line: &str, start: usize, length: usize) -> (String, usize, usize) {
    let chars: Vec<char> = line.chars().take(FARTHEST as usize + 2 * WIDTH).map(harmless).collect();
    let from = if start + length.min(20) > WIDTH { start.saturating_sub(30).min(chars.len()) } else { 0 };
    let to = chars.len().min(from + WIDTH);
    let lead = if from > 0 { "…" } else { "" };
    let tail = if to < chars.len() { "…" } else { "" };
    let shown: String = chars[from..to].iter().collect();
    let start = start.clamp(from, to);
    let end = (start + length).clamp(start, to);
    let before = lead.chars().count() + columns(&chars[from..start]);
    (format!("{lead}{shown}{tail}"), before, columns(&chars[start..end]).max(1))
}

/// Nothing in a plan may steer the terminal it is shown on.
fn harmless(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

fn plain(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { harmless(c) }).collect()
}

fn columns(chars: &[char]) -> usize {
    chars.iter().map(|c| if is_wide(*c) { 2 } else { 1 }).sum()
}

/// Characters that take two columns: East Asian wide and full-width forms.
fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F
        | 0xFF01..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
        || half_width(c) != c
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, column: u32, length: u32) -> String {
        let sources = [Source::new("okiagari.yaml", line.to_owned())];
        let mark = Mark { file: 0, line: 1, column, length };
        render(&Diagnostic::error("x", mark, Message::new("no-such")), &sources, Lang::En, false)
    }

    #[test]
    fn the_mark_stands_under_wide_characters() {
        let text = shown("町: abc", 4, 3);
        let caret = text.lines().last().unwrap();
        assert_eq!(caret, "   |     ^^^");
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let line = format!("{}BAD{}", "x".repeat(500), "y".repeat(500));
        let text = shown(&line, 501, 3);
        assert!(text.lines().all(|line| line.chars().count() < 130), "{text}");
        assert!(text.contains("BAD") && text.contains('…'));
    }

    #[test]
    fn marks_beyond_the_text_do_not_panic() {
        for (column, length) in [(0, 0), (999, 3), (1, 9999)] {
            shown("a\tb", column, length);
        }
    }
}
