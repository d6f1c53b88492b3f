//! Hours of the week.

use base::Span;

/// Days as they are written, from Monday on.
pub(crate) const DAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

const DAY: Span = Span::days(1);

/// When somebody is there, or answers, in every week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Open times from Monday 0:00, in order; none touches the next.
    open: Vec<(Span, Span)>,
}

impl Hours {
    /// One week.
    pub const WEEK: Span = Span::days(7);

    /// Reads hours in their one spelling: `24x7`, `mo-fr 08:30-17:15, sa 09:00-12:00`.
    pub(crate) fn read(text: &str) -> Option<Hours> {
        if text == "24x7" {
            return Some(Hours { open: vec![(Span::ZERO, Hours::WEEK)] });
        }
        let mut open = Vec::new();
        for part in text.split(", ") {
            let (days, times) =
                part.split_once(' ').map_or((part, None), |(days, times)| (days, Some(times)));
            let (from, to) = times.map_or(Some((Span::ZERO, DAY)), stretch)?;
            for day in days_of(days)? {
                let begin = DAY * day;
                open.push((begin + from, begin + to));
            }
        }
        Some(Hours { open: joined(open) })
    }

    /// Whether they never end.
    pub fn is_always(&self) -> bool {
        self.open == [(Span::ZERO, Hours::WEEK)]
    }

    /// Whether `at`, a time since some Monday 0:00, is within them.
    pub fn contains(&self, at: Span) -> bool {
        let at = in_week(at);
        self.open.iter().any(|(from, to)| *from <= at && at < *to)
    }

    /// The first instant not before `at` that is within them, both times since some Monday 0:00; ∞ if there is none.
    pub fn next(&self, at: Span) -> Span {
        if at.is_never() || self.contains(at) {
            return at;
        }
        let within = in_week(at);
        let waits = self.open.iter().map(|(from, _)| {
            let from = if *from >= within { *from } else { *from + Hours::WEEK };
            from - within
        });
        waits.min().map_or(Span::NEVER, |wait| at + wait)
    }

    /// When in the week the longest time begins in which they are closed; Monday 0:00 if they never are.
    pub fn closing(&self) -> Span {
        let closed = |end: Span| self.next(end).max(end) - end;
        let ends = self.open.iter().map(|(_, to)| *to);
        let longest = ends.max_by_key(|end| (closed(*end), std::cmp::Reverse(*end)));
        longest.map_or(Span::ZERO, in_week)
    }
}

/// An hour of the week as it is written in a plan: `fri 17:15`, of a time since some Monday 0:00.
pub fn hour_of_week(at: Span) -> String {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let minutes = in_week(at).as_millis() / 60_000;
    let day = NAMES[(minutes / (24 * 60)) as usize % 7];
    format!("{day} {}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// Reads an hour of the week in its one spelling, `fr 17:15`, as time since Monday 0:00.
pub(crate) fn moment(text: &str) -> Option<Span> {
    let (day, time) = text.split_once(' ')?;
    Some(DAY * position(day)? + clock(time)?)
}

fn in_week(at: Span) -> Span {
    Span::millis(at.as_millis() % Hours::WEEK.as_millis())
}

fn position(day: &str) -> Option<u64> {
    DAYS.iter().position(|known| *known == day).map(|at| at as u64)
}

/// `mo-fr`, or from one week into the next: `fr-mo`.
fn days_of(text: &str) -> Option<Vec<u64>> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (position(from)?, position(to)?);
    let last = if to < from { to + 7 } else { to };
    Some((from..=last).map(|day| day % 7).collect())
}

/// `08:30-17:15`, or over midnight: `22:00-06:00`.
fn stretch(text: &str) -> Option<(Span, Span)> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (clock(from)?, clock(to)?);
    Some((from, if to <= from { to + DAY } else { to }))
}

fn clock(text: &str) -> Option<Span> {
    let (hour, minute) = text.split_once(':')?;
    Some(Span::hours(hour.parse().ok()?) + Span::minutes(minute.parse().ok()?))
}

/// In order, with what touches joined and what goes beyond Sunday put at the beginning of the week.
fn joined(all: Vec<(Span, Span)>) -> Vec<(Span, Span)> {
    let week = Hours::WEEK;
    let parts = all.into_iter().flat_map(|(from, to)| {
        let rest = (to > week).then(|| (Span::ZERO, to - week));
        [Some((from, to.min(week))), rest]
    });
    let mut parts: Vec<(Span, Span)> = parts.flatten().collect();
    parts.sort_unstable();
    let mut out: Vec<(Span, Span)> = Vec::new();
    for (from, to) in parts {
        match out.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => out.push((from, to)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(text: &str) -> Hours {
        Hours::read(text).unwrap_or_else(|| panic!("{text}"))
    }

    fn at(text: &str) -> Span {
        moment(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn an_office_is_closed_longest_from_friday_evening() {
        let office = hours("mo-fr 08:30-17:15");
        assert_eq!(office.closing(), at("fr 17:15"));
        assert_eq!(office.next(at("fr 17:15")), at("mo 08:30") + Hours::WEEK);
        assert_eq!(office.next(at("we 17:15")), at("th 08:30"));
        assert_eq!(office.next(at("we 12:00")), at("we 12:00"));
        assert!(office.contains(at("mo 08:30")) && !office.contains(at("mo 17:15")));
        assert!(office.contains(at("mo 08:30") + Hours::WEEK * 3));
        assert_eq!(office.next(Span::NEVER), Span::NEVER);
    }

    #[test]
    fn an_hour_of_the_week_is_said_as_it_is_written() {
        for (plain, said) in [("fr 17:15", "fri 17:15"), ("mo 00:05", "mon 0:05"), ("su 23:59", "sun 23:59")]
        {
            assert_eq!(hour_of_week(at(plain) + Hours::WEEK), said);
        }
    }

    #[test]
    fn nights_and_weeks_may_be_passed() {
        let night = hours("fr-mo 22:00-06:00");
        assert!(
            night.contains(at("tu 05:00"))
                && night.contains(at("su 23:00"))
                && night.contains(at("mo 03:00"))
        );
        assert!(!night.contains(at("tu 22:00")) && !night.contains(at("sa 12:00")));
        assert_eq!(night.closing(), at("tu 06:00"));
        let sunday = hours("su 20:00-04:00");
        assert!(sunday.contains(at("mo 03:59")) && !sunday.contains(at("mo 04:00")));
        assert_eq!(sunday.next(at("mo 04:00")), at("su 20:00"));
    }

    #[test]
    fn always_is_never_closed() {
        for text in ["24x7", "mo-su", "mo-su 00:00-24:00", "mo-su 08:00-20:00, mo-su 20:00-08:00"] {
            assert!(hours(text).is_always(), "{text}");
            assert_eq!(hours(text).closing(), Span::ZERO, "{text}");
        }
        assert!(!hours("mo-su 00:00-23:59").is_always());
    }

    #[test]
    fn what_is_not_in_its_one_spelling_is_no_hours() {
        for text in ["", "mo-", "mo-fr 8", "xx 08:00-09:00", "mo 08:00"] {
            assert_eq!(Hours::read(text), None, "{text}");
        }
    }
}
