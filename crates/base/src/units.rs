//! Time spans, amounts of data and rates, always with their units.

use std::fmt;
use std::ops::{Add, Mul, Sub};

use serde::{Deserialize, Serialize};

use crate::words::Lang;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
const MONTH: u64 = 30 * DAY;

/// A length of time in whole milliseconds; `Span::NEVER` is ∞. Sums saturate.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(u64);

impl Span {
    /// No time.
    pub const ZERO: Span = Span(0);
    /// ∞: it does not happen.
    pub const NEVER: Span = Span(u64::MAX);

    /// From milliseconds.
    pub const fn millis(n: u64) -> Span {
        Span(n)
    }
    /// From seconds.
    pub const fn seconds(n: u64) -> Span {
        Span(n.saturating_mul(SECOND))
    }
    /// From minutes.
    pub const fn minutes(n: u64) -> Span {
        Span(n.saturating_mul(MINUTE))
    }
    /// From hours.
    pub const fn hours(n: u64) -> Span {
        Span(n.saturating_mul(HOUR))
    }
    /// From days of 24 hours.
    pub const fn days(n: u64) -> Span {
        Span(n.saturating_mul(DAY))
    }
    /// Length in milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }
    /// Length in seconds, with fraction.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }
    /// Whether this is ∞.
    pub const fn is_never(self) -> bool {
        self.0 == u64::MAX
    }
    /// The std type, for waiting.
    pub const fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0)
    }
    /// From the std type, saturating.
    pub fn from_std(d: std::time::Duration) -> Span {
        Span(u64::try_from(d.as_millis()).unwrap_or(u64::MAX))
    }

    /// Parses `90s`, `5m`, `4h`, `3d`, `2w`, `1mo`, `500ms`, sums such as `1h30m`, and `0`.
    pub fn parse(text: &str) -> Result<Span, UnitError> {
        if text.trim() == "0" {
            return Ok(Span::ZERO);
        }
        let mut total = 0u64;
        for (number, unit) in amounts(text, &DURATION)? {
            total = total.saturating_add(scale(number, lookup(text, unit, &DURATION)?));
        }
        Ok(Span(total))
    }

    /// The two largest units, so that a person can take it in: `3d 4h`, `5h 9m`, `1.2 s`.
    pub fn text(self, lang: Lang) -> String {
        let names = match lang {
            Lang::En => ["d", "h", "m", "s", "never"],
            Lang::Ja => ["日", "時間", "分", "秒", "復旧できない"],
        };
        if self.is_never() {
            return names[4].to_owned();
        }
        if self.0 < MINUTE {
            return seconds_text(self.0, names[3]);
        }
        let units = [(DAY, names[0]), (HOUR, names[1]), (MINUTE, names[2]), (SECOND, names[3])];
        let first = units.iter().position(|(size, _)| self.0 >= *size).unwrap_or(2);
        let (size, name) = units[first];
        let head = format!("{}{name}", self.0 / size);
        match units.get(first + 1) {
            Some((small, small_name)) if self.0 % size >= *small => {
                let gap = if lang == Lang::En { " " } else { "" };
                format!("{head}{gap}{}{small_name}", self.0 % size / small)
            }
            _ => head,
        }
    }
}

fn seconds_text(millis: u64, unit: &str) -> String {
    match millis {
        0 => format!("0{unit}"),
        1..10_000 if !millis.is_multiple_of(SECOND) => format!("{:.2}{unit}", millis as f64 / 1000.0),
        _ if !millis.is_multiple_of(SECOND) => format!("{:.1}{unit}", millis as f64 / 1000.0),
        _ => format!("{}{unit}", millis / SECOND),
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text(Lang::En))
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Span;
    /// Never below zero; ∞ less anything finite stays ∞.
    fn sub(self, other: Span) -> Span {
        if self.is_never() { self } else { Span(self.0.saturating_sub(other.0)) }
    }
}

impl Mul<u64> for Span {
    type Output = Span;
    fn mul(self, n: u64) -> Span {
        Span(self.0.saturating_mul(n))
    }
}

