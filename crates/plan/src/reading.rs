//! Reading a plan: files, includes, templates, ids, then rules of meaning.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use base::{Arg, Id, Lang, Message, Span};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use crate::check::{Checker, nearest};
use crate::decode;
use crate::diagnostic::{self, Diagnostic, Mark, Source};
use crate::language::{Kind, PLAN, is_built_in};
use crate::model::{Assume, Organization, Plan};
use crate::rules;
use crate::yaml::{self, MAX_FILE, Node, Value};

/// Name of the entry file of a plan.
pub const ENTRY: &str = "okiagari.yaml";
/// Version of the language this program reads.
pub const VERSION: u64 = 1;
const MOST_FILES: usize = 1000;
const MOST_ALIKE: u32 = 10_000;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadFailure {
    /// It is not there.
    NotFound,
    /// Anything else, as the system says it.
    Other(String),
}

/// Where the files of a plan come from. Paths are relative to the plan's folder.
pub trait Files {
    /// Size in bytes.
    fn size(&self, path: &str) -> Result<u64, ReadFailure>;
    /// The content, at most `limit` bytes of it.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadFailure>;
}

/// What came of reading a plan: as much of it as could be understood, and everything wrong with it.
#[derive(Debug)]
pub struct Reading {
    /// The plan, best effort where there are errors.
    pub plan: Plan,
    /// Mistakes, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The files.
    pub sources: Vec<Source>,
    canon: Json,
    places: BTreeMap<String, Mark>,
}

impl Reading {
    /// A diagnostic for people.
    pub fn render(&self, diagnostic: &Diagnostic, lang: Lang, colour: bool) -> String {
        diagnostic::render(diagnostic, &self.sources, lang, colour)
    }

    /// A diagnostic for programs.
    pub fn json(&self, diagnostic: &Diagnostic) -> Json {
        diagnostic::to_json(diagnostic, &self.sources)
    }

    /// Where a part of the plan stands: file, line, column. The nearest enclosing part if it was not written.
    pub fn locate(&self, path: &str) -> Option<(&str, usize, usize)> {
        let mark = rules::place(&self.places, path)?;
        Some((self.sources.get(mark.file)?.name.as_str(), mark.line, mark.column))
    }

    /// Digest of parts of the plan: SHA-256, hexadecimal, over their canonical form. Order of keys, comments and the
    /// spelling of units do not matter; a part that is not there counts as such.
    pub fn digest(&self, paths: &[String]) -> String {
        let paths: BTreeSet<&String> = paths.iter().collect();
        let parts: Map<String, Json> = paths
            .into_iter()
            .map(|path| (path.clone(), part(&self.canon, path).cloned().unwrap_or_default()))
            .collect();
        // serde_json's map is ordered, so the text is canonical.
        Sha256::digest(Json::Object(parts).to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Ids may hold dots, so the longest key that fits is tried first.
fn part<'j>(tree: &'j Json, path: &str) -> Option<&'j Json> {
    if path.is_empty() {
        return Some(tree);
    }
    let mut end = path.len();
    loop {
        let (head, rest) = (&path[..end], path[end..].strip_prefix('.').unwrap_or(""));
        let inner = match tree {
            Json::Array(items) => items.iter().find(|item| {
                ["name", "to"].iter().any(|key| item.get(*key).and_then(Json::as_str) == Some(head))
            }),
            other => other.get(head),
        };
        if let Some(found) = inner.and_then(|inner| part(inner, rest)) {
            return Some(found);
        }
        end = path[..end].rfind('.')?;
    }
}

/// Reads the plan whose entry file is `entry`. Never fails: what is wrong becomes a diagnostic.
pub fn read(files: &dyn Files, entry: &str) -> Reading {
    let mut reader = Reader { files, checker: Checker::default(), sources: Vec::new(), nodes: Vec::new() };
    reader.file(entry, None);
    reader.finish()
}

struct Reader<'f> {
    files: &'f dyn Files,
    checker: Checker,
    sources: Vec<Source>,
    nodes: Vec<Node>,
}

