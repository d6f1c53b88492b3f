//! The person at the terminal: result on stdout, progress and notices on stderr, colour only where it can be seen.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base::{Bytes, Clock, Lang, Message, Monitor, Span, Timestamp};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A style of text; nothing where colour is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    Red,
    Yellow,
    Green,
    Blue,
    Bold,
    Dim,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Paint::Red => "\x1b[1;31m",
            Paint::Yellow => "\x1b[1;33m",
            Paint::Green => "\x1b[1;32m",
            Paint::Blue => "\x1b[36m",
            Paint::Bold => "\x1b[1m",
            Paint::Dim => "\x1b[2m",
        }
    }
}

/// Where to write, how, and in which language.
pub(crate) struct Terminal {
    pub(crate) lang: Lang,
    pub(crate) colour: bool,
    /// Columns; 100 where nothing says.
    pub(crate) width: usize,
    quiet: bool,
    /// Progress is drawn over itself only where somebody can see it.
    live: bool,
    log: Option<Mutex<File>>,
    progress: Mutex<Progress>,
    done: AtomicU64,
    things: AtomicU64,
    stop: Arc<AtomicBool>,
}

#[derive(Default)]
struct Progress {
    task: Option<(Message, Option<u64>)>,
    phase: Option<Message>,
    since: Option<Instant>,
    drawn: Option<Instant>,
    line: bool,
}

/// Settings that the shell reads from arguments and environment.
pub(crate) struct Settings {
    pub(crate) lang: Lang,
    pub(crate) colour: bool,
    pub(crate) width: usize,
    pub(crate) quiet: bool,
    pub(crate) log: Option<File>,
    pub(crate) stop: Arc<AtomicBool>,
}

impl Terminal {
    pub(crate) fn new(settings: Settings) -> Terminal {
        Terminal {
            lang: settings.lang,
            colour: settings.colour,
            width: settings.width,
            quiet: settings.quiet,
            live: std::io::stderr().is_terminal() && !settings.quiet,
            log: settings.log.map(Mutex::new),
            progress: Mutex::default(),
            done: AtomicU64::new(0),
            things: AtomicU64::new(0),
            stop: settings.stop,
        }
    }

    /// One of 100 columns that shows no colour and no progress.
    #[cfg(test)]
    pub(crate) fn plain(lang: Lang) -> Terminal {
        let stop = Arc::default();
        Terminal::new(Settings { lang, colour: false, width: 100, quiet: true, log: None, stop })
    }

    /// Text in the person's language.
    pub(crate) fn text(&self, message: &Message) -> String {
        message.text(self.lang)
    }

    /// A text without arguments.
    pub(crate) fn word(&self, id: &'static str) -> String {
        Message::new(id).text(self.lang)
    }

    /// A text without arguments whose id is put together.
    pub(crate) fn word_of(&self, id: String) -> String {
        Message::new(id).text(self.lang)
    }

    /// Text in colour, if there is any.
    pub(crate) fn paint(&self, paint: Paint, text: &str) -> String {
        if self.colour { format!("{}{text}\x1b[0m", paint.code()) } else { text.to_owned() }
    }

    /// A line of the result. A closed pipe is not an error: the reader has seen enough.
    pub(crate) fn out(&self, line: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }

    /// A line beside the result: notices, problems, errors.
    pub(crate) fn err(&self, line: &str) {
        self.clear();
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }

    /// A message beside the result, unless asked to be quiet; always in the log.
    pub(crate) fn say(&self, message: &Message) {
        self.log("info", message);
        if !self.quiet {
            self.err(&self.text(message));
        }
    }

    /// A line of the log, in English and UTC.
    pub(crate) fn log(&self, level: &str, message: &dyn std::fmt::Display) {
        if let Some(log) = &self.log {
            let _ = writeln!(lock(log), "{} {level} {message}", SystemClock.now());
        }
    }