impl std::iter::Sum for Span {
    fn sum<I: Iterator<Item = Span>>(iter: I) -> Span {
        iter.fold(Span::ZERO, Add::add)
    }
}

/// An amount of data in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(pub u64);

impl Bytes {
    /// Parses `40GiB`, `100TB`, `512B` and `0`. Decimal and binary units are both exact: 1 TB is 10^12.
    pub fn parse(text: &str) -> Result<Bytes, UnitError> {
        if text.trim() == "0" {
            return Ok(Bytes(0));
        }
        single(text, &SIZE).map(Bytes)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        let mut value = self.0 as f64;
        let mut unit = 0;
        while value >= 1024.0 && unit + 1 < units.len() {
            value /= 1024.0;
            unit += 1;
        }
        let text = if unit == 0 { format!("{} B", self.0) } else { format!("{value:.1} {}", units[unit]) };
        f.pad(&text)
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A rate of transfer in bits a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(pub u64);

impl Rate {
    /// Parses `100Mbps`, `50MB/s` and `0`.
    pub fn parse(text: &str) -> Result<Rate, UnitError> {
        if text.trim() == "0" {
            return Ok(Rate(0));
        }
        single(text, &RATE).map(Rate)
    }

    /// How long `size` takes at this rate; ∞ at rate zero.
    pub fn transfer(self, size: Bytes) -> Span {
        if size.0 == 0 {
            return Span::ZERO;
        }
        let millis = (u128::from(size.0) * 8 * 1000).checked_div(u128::from(self.0)).unwrap_or(u128::MAX);
        Span(u64::try_from(millis).unwrap_or(u64::MAX))
    }
}

/// A length in centimetres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Length(pub u64);

impl Length {
    /// Parses `60km`, `5m`, `50cm` and `0`.
    pub fn parse(text: &str) -> Result<Length, UnitError> {
        if text.trim() == "0" {
            return Ok(Length(0));
        }
        single(text, &LENGTH).map(Length)
    }
}

/// How often something happens: times in 10^9 years of 365 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frequency(pub u64);

impl Frequency {
    /// Parses `1 in 30 years`, `1 in 30y`, `2/y`, `0.1/y` and `0`.
    ///
    /// # Errors
    /// As for every value with a unit; the fix is given where one is near.
    pub fn parse(text: &str) -> Result<Frequency, UnitError> {
        let text = text.trim();
        let Some((number, span)) = text.split_once(" in ").or_else(|| text.split_once('/')) else {
            return match text.parse::<f64>() {
                Ok(0.0) => Ok(Frequency(0)),
                Ok(_) => Err(UnitError::MissingUnit {
                    number: text.to_owned(),
                    fixes: vec![format!("{text}/y"), format!("1 in {text}y")],
                }),
                Err(_) => Err(UnitError::NotANumber),
            };
        };
        let times = number.trim().parse::<f64>().ok().filter(|times| times.is_finite() && *times >= 0.0);
        let times = times.ok_or(UnitError::NotANumber)?;
        let span = span.trim();
        let one = span.chars().next().is_some_and(|c| !c.is_ascii_digit());
        let span = if one { format!("1{span}") } else { span.to_owned() };
        let within = match Span::parse(&span) {
            // Years written out are no mistake here.
            Err(UnitError::Spelling { fix }) => Span::parse(&fix)?,
            other => other?,
        };
        let years = within.as_millis().max(1) as f64 / (365 * DAY) as f64;
        // `as` saturates.
        Ok(Frequency((times / years * 1e9).round() as u64))
    }

    /// Times a year, of 365 days.
    pub fn per_year(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

/// Why a value with a unit could not be read. Every arm carries what a person should have written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitError {
    /// `4`: no unit. The fix most likely meant, if there is one.
    MissingUnit {
        /// The number as written.
        number: String,
        /// The same number with each likely unit.
        fixes: Vec<String>,
    },
    /// `4x`: not a unit of this quantity.
    UnknownUnit {
        /// The unit as written.
        unit: String,
        /// The value with the nearest unit, if one is near.
        fix: Option<String>,
    },
    /// `４ｈ`, `4時間`: readable, but not the plain spelling, which is given.
    Spelling {
        /// The plain spelling.
        fix: String,
    },
    /// Not a number with a unit at all.
    NotANumber,
}

type Unit = (&'static str, u64);
const DURATION: [Unit; 8] = [
    ("ms", 1),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", DAY),
    ("w", WEEK),
    ("mo", MONTH),
    ("y", 365 * DAY),
];
const SIZE: [Unit; 11] = [
    ("B", 1),
    ("kB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("PB", 1_000_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("PiB", 1 << 50),
];
const RATE: [Unit; 8] = [
    ("bps", 1),
    ("kbps", 1000),
    ("Mbps", 1_000_000),
    ("Gbps", 1_000_000_000),
    ("B/s", 8),
    ("kB/s", 8000),
    ("MB/s", 8_000_000),
    ("GB/s", 8_000_000_000),
];

const LENGTH: [Unit; 3] = [("cm", 1), ("m", 100), ("km", 100_000)];

/// Spellings people use that are understood well enough to say what was meant.
const WORDS: [(&str, &str); 37] = [
    ("ミリ秒", "ms"),
    ("秒間", "s"),
    ("秒", "s"),
    ("分間", "m"),
    ("分", "m"),
    ("時間", "h"),
    ("日間", "d"),
    ("日", "d"),
    ("週間", "w"),
    ("週", "w"),
    ("か月", "mo"),
    ("ヶ月", "mo"),
    ("カ月", "mo"),
    ("月", "mo"),
    ("年", "y"),
    ("seconds", "s"),
    ("second", "s"),
    ("sec", "s"),
    ("minutes", "m"),
    ("minute", "m"),
    ("mins", "m"),
    ("min", "m"),
    ("hours", "h"),
    ("hour", "h"),
    ("hrs", "h"),
    ("hr", "h"),
    ("days", "d"),
    ("day", "d"),
    ("weeks", "w"),
    ("week", "w"),
    ("months", "mo"),
    ("month", "mo"),
    ("years", "y"),
    ("year", "y"),
    ("M", "mo"),
    ("H", "h"),
    ("D", "d"),
];

fn single(text: &str, units: &[Unit]) -> Result<u64, UnitError> {
    match amounts(text, units)?.as_slice() {
        [(number, unit)] => Ok(scale(*number, lookup(text, unit, units)?)),
        _ => Err(UnitError::NotANumber),
    }
}

fn scale(number: f64, unit: u64) -> u64 {
    // `as` saturates, which is what sums do as well.
    (number * unit as f64).round() as u64
}

/// Splits `1h30m` into numbers and unit spellings; says what was meant where the spelling is not the plain one.
fn amounts<'t>(text: &'t str, units: &[Unit]) -> Result<Vec<(f64, &'t str)>, UnitError> {
    if let Ok(amounts) = amounts_plain(text, units) {
        return Ok(amounts);
    }
    let plain = plain(text, units);
    if plain != text {
        return match amounts_plain(&plain, units) {
            Ok(_) => Err(UnitError::Spelling { fix: plain }),
            Err(error) => Err(error),
        };
    }
    amounts_plain(text, units)
}

fn amounts_plain<'t>(text: &'t str, units: &[Unit]) -> Result<Vec<(f64, &'t str)>, UnitError> {
    let mut rest = text;
    let mut out = Vec::new();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(end);
        let value: f64 = number.parse().map_err(|_| UnitError::NotANumber)?;
        let unit_end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, after) = tail.split_at(unit_end);
        if unit.is_empty() {
            let fixes = common(units).iter().map(|unit| format!("{number}{unit}")).collect();
            return Err(UnitError::MissingUnit { number: number.to_owned(), fixes });
        }
        if !units.iter().any(|(name, _)| *name == unit) {
            return Err(UnitError::UnknownUnit { unit: unit.to_owned(), fix: nearest(number, unit, units) });
        }
        out.push((value, unit));
        rest = after;
    }
    if out.is_empty() { Err(UnitError::NotANumber) } else { Ok(out) }
}

fn lookup(text: &str, unit: &str, units: &[Unit]) -> Result<u64, UnitError> {
    let found = units.iter().find(|(name, _)| *name == unit);
    found.map(|(_, size)| *size).ok_or_else(|| UnitError::UnknownUnit { unit: text.to_owned(), fix: None })
}

fn common(units: &[Unit]) -> &'static [&'static str] {
    match units[0].0 {
        "ms" => &["m", "h", "d"],
        "B" => &["GB", "GiB"],
        "cm" => &["m", "km"],
        _ => &["Mbps", "MB/s"],
    }
}