impl Reader<'_> {
    /// Reads one file and what it includes.
    fn file(&mut self, path: &str, from: Option<Mark>) {
        if self.sources.iter().any(|source| source.name == path) {
            if let Some(mark) = from {
                self.checker.error(
                    "include-circle",
                    mark,
                    Message::new("plan-include-twice").with("path", path),
                    None,
                );
            }
            return;
        }
        let number = self.sources.len();
        let text = self.text(path, number, from);
        self.sources.push(Source { name: path.to_owned(), text: text.clone() });
        let Some(node) = yaml::parse(&text, number, &mut self.checker.diagnostics) else {
            return;
        };
        if !matches!(node.value, Value::Map(_)) {
            self.checker.wrong_type(&node, "plan-a-map");
            return;
        }
        self.includes(&node, path);
        self.nodes.push(node);
    }

    /// The text of a file; empty, with a diagnostic, if it cannot be had.
    fn text(&mut self, path: &str, number: usize, from: Option<Mark>) -> String {
        let mark = from.unwrap_or(Mark { file: number, line: 1, column: 1, length: 1 });
        let read = self.files.size(path).and_then(|size| {
            if size > MAX_FILE { Ok(Err(size)) } else { self.files.read(path, MAX_FILE).map(Ok) }
        });
        let (code, message) = match read {
            Ok(Ok(bytes)) => match String::from_utf8(bytes) {
                Ok(text) => return text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                    let message = Message::new("plan-not-utf8").with("path", path).with("line", line);
                    let mark = Mark { file: number, line, column: 1, length: 1 };
                    self.checker.error("not-utf8", mark, message, Some(Message::new("plan-not-utf8-help")));
                    return String::new();
                }
            },
            Ok(Err(size)) => {
                let message = Message::new("plan-too-big").with("path", path).with("size", base::Bytes(size));
                ("too-big", message.with("limit", base::Bytes(MAX_FILE)))
            }
            Err(ReadFailure::NotFound) => ("no-file", Message::new("plan-no-file").with("path", path)),
            Err(ReadFailure::Other(why)) => {
                ("no-file", Message::new("plan-unreadable").with("path", path).with("why", why))
            }
        };
        self.checker.error(code, mark, message, None);
        String::new()
    }

    fn includes(&mut self, node: &Node, from: &str) {
        let Some(list) = node.get("include") else { return };
        let items: Vec<Node> = match &list.value {
            Value::List(items) => items.to_vec(),
            _ => vec![list.clone()],
        };
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        for item in items {
            let Some(path) = item.text() else { continue };
            let escapes = path.starts_with('/') || path.split('/').any(|part| part == "..");
            if escapes || self.sources.len() >= MOST_FILES {
                let message = Message::new("plan-include-outside").with("path", path);
                self.checker.error("include-outside", item.mark, message, None);
                continue;
            }
            let path = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
            self.file(&path, Some(item.mark));
        }
    }

    fn finish(mut self) -> Reading {
        let mut canon = Map::new();
        let mut tables: BTreeMap<Kind, BTreeMap<Id, Json>> = BTreeMap::new();
        let mut owners: BTreeMap<Id, Mark> = BTreeMap::new();
        let nodes = std::mem::take(&mut self.nodes);
        // Included files were read first; the entry file is last.
        let entry = nodes.last().filter(|node| node.mark.file == 0).cloned();
        for node in &nodes {
            self.top(node, node.mark.file == 0, &mut canon);
        }
        for (table, kind) in Kind::TABLES {
            let all: Vec<&Node> = nodes.iter().filter_map(|node| node.get(table)).collect();
            if all.is_empty() {
                continue;
            }
            let expanded = self.templates(&all);
            let mut things = BTreeMap::new();
            let read: Vec<_> = expanded.iter().flat_map(|node| self.checker.things(node, kind)).collect();
            for (id, (record, mark)) in read {
                if let Some(first) = owners.get(&id) {
                    let message = Message::new("plan-duplicate-id").with("id", &id);
                    let diagnostic = Diagnostic::error("duplicate-id", mark, message);
                    let diagnostic = diagnostic.also(*first, Message::new("plan-first-here"));
                    self.checker.diagnostics.push(diagnostic.help(Message::new("plan-duplicate-id-help")));
                } else {
                    owners.insert(id.clone(), mark);
                    things.insert(id, record);
                }
            }
            let object = things.iter().map(|(id, record)| (id.to_string(), record.clone())).collect();
            canon.insert(table.to_owned(), Json::Object(object));
            tables.insert(kind, things);
        }
        if let Some(entry) = &entry {
            self.version(entry);
        }
        self.resolve(&tables);
        self.finished(canon, &tables)
    }

    fn finished(self, canon: Map<String, Json>, tables: &BTreeMap<Kind, BTreeMap<Id, Json>>) -> Reading {
        let canon = Json::Object(canon);
        let plan = plan(&canon, tables);
        let mut diagnostics = self.checker.diagnostics;
        // A file that could not be read at all says nothing about what is missing in it.
        let readable = self.sources.iter().any(|source| !source.text.trim().is_empty())
            && !diagnostics
                .iter()
                .any(|d| matches!(d.code, "yaml" | "alias-bomb" | "too-deep" | "newer-version"));
        if readable {
            diagnostics.extend(rules::run(&plan, &canon, &self.checker.places));
        } else if diagnostics.is_empty() {
            let mark = Mark { file: 0, line: 1, column: 1, length: 1 };
            diagnostics.push(Diagnostic::error("empty", mark, Message::new("plan-empty")));
        }
        diagnostics.sort_by_key(|d| (d.mark.file, d.mark.line, d.mark.column));
        diagnostics.dedup();
        Reading { plan, diagnostics, sources: self.sources, canon, places: self.checker.places }
    }

    /// Keys of the plan itself.
    fn top(&mut self, node: &Node, entry: bool, canon: &mut Map<String, Json>) {
        let own = |key: &str| Kind::TABLES.iter().any(|(table, _)| *table == key);
        for (name, value) in node.entries() {
            let key = name.text().unwrap_or_default();
            if own(key) {
                continue;
            }
            match PLAN.iter().find(|known| known.name == key) {
                Some(known) => {
                    let inner = self.checker.shape(value, &known.shape, key);
                    if !inner.is_null() && (entry || key != "okiagari") {
                        canon.insert(key.to_owned(), inner);
                    }
                }
                None => {
                    let known =
                        PLAN.iter().map(|key| key.name).chain(Kind::TABLES.iter().map(|(table, _)| *table));
                    self.checker.unknown_key(name, known);
                }
            }
        }
    }

    fn version(&mut self, entry: &Node) {
        match entry
            .get("okiagari")
            .map(|node| (node.mark, node.text().and_then(|text| text.parse::<u64>().ok())))
        {
            Some((_, Some(VERSION))) => {}
            Some((mark, Some(newer))) if newer > VERSION => {
                let message = Message::new("plan-newer-version").with("version", newer).with("own", VERSION);
                let help = Some(Message::new("plan-newer-version-help"));
                // What a later language says cannot be judged by this one: this is the only thing worth saying.
                self.checker.diagnostics.clear();
                self.checker.references.clear();
                self.checker.error("newer-version", mark, message, help);
            }
            Some((mark, _)) => self.checker.error("no-version", mark, Message::new("plan-bad-version"), None),
            None => {
                let mark = Mark { file: 0, line: 1, column: 1, length: 1 };
                let help = Some(Message::new("plan-write").with("fix", "okiagari: 1"));
                self.checker.error("no-version", mark, Message::new("plan-no-version"), help);
            }
        }
    }

    /// `like` and `count` worked in.
    fn templates(&mut self, tables: &[&Node]) -> Vec<Node> {
        let all: BTreeMap<String, Node> = tables
            .iter()
            .flat_map(|node| node.entries())
            .filter_map(|(key, value)| Some((key.text()?.to_owned(), value.clone())))
            .collect();
        tables.iter().map(|node| self.expanded(node, &all)).collect()
    }

    fn expanded(&mut self, table: &Node, all: &BTreeMap<String, Node>) -> Node {
        if !matches!(table.value, Value::Map(_)) {
            return table.clone();
        }
        let mut out = Vec::new();
        for (key, value) in table.entries() {
            let value = self.liked(value, all, &mut vec![key.text().unwrap_or_default().to_owned()]);
            let count = value.get("count").and_then(Node::text).and_then(|text| text.parse::<u32>().ok());
            match (count, key.text()) {
                (Some(n), Some(id)) if n <= MOST_ALIKE => {
                    for number in 1..=n {
                        let text = Rc::from(format!("{id}-{number}"));
                        out.push((
                            Node { mark: key.mark, value: Value::Scalar { text, plain: true } },
                            value.clone(),
                        ));
                    }
                }
                (Some(_), _) => {
                    let message = Message::new("plan-too-many").with("limit", u64::from(MOST_ALIKE));
                    self.checker.error("out-of-range", value.mark, message, None);
                }
                _ => out.push((key.clone(), value)),
            }
        }
        Node { mark: table.mark, value: Value::Map(Rc::new(out)) }
    }

    /// The keys of a thing and of what it is like.
    fn liked(&mut self, value: &Node, all: &BTreeMap<String, Node>, seen: &mut Vec<String>) -> Node {
        let Some(like) = value.get("like") else { return value.clone() };
        let name = like.text().unwrap_or_default().to_owned();
        if seen.contains(&name) {
            let circle = seen.iter().map(|id| Arg::from(id.as_str())).collect::<Vec<_>>();
            let message = Message::new("plan-like-circle").with("circle", circle);
            self.checker.error("circular-need", like.mark, message, None);
            return value.clone();
        }
        let Some(other) = all.get(&name) else {
            let near = nearest(&name, all.keys().map(String::as_str)).map(str::to_owned);
            let help = near.map(|near| Message::new("plan-did-you-mean").with("near", near));
            let message = Message::new("plan-dangling").with("id", name);
            self.checker.error("dangling-reference", like.mark, message, help);
            return value.clone();
        };
        seen.push(name);
        let other = self.liked(other, all, seen);
        let mut entries: Vec<(Node, Node)> = value.entries().to_vec();
        let own: Vec<String> = entries.iter().filter_map(|(key, _)| key.text().map(str::to_owned)).collect();
        let theirs = other.entries().iter().filter(|(key, _)| {
            key.text().is_some_and(|key| key != "count" && key != "like" && !own.iter().any(|own| own == key))
        });
        entries.extend(theirs.cloned());
        Node { mark: value.mark, value: Value::Map(Rc::new(entries)) }
    }

    /// Every reference must name a thing, and one of the right kind.
    fn resolve(&mut self, tables: &BTreeMap<Kind, BTreeMap<Id, Json>>) {
        let kinds: BTreeMap<&str, Kind> =
            tables.iter().flat_map(|(kind, things)| things.keys().map(|id| (id.as_str(), *kind))).collect();
        for reference in std::mem::take(&mut self.checker.references) {
            let id = reference.id.as_str();
            if is_built_in(id) && (reference.kinds.is_empty() || reference.kinds.contains(&Kind::Region)) {
                continue;
            }
            let wanted = |kind: &Kind| reference.kinds.is_empty() || reference.kinds.contains(kind);
            match kinds.get(id) {
                Some(kind) if wanted(kind) => {}
                Some(kind) => {
                    let list = reference.kinds.iter().map(|kind| Arg::from(kind.table())).collect::<Vec<_>>();
                    let message = Message::new("plan-wrong-kind").with("id", id).with("kind", kind.table());
                    let help = Some(Message::new("plan-wrong-kind-help").with("list", list));
                    self.checker.error("wrong-kind", reference.mark, message, help);
                }
                None => {
                    let fitting = kinds.iter().filter(|(_, kind)| wanted(kind)).map(|(id, _)| *id);
                    let near = nearest(
                        id,
                        fitting.chain(
                            if id.starts_with("jp/") { &PREFECTURE_IDS[..] } else { &[] }.iter().copied(),
                        ),
                    );
                    let help = match near {
                        Some(near) => Message::new("plan-did-you-mean").with("near", near),
                        None => Message::new("plan-dangling-help"),
                    };
                    let message = Message::new("plan-dangling").with("id", id);
                    self.checker.error("dangling-reference", reference.mark, message, Some(help));
                }
            }
        }
    }
}

