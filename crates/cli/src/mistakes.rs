//! Arguments that make no sense: what is wrong, in the language of the person who gave them, what was most likely meant,
//! and where to read on.

use base::{Arg, Exit, Fault, Message};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error};

/// What is wrong with the arguments; nothing where help or the version was asked for.
pub(crate) fn told(error: &Error, args: &[String]) -> Option<Fault> {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return None;
    }
    let mut hints = Vec::new();
    hints.extend(suggestion(error).map(|near| Message::new("cli-did-you-mean").with("near", near)));
    let known = texts(error, ContextKind::ValidValue);
    if !known.is_empty() {
        hints.push(Message::new("cli-arg-known").with("known", known));
    }
    hints.extend(usage(error).map(|usage| Message::new("cli-arg-usage").with("usage", usage)));
    hints.push(Message::new("cli-arg-help").with("command", command(args)));
    Some(hints.into_iter().fold(Fault::new(Exit::Unusable, message(error)), Fault::hint))
}

/// The command that was meant, as far as its words are right: `oki vault backup`.
fn command(args: &[String]) -> String {
    let mut known = crate::args::Cli::command();
    let mut words = vec!["oki".to_owned()];
    for arg in args.iter().skip(1).filter(|arg| !arg.starts_with('-')) {
        let Some(next) = known.find_subcommand(arg).cloned() else { break };
        words.push(arg.clone());
        known = next;
    }
    words.join(" ")
}

fn message(error: &Error) -> Message {
    let text = |kind: ContextKind| texts(error, kind).into_iter().next().unwrap_or_else(|| Arg::from(""));
    let empty = |arg: &Arg| *arg == Arg::from("");
    let (arg, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let option = matches!(&arg, Arg::Text(text) if text.starts_with('-'));
            Message::new(if option { "cli-arg-unknown" } else { "cli-arg-extra" }).with("arg", arg)
        }
        ErrorKind::InvalidSubcommand => {
            Message::new("cli-arg-command").with("arg", text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue if empty(&value) => Message::new("cli-arg-empty").with("arg", arg),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            Message::new("cli-arg-value").with("arg", arg).with("value", value)
        }
        ErrorKind::MissingRequiredArgument => {
            Message::new("cli-arg-missing").with("args", texts(error, ContextKind::InvalidArg))
        }
        ErrorKind::MissingSubcommand => Message::new("cli-arg-no-command"),
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg);
            let twice = other == arg || empty(&other);
            Message::new(if twice { "cli-arg-twice" } else { "cli-arg-conflict" })
                .with("arg", arg)
                .with("other", other)
        }
        ErrorKind::TooManyValues => Message::new("cli-arg-takes-none").with("arg", arg).with("value", value),
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            Message::new("cli-arg-empty").with("arg", arg)
        }
        ErrorKind::InvalidUtf8 => Message::new("cli-arg-not-text"),
        _ => {
            let why = error.to_string();
            let first = why.lines().next().unwrap_or_default();
            Message::new("cli-arg-other").with("why", first.trim_start_matches("error: "))
        }
    }
}

fn texts(error: &Error, kind: ContextKind) -> Vec<Arg> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![Arg::from(text)],
        Some(ContextValue::Strings(texts)) => texts.iter().map(Arg::from).collect(),
        _ => Vec::new(),
    }
}

/// The likeliest of what may have been meant, which comes last.
fn suggestion(error: &Error) -> Option<Arg> {
    let kinds = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    kinds.into_iter().find_map(|kind| texts(error, kind).pop())
}

/// `oki drill [OPTIONS] --loss <ID> <SERVICE>`, on one line.
fn usage(error: &Error) -> Option<String> {
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else { return None };
    let text = usage.to_string();
    let first = text.lines().next()?;
    Some(first.trim_start_matches("Usage:").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Lang;

    fn said(line: &str) -> (String, Vec<String>) {
        let args: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let error = crate::args::command(Lang::En).try_get_matches_from(&args).unwrap_err();
        let fault = told(&error, &args).unwrap_or_else(|| panic!("{line}: {error}"));
        (fault.message.text(Lang::Ja), fault.hints.iter().map(|hint| hint.text(Lang::Ja)).collect())
    }

    #[test]
    fn mistakes_in_arguments_are_told_in_the_reader_s_language() {
        for (line, message) in [
            ("oki prov", "prov というコマンドはありません"),
            ("oki prove --nonsense", "--nonsense というオプションはありません"),
            ("oki prove a b", "余分な引数です: b"),
            ("oki check --fail-on sometimes", "--fail-on <SEVERITY> に sometimes は指定できません"),
            ("oki drill counter", "必要な引数がありません: --loss <ID>"),
            ("oki explain x --loss", "--loss <ID> には値が必要です"),
            ("oki explain x --loss a --loss b", "--loss <ID> は一度しか指定できません"),
            ("oki ledger show --last many", "--last <N> に many は指定できません"),
            ("oki prove --no-wait=1", "--no-wait に値は指定できません(1 が指定されました)"),
            ("oki vault backup r p --stdin-command c", "と"),
        ] {
            let (said, hints) = said(line);
            assert!(said.contains(message), "{line}: {said}");
            assert!(hints.iter().any(|hint| hint.starts_with("詳しくは: oki")), "{line}: {hints:?}");
        }
    }

    #[test]
    fn what_was_meant_and_how_it_goes_is_hinted() {
        let (_, hints) = said("oki prov");
        assert!(hints[0].starts_with("prove ではありませんか"), "{hints:?}");
        let (_, hints) = said("oki drill counter");
        assert_eq!(hints, ["使い方: oki drill --loss <ID> <SERVICE>", "詳しくは: oki drill --help"]);
        let (_, hints) = said("oki check --fail-on sometimes");
        assert_eq!(hints[0], "指定できるのは error、warning、note、never");
    }

    #[test]
    fn help_and_version_are_no_mistakes() {
        for line in ["oki --help", "oki --version", "oki prove --help", "oki"] {
            let error = crate::args::command(Lang::En).try_get_matches_from(line.split(' ')).unwrap_err();
            assert!(told(&error, &[]).is_none(), "{line}");
        }
    }
}