/// The unit most likely meant: the same but for case, or one slip of the fingers away.
fn nearest(number: &str, unit: &str, units: &[Unit]) -> Option<String> {
    let same =
        |name: &str| name.eq_ignore_ascii_case(unit) || name.trim_end_matches('B').eq_ignore_ascii_case(unit);
    let first = unit.chars().next();
    let near = |name: &str| unit.len() > 1 && name.chars().next() == first && one_slip(unit, name);
    let found =
        units.iter().find(|(name, _)| same(name)).or_else(|| units.iter().find(|(name, _)| near(name)));
    found.map(|(name, _)| format!("{number}{name}"))
}

/// Whether one letter too many, too few, another, or two exchanged make one of the other.
fn one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 => {
            let (x, y) = (&short[head..], &long[head..]);
            let swapped = x.len() > 1 && x[0] == y[1] && x[1] == y[0] && x[2..] == y[2..];
            x.is_empty() || x[1..] == y[1..] || swapped
        }
        1 => short[head..] == long[head + 1..],
        _ => false,
    }
}

/// Full-width characters, inner spaces and words turned into the plain spelling.
fn plain(text: &str, units: &[Unit]) -> String {
    let mut out: String =
        text.trim().chars().map(half_width).filter(|c| !c.is_whitespace() && *c != ',').collect();
    if units[0].0 == "ms" {
        for (word, unit) in WORDS {
            let known =
                units.iter().any(|(name, _)| out.trim_start_matches(|c: char| c.is_ascii_digit()) == *name);
            if !known && out.contains(word) {
                out = out.replace(word, unit);
            }
        }
    }
    out
}

