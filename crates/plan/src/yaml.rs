//! YAML as a tree of nodes with their places. YAML 1.2 core schema, so `on`, `yes` and `9:00` are text.
//!
//! Aliases are followed while they are read, within a budget, so that a small file cannot become a huge tree.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use base::Message;
use saphyr_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};

use crate::check::full_width;
use crate::diagnostic::{Diagnostic, Mark, number};
use crate::tree::Word;

/// Largest file that is read, in bytes.
pub const MAX_FILE: u64 = 8 << 20;
const MAX_DEPTH: usize = 64;
/// Nodes a plan may have after its aliases are followed.
pub(crate) const MAX_NODES: usize = 6_000_000;
/// Those of them that aliases stand for.
const MAX_ALIASED: usize = 1_000_000;
/// Entries of a map that are compared one by one.
const FEW: usize = 16;
/// Longest text of which equal ones are kept once, in bytes.
const SHORT: usize = 64;

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) mark: Mark,
    pub(crate) value: Value,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    /// Text as written; `plain` if it was not quoted, so that it may be a number, a word or a unit.
    Scalar {
        text: Arc<str>,
        plain: bool,
    },
    List(Rc<[Node]>),
    Map(Rc<[(Node, Node)]>),
}

impl Node {
    pub(crate) fn text(&self) -> Option<&str> {
        self.shared().map(|text| &**text)
    }

    /// Its text, to be kept without a copy.
    pub(crate) fn shared(&self) -> Option<&Arc<str>> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Its text as a key; empty if it has none.
    pub(crate) fn word(&self) -> Word {
        self.shared().map_or(Word::Known(""), |text| Word::Own(Arc::clone(text)))
    }

    pub(crate) fn plain(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, plain: true } => Some(text),
            _ => None,
        }
    }

    pub(crate) fn entries(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }
}

/// What the files of a plan have in common.
#[derive(Debug)]
pub(crate) struct Stock {
    /// Nodes that may still be read.
    nodes: usize,
    /// Nodes that aliases may still stand for.
    aliased: usize,
    /// Short texts so far: keys, words and ids stand in a plan again and again.
    texts: HashSet<Arc<str>>,
}

impl Default for Stock {
    fn default() -> Stock {
        Stock { nodes: MAX_NODES, aliased: MAX_ALIASED, texts: HashSet::new() }
    }
}

impl Stock {
    /// Nodes read so far.
    pub(crate) fn read(&self) -> usize {
        MAX_NODES - self.nodes
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if text.len() > SHORT {
            return Arc::from(text);
        }
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(text);
        self.texts.insert(Arc::clone(&new));
        new
    }
}

/// The tree of one file; nothing where it is broken or empty. Mistakes are added to `out`.
pub(crate) fn parse(text: &str, file: u32, stock: &mut Stock, out: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        text,
        file,
        out,
        stock,
        anchors: BTreeMap::new(),
        nodes: 0,
        items: Vec::new(),
        entries: Vec::new(),
    };
    let read = reader.stream();
    read.unwrap_or_else(|diagnostic| {
        out.push(*diagnostic);
        None
    })
}

struct Reader<'t, 'o> {
    parser: Parser<'t, saphyr_parser::StrInput<'t>>,
    text: &'t str,
    file: u32,
    out: &'o mut Vec<Diagnostic>,
    stock: &'o mut Stock,
    /// Nodes that aliases may stand for, with their sizes.
    anchors: BTreeMap<usize, (Node, usize)>,
    /// Nodes read so far.
    nodes: usize,
    /// Items of the lists that are open, the innermost last.
    items: Vec<Node>,
    /// Entries of the maps that are open, the innermost last.
    entries: Vec<(Node, Node)>,
}

type Broken = Box<Diagnostic>;