    fn clear(&self) {
        let mut progress = lock(&self.progress);
        if std::mem::take(&mut progress.line) {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }

    fn draw(&self, force: bool) {
        let mut progress = lock(&self.progress);
        let due = progress.drawn.is_none_or(|at| at.elapsed() > Duration::from_millis(100));
        if !self.live || !(due || force) {
            return;
        }
        let Some((task, total)) = &progress.task else { return };
        let mut line = self.progress_line(task, *total, progress.since);
        if let Some(phase) = &progress.phase {
            line = format!("{line}: {}", self.text(phase));
        }
        let _ = write!(std::io::stderr().lock(), "\r\x1b[K{}", cut(&line, self.width.saturating_sub(1)));
        progress.drawn = Some(Instant::now());
        progress.line = true;
    }

    /// Task, things, amount, rate and time left.
    fn progress_line(&self, task: &Message, total: Option<u64>, since: Option<Instant>) -> String {
        let done = self.done.load(Ordering::Relaxed);
        let seconds = since.map_or(0.0, |at| at.elapsed().as_secs_f64());
        let mut task = self.text(task);
        if done == 0 || seconds < 0.2 {
            return task;
        }
        let things = self.things.load(Ordering::Relaxed);
        if things > 0 {
            let files = self.text(&Message::new("cli-files").with("count", things));
            task = format!("{task}  {files}  {}", Bytes(done));
        }
        let rate = done as f64 / seconds;
        let speed = format!("{}/s", Bytes(rate as u64));
        match total.filter(|total| *total > 0) {
            Some(total) => {
                let left = Span::millis((total.saturating_sub(done) as f64 / rate * 1000.0) as u64);
                let percent = (done as f64 * 100.0 / total as f64).min(100.0);
                let left = self.text(
                    &Message::new("cli-time-left").with("left", Span::seconds(left.as_millis() / 1000)),
                );
                format!("{task}  {percent:3.0} %  {speed}  {left}")
            }
            None if things > 0 => format!("{task}  {speed}"),
            None => format!("{task}  {}  {speed}", Bytes(done)),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Monitor for Terminal {
    fn begin(&self, task: &Message, total: Option<u64>) {
        self.log("info", task);
        self.done.store(0, Ordering::Relaxed);
        self.things.store(0, Ordering::Relaxed);
        {
            let mut progress = lock(&self.progress);
            let line = progress.line;
            *progress = Progress {
                task: Some((task.clone(), total)),
                phase: None,
                since: Some(Instant::now()),
                drawn: None,
                line,
            };
        }
        self.draw(true);
    }

    fn phase(&self, what: &Message) {
        self.log("info", what);
        lock(&self.progress).phase = Some(what.clone());
        self.draw(true);
    }

    fn advance(&self, amount: u64) {
        self.done.fetch_add(amount, Ordering::Relaxed);
        self.draw(false);
    }

    fn expect(&self, total: u64) {
        if let Some((_, expected)) = &mut lock(&self.progress).task {
            *expected = Some(total);
        }
    }

    fn count(&self, things: u64) {
        self.things.fetch_add(things, Ordering::Relaxed);
    }

    fn watched(&self) -> bool {
        self.live
    }

    fn end(&self) {
        self.clear();
        let mut progress = lock(&self.progress);
        (progress.task, progress.phase) = (None, None);
    }

    fn problem(&self, what: &Message) {
        self.log("warn", what);
        let mark = self.paint(Paint::Yellow, &self.word("cli-warning"));
        self.err(&format!("{mark} {}", self.text(what)));
    }

    fn notice(&self, what: &Message) {
        self.say(what);
    }

    fn interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The clock of the machine.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one real clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// An instant in the organisation's zone, to the second; in UTC where the plan names none.
pub(crate) fn local_time(at: Timestamp, zone: Option<&str>) -> String {
    let zone = zone.and_then(|name| jiff::tz::TimeZone::get(name).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
    at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// Columns a text takes on the screen; wide characters take two.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// The text filled with blanks up to `width` columns.
pub(crate) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// The text cut to `width` columns, with an ellipsis where something is missing.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used + 1 > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// The text broken into lines of at most `width` columns: at blanks, or anywhere between wide characters.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(text) {
        let line = lines.last().map_or(0, |line| columns(line));
        if line > 0 && line + columns(piece.trim_end()) > width {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            let fresh = last.is_empty();
            last.push_str(if fresh { piece.trim_start() } else { piece });
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Words with the blank that follows; a wide character is a piece of its own, unless closing punctuation follows it.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut previous_wide = false;
    for (at, c) in text.char_indices() {
        let wide = c.width() == Some(2);
        let closing = "、。)）」』,.・ー".contains(c) || "っゃゅょァィゥェォッャュョ".contains(c);
        // Opening punctuation stays with what follows it.
        let opened = text[start..at].ends_with(['(', '（', '「', '『', '[']);
        let between = (wide || previous_wide) && !closing && !opened && c != ' ';
        let boundary = (text[start..at].ends_with(' ') && c != ' ') || between;
        if boundary && at > start {
            out.push(&text[start..at]);
            start = at;
        }
        previous_wide = wide;
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(columns("復旧 4h"), 7);
        assert_eq!(pad("住民", 6), "住民  ");
        assert_eq!(cut("住民台帳", 5), "住民…");
        assert_eq!(cut("counter", 7), "counter");
    }

    #[test]
    fn text_wraps_at_blanks_and_between_wide_characters() {
        assert_eq!(wrap("nothing brings it back", 10), ["nothing", "brings it", "back"]);
        assert_eq!(wrap("復旧する方法がない。", 8), ["復旧する", "方法がな", "い。"]);
        assert_eq!(wrap("復旧(大規模災害)", 5), ["復旧", "(大規", "模災", "害)"]);
        assert_eq!(wrap("", 10), [""]);
    }
}