const PREFECTURE_IDS: [&str; 6] =
    ["jp/hokkaido", "jp/iwate", "jp/miyagi", "jp/tokyo", "jp/osaka", "jp/fukuoka"];

fn plan(canon: &Json, tables: &BTreeMap<Kind, BTreeMap<Id, Json>>) -> Plan {
    let empty = BTreeMap::new();
    let things = |kind: Kind| tables.get(&kind).unwrap_or(&empty);
    let organization = canon.get("organization").cloned().unwrap_or(json!({}));
    let word = |key: &str| organization.get(key).and_then(Json::as_str).map(str::to_owned);
    let mut plan = Plan {
        organization: Organization { name: word("name"), timezone: word("timezone") },
        assume: if canon.get("assume").and_then(Json::as_str) == Some("standard") {
            Assume::Standard
        } else {
            Assume::None
        },
        evidence_valid: canon.pointer("/evidence/valid").and_then(Json::as_u64).map(Span::millis),
        regions: things(Kind::Region)
            .iter()
            .map(|(id, value)| (id.clone(), decode::region(id, value)))
            .collect(),
        sites: decode::table(things(Kind::Site), decode::site),
        links: canon.get("links").map(|_| decode::table(things(Kind::Link), decode::link)),
        equipment: decode::table(things(Kind::Equipment), decode::equipment),
        software: decode::table(things(Kind::Software), decode::software),
        data: decode::table(things(Kind::Data), decode::data),
        vaults: decode::table(things(Kind::Vault), decode::vault),
        teams: decode::table(things(Kind::Team), decode::team),
        documents: decode::table(things(Kind::Document), decode::document),
        suppliers: decode::table(things(Kind::Supplier), decode::supplier),
        services: decode::table(things(Kind::Service), decode::service),
        functions: decode::table(things(Kind::Function), decode::function),
        scenarios: decode::table(things(Kind::Scenario), decode::scenario),
        accepted: canon
            .get("accept")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
            .filter_map(decode::accepted)
            .collect(),
    };
    built_in_regions(&mut plan);
    plan
}

/// Built-in regions stand in the plan once something lies in them.
fn built_in_regions(plan: &mut Plan) {
    let used: BTreeSet<Id> = plan
        .sites
        .values()
        .map(|site| &site.common)
        .chain(plan.regions.values().map(|region| &region.common))
        .chain(plan.equipment.values().map(|equipment| &equipment.common))
        .flat_map(|common| &common.regions)
        .filter(|id| is_built_in(id.as_str()))
        .cloned()
        .collect();
    for id in used {
        let region = decode::region(&id, &json!({}));
        plan.regions.entry(id).or_insert(region);
    }
}
