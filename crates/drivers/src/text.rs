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
    }
}