impl<'t> Reader<'t, '_> {
    fn next(&mut self) -> Result<(Event<'t>, Mark), Broken> {
        let file = self.file;
        match self.parser.next() {
            Some(Ok((event, span))) => {
                let mark = mark(file, &span);
                // Of a list or a map the place where it begins is enough.
                let opens = matches!(event, Event::MappingStart(..) | Event::SequenceStart(..));
                let length = if opens { 1 } else { mark.length };
                Ok((event, Mark { length, ..mark }))
            }
            Some(Err(error)) => {
                let at = error.marker();
                let mark =
                    Mark { file, line: number(at.line()).max(1), column: number(at.col()) + 1, length: 1 };
                let mark = within(self.text, mark);
                if error.info().contains("recursion limit") {
                    return Err(too_deep(mark));
                }
                let message = Message::new("plan-yaml").with("why", error.info());
                Err(Box::new(Diagnostic::error("yaml", mark, message).help(self.cause(mark.line))))
            }
            None => Ok((Event::StreamEnd, Mark { file, line: 1, column: 1, length: 1 })),
        }
    }

    /// The likely cause of broken YAML at a line: what stands there or just before it.
    fn cause(&self, line: u32) -> Message {
        let near: Vec<&str> = self.text.lines().skip(line.saturating_sub(2) as usize).take(2).collect();
        if near.iter().any(|line| full_width(line).is_some()) {
            return Message::new("plan-full-width-help");
        }
        let tab = near.iter().any(|line| line.trim_start_matches(' ').starts_with('\t'));
        Message::new(if tab { "plan-tab-help" } else { "plan-yaml-help" })
    }

    fn stream(&mut self) -> Result<Option<Node>, Broken> {
        let mut first = None;
        loop {
            let (event, mark) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(first),
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                event if first.is_none() => first = Some(self.node(event, mark, 0)?),
                _ => {
                    let message = Message::new("plan-several-documents");
                    let help = Message::new("plan-several-documents-help");
                    return Err(Box::new(Diagnostic::error("several-documents", mark, message).help(help)));
                }
            }
        }
    }

    fn node(&mut self, event: Event<'t>, mark: Mark, depth: usize) -> Result<Node, Broken> {
        self.count(1, mark)?;
        if depth > MAX_DEPTH {
            return Err(too_deep(mark));
        }
        let before = self.nodes;
        let (anchor, tag, value) = match event {
            Event::Alias(id) => return self.alias(id, mark),
            Event::Scalar(text, style, anchor, tag) => (anchor, tag, self.scalar(&text, style)),
            Event::SequenceStart(anchor, tag) => (anchor, tag, self.list(depth)?),
            Event::MappingStart(anchor, tag) => (anchor, tag, self.map(depth)?),
            _ => (0, None, Value::Null),
        };
        if tag.is_some() {
            let diagnostic = Diagnostic::error("yaml-tag", mark, Message::new("plan-yaml-tag"));
            self.out.push(diagnostic.help(Message::new("plan-yaml-tag-help")));
        }
        let node = Node { mark, value };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before + 1));
        }
        Ok(node)
    }

    fn alias(&mut self, id: usize, mark: Mark) -> Result<Node, Broken> {
        let Some((node, size)) = self.anchors.get(&id).cloned() else {
            return Err(Box::new(Diagnostic::error("yaml", mark, Message::new("plan-yaml-alias"))));
        };
        self.count(size, mark)?;
        self.stock.aliased = left(self.stock.aliased, size, MAX_ALIASED, mark)?;
        Ok(node)
    }

    fn count(&mut self, nodes: usize, mark: Mark) -> Result<(), Broken> {
        self.nodes = self.nodes.saturating_add(nodes);
        self.stock.nodes = left(self.stock.nodes, nodes, MAX_NODES, mark)?;
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle) -> Value {
        let plain = style == ScalarStyle::Plain;
        if plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Value::Null;
        }
        Value::Scalar { text: self.stock.text(text), plain }
    }

    fn list(&mut self, depth: usize) -> Result<Value, Broken> {
        let start = self.items.len();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => {
                    return Ok(Value::List(self.items.drain(start..).collect()));
                }
                (event, mark) => {
                    let item = self.node(event, mark, depth + 1)?;
                    self.items.push(item);
                }
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, Broken> {
        let start = self.entries.len();
        let mut seen = Seen::default();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd | Event::StreamEnd, _) => {
                    return Ok(Value::Map(self.entries.drain(start..).collect()));
                }
                (event, mark) => self.node(event, mark, depth + 1)?,
            };
            let (event, mark) = self.next()?;
            let value = self.node(event, mark, depth + 1)?;
            match &key.value {
                Value::Scalar { text, .. } if &**text == "<<" => self.merge_key(key.mark),
                Value::Scalar { text, .. } => match seen.before(text, key.mark, &self.entries[start..]) {
                    Some(first) => self.twice(text, key.mark, first),
                    None => self.entries.push((key, value)),
                },
                _ => {
                    let message = Message::new("plan-key-not-text");
                    let help = Message::new("plan-for-example").with("fix", "hall: { in: jp/iwate }");
                    self.out.push(Diagnostic::error("wrong-type", key.mark, message).help(help));
                }
            }
        }
    }

    fn merge_key(&mut self, mark: Mark) {
        let diagnostic = Diagnostic::error("merge-key", mark, Message::new("plan-merge-key"));
        self.out.push(diagnostic.help(Message::new("plan-merge-key-help")));
    }

    fn twice(&mut self, key: &str, mark: Mark, first: Mark) {
        let diagnostic =
            Diagnostic::error("duplicate-key", mark, Message::new("plan-duplicate-key").with("key", key));
        let diagnostic = diagnostic.also(first, Message::new("plan-first-here"));
        self.out.push(diagnostic.help(Message::new("plan-duplicate-key-help")));
    }
}

