//! Texts for people, in English and Japanese.
//!
//! A library names a text by its id and gives the arguments; the text itself stands in the Fluent files under
//! `locales/`. `Display` is the English text, which is also what logs and JSON carry. The shell renders the
//! same message in the language of the person at the terminal.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::exit::Exit;
use crate::units::{Bytes, Span};

/// A language of the terminal and of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English; also the language of logs and JSON.
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// From a locale name such as `ja_JP.UTF-8`, `ja` or `C`; anything that is not Japanese is English.
    pub fn from_locale(name: &str) -> Lang {
        if name == "ja" || name.starts_with("ja_") || name.starts_with("ja-") || name.starts_with("ja.") {
            Lang::Ja
        } else {
            Lang::En
        }
    }
}

/// One argument of a message. Kept typed, so that each language writes units its own way.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Text that is the same in every language: an id, a path, what the system said.
    Text(String),
    /// A whole number.
    Count(u64),
    /// A time span.
    Span(Span),
    /// An amount of data.
    Bytes(Bytes),
    /// Another message, rendered in the same language.
    Message(Message),
    /// Messages or texts, joined the way the language does.
    List(Vec<Arg>),
}

/// A text for people: an id in the Fluent files, and its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    id: Cow<'static, str>,
    args: BTreeMap<&'static str, Arg>,
}