/// The ASCII form of a full-width letter, digit, sign or space; other characters as they are.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spans_parse() {
        for (text, millis) in [
            ("90s", 90_000),
            ("5m", 5 * MINUTE),
            ("1h30m", 90 * MINUTE),
            ("1mo", 30 * DAY),
            ("0", 0),
            ("1.5h", 90 * MINUTE),
        ] {
            assert_eq!(Span::parse(text), Ok(Span(millis)), "{text}");
        }
    }

    #[test]
    fn misspelt_spans_say_what_was_meant() {
        let spelling = |fix: &str| Err(UnitError::Spelling { fix: fix.into() });
        assert_eq!(Span::parse("4時間"), spelling("4h"));
        assert_eq!(Span::parse("４ｈ"), spelling("4h"));
        assert_eq!(Span::parse("4 hours"), spelling("4h"));
        assert_eq!(Span::parse("3か月"), spelling("3mo"));
        assert_eq!(Span::parse("1時間30分"), spelling("1h30m"));
        assert!(matches!(Span::parse("4"), Err(UnitError::MissingUnit { fixes, .. }) if fixes[1] == "4h"));
        assert_eq!(Span::parse("4x"), Err(UnitError::UnknownUnit { unit: "x".into(), fix: None }));
        assert_eq!(Span::parse("soon"), Err(UnitError::NotANumber));
        assert_eq!(Span::parse(""), Err(UnitError::NotANumber));
    }

    #[test]
    fn sizes_and_rates_parse() {
        assert_eq!(Bytes::parse("40GiB"), Ok(Bytes(40 << 30)));
        assert_eq!(Bytes::parse("100TB"), Ok(Bytes(100_000_000_000_000)));
        assert_eq!(
            Bytes::parse("40G"),
            Err(UnitError::UnknownUnit { unit: "G".into(), fix: Some("40GB".into()) })
        );
        assert_eq!(Rate::parse("100Mbps"), Ok(Rate(100_000_000)));
        assert_eq!(Rate::parse("50MB/s"), Ok(Rate(400_000_000)));
    }

    #[test]
    fn a_slip_of_the_fingers_is_set_right() {
        let fix = |error: Result<u64, UnitError>| match error {
            Err(UnitError::UnknownUnit { fix, .. }) => fix.unwrap_or_default(),
            other => format!("{other:?}"),
        };
        assert_eq!(fix(Span::parse("4hs").map(Span::as_millis)), "4h");
        assert_eq!(fix(Rate::parse("100Mpbs").map(|r| r.0)), "100Mbps");
        assert_eq!(fix(Bytes::parse("40Gib").map(|b| b.0)), "40GiB");
        assert_eq!(fix(Span::parse("4parsecs").map(Span::as_millis)), "");
    }

    #[test]
    fn lengths_parse() {
        assert_eq!(Length::parse("60km"), Ok(Length(6_000_000)));
        assert_eq!(Length::parse("0.5m"), Ok(Length(50)));
        assert!(
            matches!(Length::parse("60"), Err(UnitError::MissingUnit { fixes, .. }) if fixes[1] == "60km")
        );
        assert!(matches!(Length::parse("60miles"), Err(UnitError::UnknownUnit { .. })));
    }

    #[test]
    fn frequencies() {
        let yearly = |text: &str| Frequency::parse(text).map(Frequency::per_year);
        for text in ["1 in 10 years", "1 in 10y", "0.1/y", "2 in 20y", "0.1/year"] {
            assert!((yearly(text).unwrap() - 0.1).abs() < 1e-8, "{text}");
        }
        assert_eq!(yearly("2/d"), Ok(730.0));
        assert_eq!((yearly("0"), yearly("0/y"), yearly("0 in 5y")), (Ok(0.0), Ok(0.0), Ok(0.0)));
        assert!(matches!(yearly("3"), Err(UnitError::MissingUnit { fixes, .. }) if fixes[0] == "3/y"));
        assert!(matches!(yearly("1 in 10 yaers"), Err(UnitError::UnknownUnit { .. })));
        for text in ["often", "-1/y", "1 in ", "NaN/y", "inf/y", "", "/y"] {
            assert!(yearly(text).is_err(), "{text}");
        }
        assert!(yearly("1e300/ms").unwrap().is_finite());
    }

    #[test]
    fn a_hundred_terabytes_over_a_hundred_megabits_is_93_days() {
        let span = Rate::parse("100Mbps").unwrap().transfer(Bytes::parse("100TB").unwrap());
        assert_eq!(span.as_millis() / DAY, 92);
        assert_eq!(Rate(0).transfer(Bytes(1)), Span::NEVER);
    }

    #[test]
    fn spans_read_well() {
        for (span, text) in [
            (Span::millis(1234), "1.23s"),
            (Span::seconds(59), "59s"),
            (Span::minutes(90), "1h 30m"),
            (Span::hours(72), "3d"),
            (Span::NEVER, "never"),
            (Span::ZERO, "0s"),
        ] {
            assert_eq!(span.text(Lang::En), text);
        }
        assert_eq!(Span::minutes(90).text(Lang::Ja), "1時間30分");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = (Span::parse(&text), Bytes::parse(&text), Rate::parse(&text));
        }

        #[test]
        fn what_is_meant_parses(text in "[0-9]{1,3} ?(h|H|時間|ｈ|hours|日|分|M|min)") {
            match Span::parse(&text) {
                Err(UnitError::Spelling { fix }) => prop_assert!(Span::parse(&fix).is_ok(), "{fix}"),
                other => prop_assert!(other.is_ok(), "{text}: {other:?}"),
            }
        }
    }
}
