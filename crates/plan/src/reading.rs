//! Reading a plan: files, includes, templates, ids, then rules of meaning.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use base::{Arg, Id, Lang, Message};
use serde_json::Value as Json;

use crate::assemble::{self, Tables};
use crate::canon::Canon;
use crate::change::Change;
use crate::check::Checker;
use crate::diagnostic::{self, Diagnostic, Mark, Severity, Source, number};
use crate::language::{Kind, PLAN, PREFECTURES, is_built_in};
use crate::model::Plan;
use crate::near::{Known, nearest};
use crate::places::{Path, Places};
use crate::rules;
use crate::templates::{MOST_ALIKE, Templates};
use crate::tree::{Map, Tree};
use crate::yaml::{self, MAX_FILE, Node, Stock, Value};

/// Name of the entry file of a plan.
pub const ENTRY: &str = "okiagari.yaml";
/// Version of the language this program reads.
pub const VERSION: u64 = 1;
const MOST_FILES: usize = 1000;
/// Most bytes of all files together.
const MAX_PLAN: u64 = 4 * MAX_FILE;
/// Mistakes that are told; whoever makes more has one cause.
pub(crate) const MOST_MISTAKES: usize = 1000;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadFailure {
    /// It is not there.
    NotFound,
    /// It is a folder, a pipe or the like.
    NotAFile,
    /// A link leads out of the plan's folder.
    Outside,
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
    canon: Canon,
    places: Places,
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
        let mark = self.places.find(path)?;
        let source = self.sources.get(mark.file as usize)?;
        Some((source.name.as_str(), mark.line as usize, mark.column as usize))
    }

    /// Digest of parts of the plan: SHA-256, hexadecimal, over their canonical form. Order of keys, comments and the
    /// spelling of units do not matter; a part that is not there counts as such.
    pub fn digest(&self, paths: &[String]) -> String {
        self.canon.digest(paths, false)
    }

    /// Digest of the facts in parts of the plan, to which evidence is bound: what merely comments on a thing (costs,
    /// owners, sources, notes, when it was last tried) has no say in it.
    pub fn evidence_digest(&self, paths: &[String]) -> String {
        self.canon.digest(paths, true)
    }
}

/// Reads the plan whose entry file is `entry`. Never fails: what is wrong becomes a diagnostic.
pub fn read(files: &dyn Files, entry: &str) -> Reading {
    read_changed(files, entry, &[])
}

/// Reads the plan as it would be with these changes, made one after the other. What is wrong with a change is a
/// diagnostic like any other; its source is named as the change says.
pub fn read_changed(files: &dyn Files, entry: &str, changes: &[Change]) -> Reading {
    let mut reader = Reader {
        files,
        checker: Checker::default(),
        sources: Vec::new(),
        nodes: Vec::new(),
        partly: false,
        alike: MOST_ALIKE,
        bytes: 0,
        stock: Stock::default(),
    };
    reader.file(entry, None);
    changes.iter().for_each(|change| reader.change(change));
    reader.finish()
}

