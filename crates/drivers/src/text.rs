//! Text that came from outside, made fit for one line of a message.

/// Longest quotation of what some program said.
const QUOTE: usize = 300;

/// One line, cut to a sane length.
pub(crate) fn quote(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The end of it rather than the beginning: in a log, the last lines say why.
pub(crate) fn quote_end(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = line.chars().count();
    if length <= QUOTE {
        return line;
    }
    let tail: String = line.chars().skip(length - QUOTE).collect();
    format!("…{tail}")
}

/// An address without the password in it.
pub(crate) fn redact(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    match authority.rsplit_once('@') {
        Some((login, _)) => {
            let user = login.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***{}", &rest[login.len()..])
        }
        None => address.to_owned(),
    }
}

/// An address without its password, and the password as it was meant: percent signs decoded.
pub(crate) fn without_password(address: &str) -> (String, Option<String>) {
    let split = || {
        let (scheme, rest) = address.split_once("://")?;
        let authority = rest.split(['/', '?']).next().unwrap_or(rest);
        let (login, _) = authority.rsplit_once('@')?;
        let (user, password) = login.split_once(':')?;
        Some((format!("{scheme}://{user}{}", &rest[login.len()..]), decode(password)))
    };
    split().map_or_else(|| (address.to_owned(), None), |(open, password)| (open, Some(password)))
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_are_one_short_line() {
        assert_eq!(quote(" a\n\tb "), "a b");
        assert_eq!(quote(&"あ".repeat(1000)).chars().count(), QUOTE + 1);
        assert!(quote_end(&format!("{} last", "x ".repeat(1000))).ends_with("last"));
    }

    #[test]
    fn passwords_in_addresses_are_hidden() {
        assert_eq!(redact("postgresql://u:p@h:1/db?x=1"), "postgresql://u:***@h:1/db?x=1");
        assert_eq!(redact("http://h/a@b"), "http://h/a@b");
        assert_eq!(redact("plain"), "plain");
        let (open, password) = without_password("postgresql://u:p%40%zz@h:1/db?x=1");
        assert_eq!((open.as_str(), password.as_deref()), ("postgresql://u@h:1/db?x=1", Some("p@%zz")));
        assert_eq!(without_password("postgresql://h/a@b:c"), ("postgresql://h/a@b:c".into(), None));
    }
}
