//! The drawing as SVG: one file that needs nothing else, dark on white, with a title and a description for those who
//! cannot see it.

use std::fmt::Write;

use base::{Lang, Message, Span};

use super::{Aged, Bar, Chart, Kind, Row, Scale};
use crate::terminal::{columns, cut, wrap};

/// All lengths are in pixels.
const WIDTH: f64 = 960.0;
const MARGIN: f64 = 24.0;
const LINE: f64 = 26.0;
const BAR: f64 = 14.0;
/// A column of text of the size used, wide enough for every common typeface; wide characters take two.
const COLUMN: f64 = 6.9;
const FONTS: &str =
    "'Noto Sans','Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',Meiryo,sans-serif";
const STYLE: &str = "text{fill:#1a202c;font-size:13px}.h{font-size:19px;font-weight:bold}.s{fill:#4a5568}\
.n{text-anchor:end}.m{text-anchor:middle;font-size:11px;fill:#4a5568}.g{stroke:#e2e8f0}\
.due{stroke:#b7791f;stroke-width:1.5;stroke-dasharray:4 3}.duet{fill:#975a16;font-weight:bold}\
.down{fill:#c53030}.step{fill:#2b6cb0}.auto{fill:#2f855a}.wait{fill:#a0aec0}.lost{fill:url(#lost)}\
.late{fill:#c53030}.fresh{fill:#2b6cb0}";
/// Hatching, so that what is lost is told from what is done without colour, too.
const HATCHING: &str = "<defs><pattern id=\"lost\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#fefcbf\"/>\
<rect width=\"2\" height=\"6\" fill=\"#d69e2e\"/></pattern></defs>";

/// The drawing as the text of an SVG file.
pub(crate) fn draw(chart: &Chart<'_>, lang: Lang) -> String {
    let mut paper = Paper::new(chart, lang);
    paper.head();
    paper.rows();
    paper.axis();
    paper.legend();
    paper.data();
    paper.finish()
}

struct Paper<'c, 'o> {
    chart: &'c Chart<'o>,
    lang: Lang,
    scale: Scale,
    out: String,
    /// Where the next line goes.
    y: f64,
    /// Left and right end of the axis.
    left: f64,
    right: f64,
}

impl<'c, 'o> Paper<'c, 'o> {
    fn new(chart: &'c Chart<'o>, lang: Lang) -> Self {
        let name = |row: &Row| columns(&row.name.text(lang));
        let names = chart.rows.iter().map(name).max().unwrap_or(0).min(46) as f64 * COLUMN;
        let times = chart.rows.iter().map(|row| columns(&times(chart, row, lang))).max().unwrap_or(0) as f64;
        let (left, right) = (MARGIN + names + 12.0, WIDTH - MARGIN - times * COLUMN - 14.0);
        let scale = chart.scale(5.0 / (right - left));
        Paper { chart, lang, scale, out: String::new(), y: MARGIN, left, right }
    }

    fn x(&self, at: Span) -> f64 {
        self.left + self.scale.at(at) * (self.right - self.left)
    }

    fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let _ = writeln!(self.out, "<text x=\"{x:.1}\" y=\"{y:.1}\"{class}>{}</text>", escaped(text));
    }

    fn rect(&mut self, x: f64, y: f64, width: f64, class: &str) {
        let _ = writeln!(
            self.out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"2\" class=\"{class}\"/>",
            width.max(1.0)
        );
    }

    fn line(&mut self, x: f64, from: f64, to: f64, class: &str) {
        let _ = writeln!(
            self.out,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{from:.1}\" y2=\"{to:.1}\" class=\"{class}\"/>"
        );
    }

    fn head(&mut self) {
        let title = self.chart.title.text(self.lang);
        self.y += 16.0;
        self.text(MARGIN, self.y, "h", &title);
        let room = ((WIDTH - 2.0 * MARGIN) / COLUMN) as usize;
        let first = self.chart.words().into_iter().next();
        for line in first.map(|words| wrap(&words.text(self.lang), room)).unwrap_or_default() {
            self.y += 22.0;
            self.text(MARGIN, self.y, "s", &line);
        }
        self.y += 40.0;
    }

    fn rows(&mut self) {
        let (top, bottom) = (self.y - 8.0, self.y + self.chart.rows.len() as f64 * LINE);
        for at in self.marks() {
            let x = self.x(at);
            self.line(x, top, bottom, "g");
        }
        for row in &self.chart.rows {
            self.row(row);
            self.y += LINE;
        }
        self.due(top, bottom);
    }

    fn row(&mut self, row: &Row) {
        let base = self.y + BAR / 2.0 + 4.5;
        let room = ((self.left - MARGIN - 12.0) / COLUMN) as usize + 1;
        let (left, right) = (self.left, self.right);
        self.text(left - 12.0, base, "n", &cut(&row.name.text(self.lang), room));
        row.bars.iter().for_each(|bar| self.bar(bar));
        self.text(right + 14.0, base, "s", &times(self.chart, row, self.lang));
    }

    fn bar(&mut self, bar: &Bar) {
        let (from, to, y) = (self.x(bar.from), self.x(bar.to), self.y);
        if bar.kind == Kind::Wait {
            let (middle, class) = (y + BAR / 2.0 - 1.0, bar.kind.as_str());
            let _ = writeln!(
                self.out,
                "<rect x=\"{from:.1}\" y=\"{middle:.1}\" width=\"{:.1}\" height=\"2\" class=\"{class}\"/>",
                (to - from).max(1.0)
            );
            return;
        }
        self.rect(from, y, to - from, bar.kind.as_str());
        if bar.to.is_never() {
            let (top, bottom, middle) = (y - 2.0, y + BAR + 2.0, y + BAR / 2.0);
            let points = format!("{to:.1},{top:.1} {:.1},{middle:.1} {to:.1},{bottom:.1}", to + 9.0);
            let _ = writeln!(self.out, "<polygon points=\"{points}\" class=\"{}\"/>", bar.kind.as_str());
        }
    }

    /// The recovery time objective: a line through all rows, or an arrow where it lies beyond the axis.
    fn due(&mut self, top: f64, bottom: f64) {
        let (Some(due), Some(text)) = (self.chart.due, self.chart.due_text()) else { return };
        let text = text.text(self.lang);
        let width = columns(&text) as f64 * COLUMN + 10.0;
        if due > self.scale.end {
            let x = self.right - width - 12.0;
            return self.text(x, top - 6.0, "duet", &format!("{text} →"));
        }
        let x = self.x(due);
        self.line(x, top - 4.0, bottom, "due");
        self.text((x - width / 2.0).clamp(self.left, WIDTH - MARGIN - width), top - 9.0, "duet", &text);
    }

    /// Instants with labels that do not run into each other.
    fn marks(&self) -> Vec<Span> {
        let widest =
            self.scale.marks(0.01, &[]).iter().map(|at| columns(&at.text(self.lang))).max().unwrap_or(2);
        self.scale.marks((widest as f64 * COLUMN + 16.0) / (self.right - self.left), &self.chart.turns())
    }

    fn axis(&mut self) {
        let y = self.y + 12.0;
        for at in self.marks() {
            let (x, text) = (self.x(at), at.text(self.lang));
            self.text(x, y, "m", &text);
        }
        self.y += 22.0;
        if !self.scale.even {
            let text = Message::new("cli-chart-uneven").text(self.lang);
            let (x, y) = (self.left, self.y + 10.0);
            self.text(x, y, "s", &text);
            self.y += 20.0;
        }
    }

    fn legend(&mut self) {
        let mut x = MARGIN;
        self.y += 14.0;
        for kind in self.chart.kinds() {
            let (name, y) = (kind.name().text(self.lang), self.y);
            self.rect(x, y, 22.0, kind.as_str());
            self.text(x + 28.0, y + BAR / 2.0 + 4.5, "s", &name);
            x += 28.0 + columns(&name) as f64 * COLUMN + 20.0;
        }
        self.y += LINE + 8.0;
    }

    fn data(&mut self) {
        let nobody_knows = self.chart.data.is_empty() && self.chart.down_for.is_none();
        if self.chart.outcome.fate.stops.is_never() || nobody_knows {
            return;
        }
        let y = self.y + 10.0;
        self.text(MARGIN, y, "duet", &Message::new("cli-chart-data").text(self.lang));
        self.y += 26.0;
        if self.chart.data.is_empty() {
            let id = if self.chart.down_for == Some(Span::NEVER) {
                "cli-chart-data-none"
            } else {
                "cli-chart-data-live"
            };
            let y = self.y + 8.0;
            self.text(MARGIN, y, "s", &Message::new(id).text(self.lang));
            self.y += LINE;
            return;
        }
        let longest = self.chart.data.iter().map(|aged| aged.age).chain(self.chart.data_due).max();
        let longest = longest.unwrap_or_default().max(Span::millis(1));
        let (left, right) = (self.left, self.left + (self.right - self.left) * 0.6);
        let at = |age: Span| right - (right - left) * age.as_millis() as f64 / longest.as_millis() as f64;
        let top = self.y - 4.0;
        for aged in &self.chart.data {
            self.aged(aged, at(aged.age), right);
            self.y += LINE;
        }
        let y = self.y;
        self.line(right, top, y, "g");
        self.text(right - 14.0, y + 12.0, "s", &Message::new("cli-chart-loss").text(self.lang));
        if let (Some(due), Some(text)) = (self.chart.data_due, self.chart.data_due_text()) {
            let (x, text) = (at(due), text.text(self.lang));
            self.line(x, top, y, "due");
            // Beside the mark, on the side away from the word at the loss.
            let room = columns(&text) as f64 * COLUMN + 30.0;
            let (x, class) = if right - x < room { (x + 4.0, "duet n") } else { (x - 4.0, "duet") };
            self.text(x, y + 12.0, class, &text);
        }
        self.y += LINE;
    }

    fn aged(&mut self, aged: &Aged, x: f64, right: f64) {
        let (y, base) = (self.y, self.y + BAR / 2.0 + 4.5);
        let left = self.left;
        self.text(left - 12.0, base, "n", aged.data.as_str());
        let class = if self.chart.is_late(aged) { "late" } else { "fresh" };
        self.rect(x, y, right - x, class);
        self.text(right + 14.0, base, "s", &aged.text().text(self.lang));
    }

    fn finish(self) -> String {
        let height = self.y + MARGIN / 2.0;
        let words: Vec<String> = self.chart.words().iter().map(|words| words.text(self.lang)).collect();
        let (title, words) = (escaped(&self.chart.title.text(self.lang)), escaped(&words.join(" ")));
        let lang = if self.lang == Lang::Ja { "ja" } else { "en" };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-labelledby=\"title desc\" xml:lang=\"{lang}\" \
             font-family=\"{FONTS}\">\n<title id=\"title\">{title}</title>\n<desc id=\"desc\">{words}</desc>\n\
             <style>{STYLE}</style>\n{HATCHING}\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.out
        )
    }
}

fn times(chart: &Chart<'_>, row: &Row, lang: Lang) -> String {
    chart.times(row).text(lang)
}

/// Text as XML wants it; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_control_characters_are_left_out() {
        assert_eq!(escaped("a<b & \"c\">\u{1b}[31m町"), "a&lt;b &amp; &quot;c&quot;&gt;[31m町");
    }
}