struct Reader<'f> {
    files: &'f dyn Files,
    checker: Checker,
    sources: Vec<Source>,
    nodes: Vec<Node>,
    /// Some file could not be read, so that nothing can be said about what is missing.
    partly: bool,
    /// Things that `count` may still make.
    alike: u32,
    /// Bytes read so far.
    bytes: u64,
    stock: Stock,
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
                    Some(Message::new("plan-include-twice-help")),
                );
            }
            return;
        }
        let number = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        let start = Mark { file: number, line: 1, column: 1, length: 1 };
        let mark = from.unwrap_or(start);
        let text = match self.text(path) {
            Ok(text) => text,
            Err(NotText::Bytes { text, line, column }) => {
                let message = Message::new("plan-not-utf8").with("path", path).with("line", line);
                let mark = Mark { line, column, ..start };
                self.sources.push(Source::new(path, text));
                return self.broken("not-utf8", mark, message, "plan-not-utf8-help");
            }
            Err(NotText::File(code, message)) => {
                self.sources.push(Source::new(path, String::new()));
                let help = if code == "too-big" { "plan-too-big-help" } else { "plan-file-help" };
                return self.broken(code, mark, message, help);
            }
        };
        let source = Source::new(path, text);
        let before = self.checker.diagnostics.len();
        let node = yaml::parse(&source.text, number, &mut self.stock, &mut self.checker.diagnostics);
        self.sources.push(source);
        match node {
            Some(node) if matches!(node.value, Value::Map(_)) => {
                self.includes(&node);
                self.nodes.push(node);
            }
            Some(node) if !matches!(node.value, Value::Null) => {
                self.checker.wrong_type(&node, "plan-a-map");
                self.partly = true;
            }
            _ if self.checker.diagnostics.len() > before => self.partly = true,
            _ if from.is_some() => {}
            _ => self.broken("empty", start, Message::new("plan-empty"), "plan-empty-help"),
        }
    }

    fn broken(&mut self, code: &'static str, mark: Mark, message: Message, help: &'static str) {
        self.partly = true;
        self.checker.error(code, mark, message, Some(Message::new(help)));
    }

    /// The text of a file.
    fn text(&mut self, path: &str) -> Result<String, NotText> {
        let about = |id| Message::new(id).with("path", path);
        let failed = |failure| match failure {
            ReadFailure::NotFound => NotText::File("no-file", about("plan-no-file")),
            ReadFailure::NotAFile => NotText::File("no-file", about("plan-not-a-file")),
            ReadFailure::Outside => NotText::File("include-outside", about("plan-include-outside")),
            ReadFailure::Other(why) => NotText::File("no-file", about("plan-unreadable").with("why", why)),
        };
        let size = self.files.size(path).map_err(failed)?;
        if size > MAX_FILE {
            let message = about("plan-too-big").with("size", base::Bytes(size));
            return Err(NotText::File("too-big", message.with("limit", base::Bytes(MAX_FILE))));
        }
        self.bytes += size;
        if self.bytes > MAX_PLAN {
            return Err(NotText::File(
                "too-big",
                about("plan-too-big-together").with("limit", base::Bytes(MAX_PLAN)),
            ));
        }
        let text = String::from_utf8(self.files.read(path, MAX_FILE).map_err(failed)?);
        let mut text = text.map_err(|error| {
            let sound =
                String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
            let (line, column) = (number(sound.matches('\n').count()) + 1, number(last_line(&sound)) + 1);
            NotText::Bytes { text: String::from_utf8_lossy(error.as_bytes()).into_owned(), line, column }
        })?;
        Ok(if text.starts_with('\u{feff}') { text.split_off('\u{feff}'.len_utf8()) } else { text })
    }

    /// Paths are relative to the file they stand in.
    fn includes(&mut self, node: &Node) {
        let Some(list) = node.get("include") else { return };
        let items: Vec<Node> = match &list.value {
            Value::List(items) => items.to_vec(),
            _ => vec![list.clone()],
        };
        let from = self.sources.get(node.mark.file as usize).map_or("", |source| source.name.as_str());
        let folder = from.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        for item in items {
            let Some(path) = item.text() else { continue };
            if self.sources.len() >= MOST_FILES {
                let message = Message::new("plan-too-many-files").with("limit", MOST_FILES);
                return self.broken("too-big", item.mark, message, "plan-too-many-files-help");
            }
            match inside(&folder, path) {
                Some(path) => self.file(&path, Some(item.mark)),
                None => {
                    let message = Message::new("plan-include-outside").with("path", path);
                    self.broken("include-outside", item.mark, message, "plan-include-outside-help");
                }
            }
        }
    }

    fn change(&mut self, change: &Change) {
        let file = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        self.sources.push(change.source());
        change.apply(&mut self.nodes, file, &mut self.stock, &mut self.checker.diagnostics);
    }

    fn finish(mut self) -> Reading {
        let mut top = Map::new();
        let mut tables = Tables::new();
        let mut owners = Owners::new();
        let nodes = std::mem::take(&mut self.nodes);
        // Half of the nodes are keys, and most of the others have places.
        self.checker.places.expect(self.stock.read() / 2);
        // Included files were read first; the entry file is last.
        let entry = nodes.last().filter(|node| node.mark.file == 0).cloned();
        for node in &nodes {
            self.top(node, node.mark.file == 0, &mut top);
        }
        for (table, kind) in Kind::TABLES {
            let all: Vec<&Node> = nodes.iter().filter_map(|node| node.get(table)).collect();
            if !all.is_empty() {
                let things = self.things(&all, kind, &mut owners);
                tables.insert(kind, things);
            }
        }
        drop(nodes);
        if let Some(entry) = &entry {
            self.version(entry);
        }
        self.resolve(&owners);
        self.calendars(&top);
        self.finished(Canon { top, tables })
    }

    /// The things of one kind, from all files. An id belongs to the first thing that has it.
    fn things(&mut self, all: &[&Node], kind: Kind, owners: &mut Owners) -> BTreeMap<Id, Tree> {
        let mut things = Vec::new();
        let templates = Templates::new(all);
        for node in all {
            let node = templates.expanded(node, &mut self.alike, &mut self.checker);
            for (id, record, mark) in self.checker.things(&node, kind) {
                match owners.entry(id.clone()) {
                    Entry::Occupied(owner) => {
                        let message = Message::new("plan-duplicate-id").with("id", &id);
                        let diagnostic = Diagnostic::error("duplicate-id", mark, message);
                        let diagnostic = diagnostic.also(owner.get().1, Message::new("plan-first-here"));
                        let help = Message::new("plan-duplicate-id-help");
                        self.checker.diagnostics.push(diagnostic.help(help));
                    }
                    Entry::Vacant(free) => {
                        free.insert((kind, mark));
                        things.push((id, record));
                    }
                }
            }
        }
        things.into_iter().collect()
    }

    fn finished(self, canon: Canon) -> Reading {
        let plan = assemble::plan(&canon.top, &canon.tables);
        let mut diagnostics = self.checker.diagnostics;
        let later = diagnostics.iter().any(|d| d.code == "newer-version");
        if !later {
            let subject = rules::Subject {
                plan: &plan,
                places: &self.checker.places,
                partly: self.partly,
                sources: &self.sources,
            };
            diagnostics.extend(rules::run(&subject));
        }
        let within = |mark: &mut Mark| {
            *mark = self.sources.get(mark.file as usize).map_or(*mark, |source| source.within(*mark));
        };
        for diagnostic in &mut diagnostics {
            within(&mut diagnostic.mark);
            diagnostic.also.iter_mut().for_each(|(mark, _)| within(mark));
        }
        diagnostics.sort_by_key(|d| (d.mark.file, d.mark.line, d.mark.column));
        diagnostics.dedup();
        if diagnostics.len() > MOST_MISTAKES {
            diagnostics.truncate(MOST_MISTAKES);
            let mark = diagnostics.last().map(|last| last.mark).unwrap_or_default();
            let message = Message::new("plan-too-many-mistakes").with("limit", MOST_MISTAKES);
            diagnostics.push(Diagnostic {
                severity: Severity::Note,
                ..Diagnostic::error("too-many-mistakes", mark, message)
            });
        }
        Reading { plan, diagnostics, sources: self.sources, canon, places: self.checker.places }
    }

    /// Keys of the plan itself.
    fn top(&mut self, node: &Node, entry: bool, top: &mut Map) {
        let own = |key: &str| Kind::TABLES.iter().any(|(table, _)| *table == key);
        for (name, value) in node.entries() {
            let key = name.text().unwrap_or_default();
            if own(key) {
                continue;
            }
            match PLAN.iter().find(|known| known.name == key) {
                // The version is judged once everything is read.
                Some(_) if key == "okiagari" && entry => {}
                Some(known) => {
                    let inner = self.checker.shape(value, &known.shape, Path::of(key));
                    if !inner.is_null() && key != "okiagari" {
                        top.insert(known.name, inner);
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
                self.checker.calendars.clear();
                self.checker.error("newer-version", mark, message, help);
            }
            Some((mark, _)) => {
                let help = Some(Message::new("plan-write").with("fix", "okiagari: 1"));
                self.checker.error("no-version", mark, Message::new("plan-bad-version"), help);
            }
            None => {
                let mark = Mark { file: 0, line: 1, column: 1, length: 1 };
                let help = Some(Message::new("plan-write").with("fix", "okiagari: 1"));
                self.checker.error("no-version", mark, Message::new("plan-no-version"), help);
            }
        }
    }

    /// Names of hours must stand in `calendars`.
    fn calendars(&mut self, top: &Map) {
        let known: Vec<&str> =
            top.get("calendars").and_then(Tree::as_map).into_iter().flat_map(Map::keys).collect();
        for (name, mark) in std::mem::take(&mut self.checker.calendars) {
            if !known.contains(&&*name) {
                let help = match nearest(&name, known.iter().copied()) {
                    Some(near) => Message::new("plan-did-you-mean").with("near", near),
                    None => Message::new("plan-no-calendar-help").with("name", &*name),
                };
                let message = Message::new("plan-no-calendar").with("name", &*name);
                self.checker.error("dangling-reference", mark, message, Some(help));
            }
        }
    }

    /// Every reference must name a thing, and one of the right kind.
    fn resolve(&mut self, owners: &Owners) {
        // Known ids by the kinds that fit; only made when something is misspelt.
        let mut fitting: BTreeMap<&[Kind], Known<'_>> = BTreeMap::new();
        for reference in std::mem::take(&mut self.checker.references) {
            if self.checker.is_full() {
                return;
            }
            let id = &*reference.id;
            if is_built_in(id) && (reference.kinds.is_empty() || reference.kinds.contains(&Kind::Region)) {
                continue;
            }
            let wanted = |kind: &Kind| reference.kinds.is_empty() || reference.kinds.contains(kind);
            match owners.get(id).map(|(kind, _)| kind) {
                Some(kind) if wanted(kind) => {}
                Some(kind) => {
                    let list = reference.kinds.iter().map(|kind| Arg::from(kind.table())).collect::<Vec<_>>();
                    let message = Message::new("plan-wrong-kind").with("id", id).with("kind", kind.table());
                    let help = Some(Message::new("plan-wrong-kind-help").with("list", list));
                    self.checker.error("wrong-kind", reference.mark, message, help);
                }
                None => {
                    let fits =
                        || owners.iter().filter(|(_, (kind, _))| wanted(kind)).map(|(id, _)| id.as_str());
                    let known = fitting.entry(reference.kinds).or_insert_with(|| Known::new(fits()));
                    let help = match (near_prefecture(id), known.nearest(id)) {
                        (Some(near), _) => Message::new("plan-did-you-mean").with("near", near),
                        (None, Some(near)) => Message::new("plan-did-you-mean").with("near", near),
                        (None, None) => Message::new("plan-dangling-help"),
                    };
                    let message = Message::new("plan-dangling").with("id", id);
                    self.checker.error("dangling-reference", reference.mark, message, Some(help));
                }
            }
        }
    }
}

/// Which thing has an id: of which kind, and where it stands.
type Owners = HashMap<Id, (Kind, Mark)>;

/// The built-in region meant by a misspelt one.
fn near_prefecture(id: &str) -> Option<String> {
    let name = id.strip_prefix("jp/")?;
    nearest(name, PREFECTURES.into_iter()).map(|near| format!("jp/{near}"))
}

/// Why a file gives no text: bytes that are not UTF-8, from a place on; or the file as a whole.
enum NotText {
    Bytes { text: String, line: u32, column: u32 },
    File(&'static str, Message),
}

/// Characters of the last line.
fn last_line(text: &str) -> usize {
    text.rsplit('\n').next().unwrap_or_default().chars().count()
}

/// The path of an included file from the plan's folder; nothing if it is not inside it.
fn inside(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