/// Keys of one map, once they are many.
#[derive(Default)]
struct Seen(HashMap<Arc<str>, Mark>);

impl Seen {
    /// Where a key stood before, if it did; `entries` are those so far.
    fn before(&mut self, key: &Arc<str>, mark: Mark, entries: &[(Node, Node)]) -> Option<Mark> {
        if entries.len() < FEW {
            return entries.iter().find(|(own, _)| own.text() == Some(key)).map(|(own, _)| own.mark);
        }
        if self.0.is_empty() {
            let known = entries.iter().filter_map(|(own, _)| Some((Arc::clone(own.shared()?), own.mark)));
            self.0 = known.collect();
        }
        match self.0.entry(Arc::clone(key)) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(free) => {
                free.insert(mark);
                None
            }
        }
    }
}

/// What is left of a number of nodes when some are taken from it.
fn left(from: usize, nodes: usize, limit: usize, mark: Mark) -> Result<usize, Broken> {
    from.checked_sub(nodes).ok_or_else(|| {
        let message = Message::new("plan-alias-bomb").with("limit", limit);
        Box::new(Diagnostic::error("alias-bomb", mark, message).help(Message::new("plan-alias-bomb-help")))
    })
}

fn too_deep(mark: Mark) -> Broken {
    let message = Message::new("plan-too-deep").with("limit", MAX_DEPTH);
    Box::new(Diagnostic::error("too-deep", mark, message).help(Message::new("plan-too-deep-help")))
}

/// A place after the end of the text is one after its last character.
fn within(text: &str, mark: Mark) -> Mark {
    let lines = number(text.lines().count()).max(1);
    if mark.line <= lines {
        return mark;
    }
    let last = text.lines().last().unwrap_or_default();
    Mark { line: lines, column: number(last.chars().count()) + 1, ..mark }
}

fn mark(file: u32, span: &YamlSpan) -> Mark {
    let same_line = span.start.line() == span.end.line();
    let length = if same_line { span.end.col().saturating_sub(span.start.col()) } else { 1 };
    Mark {
        file,
        line: number(span.start.line()).max(1),
        column: number(span.start.col()) + 1,
        length: number(length).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(text: &str) -> Vec<&'static str> {
        let mut out = Vec::new();
        parse(text, 0, &mut Stock::default(), &mut out);
        out.iter().map(|d| d.code).collect()
    }

    #[test]
    fn an_alias_bomb_is_refused_in_no_time() {
        let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for n in 1..30 {
            let refs = vec![format!("*a{}", n - 1); 10].join(",");
            text.push_str(&format!("a{n}: &a{n} [{refs}]\n"));
        }
        assert_eq!(codes(&text), ["alias-bomb"]);
    }

    #[test]
    fn what_yaml_allows_and_plans_do_not() {
        assert_eq!(codes("a: &x {b: 1}\nc: {<<: *x}"), ["merge-key"]);
        assert_eq!(codes("a: !!str 1"), ["yaml-tag"]);
        assert_eq!(codes("a: 1\na: 2"), ["duplicate-key"]);
        assert_eq!(codes("a: 1\n---\nb: 2"), ["several-documents"]);
        assert_eq!(codes("a: [1, 2"), ["yaml"]);
        assert_eq!(codes(&format!("{}{}", "[".repeat(100), "]".repeat(100))), ["too-deep"]);
        assert_eq!(codes(&"[".repeat(100_000)).len(), 1);
        assert!(codes("").is_empty());
    }

    #[test]
    fn places_count_characters_from_one() {
        let mut out = Vec::new();
        let node = parse("町: {rto: 4h}", 0, &mut Stock::default(), &mut out).unwrap();
        let rto = node.get("町").and_then(|n| n.get("rto")).unwrap();
        assert_eq!((rto.mark.line, rto.mark.column, rto.mark.length), (1, 10, 2));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[\\PC\\n]{0,200}") {
            codes(&text);
        }

        #[test]
        fn no_yaml_like_text_panics(text in "[a-c:{}\\[\\],&*!<>|\"' \\n-]{0,80}") {
            codes(&text);
        }
    }
}