impl Message {
    /// The message called `id` in the Fluent files, without arguments yet.
    pub fn new(id: impl Into<Cow<'static, str>>) -> Message {
        Message { id: id.into(), args: BTreeMap::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Message {
        self.args.insert(name, value.into());
        self
    }

    /// Id in the Fluent files.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// An argument given, if there is one of that name.
    pub fn arg(&self, name: &str) -> Option<&Arg> {
        self.args.get(name)
    }

    /// Whether the Fluent files of `lang` hold this message.
    pub fn exists(&self, lang: Lang) -> bool {
        bundle(lang).has_message(&self.id)
    }

    /// The text in `lang`; in English if that language lacks it; the id itself if no file has it.
    pub fn text(&self, lang: Lang) -> String {
        render(self, lang).or_else(|| render(self, Lang::En)).unwrap_or_else(|| self.fallback())
    }

    fn fallback(&self) -> String {
        let args: Vec<String> = self.args.iter().map(|(k, v)| format!("{k}={}", v.text(Lang::En))).collect();
        format!("{} ({})", self.id, args.join(", "))
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl Arg {
    fn text(&self, lang: Lang) -> String {
        match self {
            Arg::Text(text) => text.clone(),
            Arg::Count(n) => n.to_string(),
            Arg::Span(span) => span.text(lang),
            Arg::Bytes(bytes) => bytes.to_string(),
            Arg::Message(message) => message.text(lang),
            Arg::List(items) => {
                let comma = if lang == Lang::Ja { "、" } else { ", " };
                items.iter().map(|item| item.text(lang)).collect::<Vec<_>>().join(comma)
            }
        }
    }
}

macro_rules! arg_from {
    ($($from:ty => $arm:expr),* $(,)?) => {
        $(impl From<$from> for Arg {
            fn from(value: $from) -> Arg {
                let build: fn($from) -> Arg = $arm;
                build(value)
            }
        })*
    };
}

arg_from! {
    String => Arg::Text,
    &str => |text| Arg::Text(text.to_owned()),
    &String => |text| Arg::Text(text.clone()),
    crate::Id => |id| Arg::Text(id.as_str().to_owned()),
    &crate::Id => |id| Arg::Text(id.as_str().to_owned()),
    &std::path::Path => |path| Arg::Text(path.display().to_string()),
    &std::path::PathBuf => |path| Arg::Text(path.display().to_string()),
    u64 => Arg::Count,
    u32 => |n| Arg::Count(u64::from(n)),
    usize => |n| Arg::Count(n as u64),
    Span => Arg::Span,
    Bytes => Arg::Bytes,
    Message => Arg::Message,
    Vec<Arg> => Arg::List,
}

/// A failure a person may meet: what failed, on what, why, what to do; and the exit code that says its kind.
///
/// `Display` is this failure's own part in English; `source` carries the rest, and the edge prints the chain once.
#[derive(Debug)]
pub struct Fault {
    /// What failed, on what.
    pub message: Message,
    /// What to do about it, most useful first.
    pub hints: Vec<Message>,
    /// The public exit code.
    pub exit: Exit,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// A failure with its exit code; add the cause and hints with the other methods.
    pub fn new(exit: Exit, message: Message) -> Fault {
        Fault { message, hints: Vec::new(), exit, source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Fault {
        self.source = Some(source.into());
        self
    }

    /// Adds what the person can do.
    #[must_use]
    pub fn hint(mut self, hint: Message) -> Fault {
        self.hints.push(hint);
        self
    }

    /// The whole chain in `lang`, outermost first; causes from other libraries stay as they say it.
    pub fn chain(&self, lang: Lang) -> Vec<String> {
        let mut out = vec![self.message.text(lang)];
        let mut next = self.source.as_deref().map(|e| e as &(dyn Error + 'static));
        while let Some(error) = next {
            match error.downcast_ref::<Fault>() {
                Some(fault) => out.push(fault.message.text(lang)),
                None => out.push(error.to_string()),
            }
            next = error.source();
        }
        out
    }

    /// Hints of the whole chain, outermost first.
    pub fn all_hints(&self) -> Vec<&Message> {
        let mut out: Vec<&Message> = self.hints.iter().collect();
        let mut next = self.source();
        while let Some(error) = next {
            if let Some(fault) = error.downcast_ref::<Fault>() {
                out.extend(&fault.hints);
            }
            next = error.source();
        }
        out
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn Error + 'static))
    }
}

type Bundle = FluentBundle<FluentResource>;

macro_rules! locale {
    ($lang:literal) => {
        [
            include_str!(concat!("../locales/", $lang, "/base.ftl")),
            include_str!(concat!("../locales/", $lang, "/plan.ftl")),
            include_str!(concat!("../locales/", $lang, "/vault.ftl")),
            include_str!(concat!("../locales/", $lang, "/assess.ftl")),
            include_str!(concat!("../locales/", $lang, "/drill.ftl")),
            include_str!(concat!("../locales/", $lang, "/cli.ftl")),
            include_str!(concat!("../locales/", $lang, "/bench.ftl")),
        ]
    };
}

fn sources(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::En => locale!("en"),
        Lang::Ja => locale!("ja"),
    }
}

fn bundle(lang: Lang) -> &'static Bundle {
    static EN: OnceLock<Bundle> = OnceLock::new();
    static JA: OnceLock<Bundle> = OnceLock::new();
    match lang {
        Lang::En => EN.get_or_init(|| build(lang, "en")),
        Lang::Ja => JA.get_or_init(|| build(lang, "ja")),
    }
}

fn build(lang: Lang, tag: &str) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
    // Isolation marks are invisible characters that break copying an id or a path from the terminal.
    bundle.set_use_isolating(false);
    for source in sources(lang) {
        // A file with a mistake still yields its good messages; a test refuses such files.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

fn render(message: &Message, lang: Lang) -> Option<String> {
    let bundle = bundle(lang);
    let pattern = bundle.get_message(&message.id)?.value()?;
    let mut args = FluentArgs::new();
    for (name, arg) in &message.args {
        match arg {
            // Only counts stay numbers: they choose plural forms.
            Arg::Count(n) => args.set(*name, FluentValue::from(*n)),
            other => args.set(*name, FluentValue::from(other.text(lang))),
        }
    }
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned())
}

/// Every message id of `lang`'s files with the argument names it uses, for the test that keeps languages alike.
pub fn inventory(lang: Lang) -> BTreeMap<String, Vec<String>> {
    let mut out = BTreeMap::new();
    for source in sources(lang) {
        let mut current = String::new();
        for line in source.lines() {
            if let Some((id, _)) = line.split_once(" =").filter(|_| line.starts_with(char::is_alphabetic)) {
                id.clone_into(&mut current);
                out.insert(current.clone(), Vec::new());
            }
            let found = line.split("$").skip(1).map(|rest| {
                rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect::<String>()
            });
            if let Some(names) = out.get_mut(&current) {
                names.extend(found);
                names.sort();
                names.dedup();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_hold_the_same_messages_with_the_same_arguments() {
        let (en, ja) = (inventory(Lang::En), inventory(Lang::Ja));
        for (id, args) in &en {
            assert_eq!(ja.get(id), Some(args), "{id} differs between en and ja");
        }
        assert_eq!(
            en.len(),
            ja.len(),
            "{:?}",
            ja.keys().filter(|id| !en.contains_key(*id)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn locale_files_parse_and_hold_no_id_twice() {
        for lang in [Lang::En, Lang::Ja] {
            let mut bundle = Bundle::new_concurrent(vec!["en".parse().unwrap()]);
            for source in sources(lang) {
                let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, e)| e).unwrap();
                bundle.add_resource(resource).unwrap();
            }
        }
    }

    #[test]
    fn spans_are_written_the_language_s_way() {
        let message = Message::new("base-span-sample").with("span", Span::hours(4));
        assert_eq!(message.text(Lang::En), "4h");
        assert_eq!(message.text(Lang::Ja), "4時間");
    }

    #[test]
    fn an_unknown_message_still_says_something() {
        assert_eq!(Message::new("no-such").with("a", "b").to_string(), "no-such (a=b)");
    }

    #[test]
    fn a_fault_tells_its_whole_chain_once() {
        let inner = Fault::new(Exit::Damaged, Message::new("inner")).because(std::io::Error::other("disk"));
        let outer = Fault::new(Exit::Damaged, Message::new("outer")).because(inner).hint(Message::new("try"));
        assert_eq!(outer.chain(Lang::En), ["outer ()", "inner ()", "disk"]);
        assert_eq!(outer.all_hints().len(), 1);
    }
}
