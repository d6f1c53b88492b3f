//! Values that people write their own way: hours of the week, sums of money.

use std::sync::Arc;

use base::units::half_width;

use crate::check::{Checker, UNKNOWN};
use crate::model::DAYS;
use crate::tree::{Tree, tree};
use crate::yaml::Node;

impl Checker {
    /// `24x7`, days and times, or the name of a calendar.
    pub(crate) fn hours(&mut self, node: &Node) -> Tree {
        let Some(text) = node.text() else { return self.wrong_type(node, "plan-hours") };
        match week(text) {
            Some(week) => tree!(week),
            None if base::Id::is_valid(text) && text.starts_with(char::is_alphabetic) => {
                self.calendars.extend(node.shared().map(|name| (Arc::clone(name), node.mark)));
                tree!(node.shared())
            }
            None => self.wrong_type(node, "plan-hours"),
        }
    }

    /// `fri 17:15`: an hour of the week.
    pub(crate) fn moment(&mut self, node: &Node) -> Tree {
        match node.text().and_then(instant) {
            None if node.plain() == Some(UNKNOWN) => Tree::Null,
            Some(moment) => tree!(moment),
            None => self.wrong_type(node, "plan-a-moment"),
        }
    }

    /// `50M JPY`: an amount and a currency.
    pub(crate) fn money(&mut self, node: &Node) -> Tree {
        let Some(text) = node.text() else { return self.wrong_type(node, "plan-a-sum") };
        let plain: String = text.trim().chars().map(half_width).collect();
        if plain == "0" {
            return tree!({ "amount": 0.0 });
        }
        if amount(&plain).is_some() {
            return self.bare(node, &[format!("{plain} JPY"), format!("{plain} EUR")]);
        }
        let Some((number, currency)) = sum(&plain) else { return self.wrong_type(node, "plan-a-sum") };
        let Some(value) = amount(&number) else { return self.wrong_type(node, "plan-a-sum") };
        let written = format!("{number} {currency}");
        if written != text {
            self.spelling(node, &written);
        }
        tree!({ "amount": value, "currency": currency })
    }
}

/// Number and currency, from `50M JPY`, `50MJPY`, `5000円`, `¥5,000`.
fn sum(text: &str) -> Option<(String, String)> {
    let bare = |text: &str| text.replace([' ', ','], "");
    for (sign, currency) in [("円", "JPY"), ("¥", "JPY"), ("€", "EUR"), ("$", "USD")] {
        if let Some(number) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return Some((bare(number), currency.to_owned()));
        }
    }
    let at = text.len().checked_sub(3).filter(|at| text.is_char_boundary(*at))?;
    let (number, currency) = text.split_at(at);
    let upper = currency.to_ascii_uppercase();
    (currency.chars().all(|c| c.is_ascii_alphabetic())).then(|| (bare(number), upper))
}

/// `50`, `1.5M`, `200k`.
fn amount(text: &str) -> Option<f64> {
    let (digits, scale) = match text.char_indices().last()? {
        (at, 'k') => (&text[..at], 1e3),
        (at, 'M') => (&text[..at], 1e6),
        (at, 'G') => (&text[..at], 1e9),
        _ => (text, 1.0),
    };
    let plain = digits.starts_with(|c: char| c.is_ascii_digit());
    digits.parse::<f64>().ok().filter(|value| plain && value.is_finite()).map(|value| value * scale)
}

/// Hours in one spelling: `mo-fr 08:30-17:15, sa 09:00-12:00`.
fn week(text: &str) -> Option<String> {
    if matches!(text, "24x7" | "24/7" | "always") {
        return Some("24x7".to_owned());
    }
    let parts: Option<Vec<String>> = text.split([',', ';']).map(|part| stretch(part.trim())).collect();
    parts.map(|parts| parts.join(", "))
}

/// An hour of the week in one spelling: `fr 17:15`.
fn instant(text: &str) -> Option<String> {
    let (at, clock) = text.trim().split_once(char::is_whitespace)?;
    let clock = time(clock.trim()).filter(|clock| clock != "24:00")?;
    Some(format!("{} {clock}", day(&at.to_lowercase())?))
}

fn stretch(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (days, times) = match words.as_slice() {
        [one] if one.contains(':') => ("daily", Some(*one)),
        [days] => (*days, None),
        [days, times] => (*days, Some(*times)),
        _ => return None,
    };
    let days = match days.to_lowercase().as_str() {
        "daily" => "mo-su".to_owned(),
        "weekdays" => "mo-fr".to_owned(),
        days => both(days, day)?,
    };
    match times {
        None => Some(days),
        Some(times) if times.contains('-') => Some(format!("{days} {}", both(times, time)?)),
        Some(_) => None,
    }
}

/// `a-b` or `a`, each end read by `read`.
fn both(text: &str, read: fn(&str) -> Option<String>) -> Option<String> {
    match text.split_once('-') {
        Some((from, to)) => Some(format!("{}-{}", read(from)?, read(to)?)),
        None => read(text),
    }
}

fn day(text: &str) -> Option<String> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let known = NAMES.iter().position(|name| text.len() >= 2 && name.starts_with(text))?;
    Some(DAYS[known].to_owned())
}

fn time(text: &str) -> Option<String> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60 && hour * 60 + minute <= 24 * 60).then(|| format!("{hour:02}:{minute:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_one_spelling() {
        for (text, plain) in [
            ("24x7", "24x7"),
            ("Mo-Fr 08:30-17:15", "mo-fr 08:30-17:15"),
            ("mon-fri 8:30-17:15", "mo-fr 08:30-17:15"),
            ("weekdays 9:00-18:00, saturday 9:00-12:00", "mo-fr 09:00-18:00, sa 09:00-12:00"),
            ("8:00-20:00", "mo-su 08:00-20:00"),
            ("22:00-24:00", "mo-su 22:00-24:00"),
        ] {
            assert_eq!(week(text).as_deref(), Some(plain), "{text}");
        }
        for bad in ["", "8:30", "mon-fri 8:70-9:00", "25:00-26:00", "always open", "月-金", "24:30-25:00"] {
            assert_eq!(week(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_moment_has_one_spelling() {
        for (text, plain) in
            [("fri 17:15", "fr 17:15"), ("Monday  8:30", "mo 08:30"), ("su 0:00", "su 00:00")]
        {
            assert_eq!(instant(text).as_deref(), Some(plain), "{text}");
        }
        for bad in ["", "fri", "17:15", "fri 24:00", "fri 17:15-18:00", "weekdays 17:15", "金 17:15"] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }

    #[test]
    fn money_has_an_amount_and_a_currency() {
        for (text, number, currency) in
            [("50M JPY", "50M", "JPY"), ("¥5,000", "5000", "JPY"), ("12k eur", "12k", "EUR")]
        {
            assert_eq!(sum(text), Some((number.to_owned(), currency.to_owned())), "{text}");
        }
        assert_eq!(amount("1.5M"), Some(1_500_000.0));
        for bad in ["", "M", "-5", "1e3x", "NaN", "inf"] {
            assert_eq!(amount(bad), None, "{bad}");
        }
    }
}
