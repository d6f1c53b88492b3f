//! Shapes with code of their own: short forms, words, lists of ways and steps.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Id, Message};

use crate::check::{Checker, UNKNOWN, sort};
use crate::forms::form;
use crate::language::{
    COPY, Kind, NEED, NEEDED, PLACES, POSITION, POWER, PROBE, SECRET, STEP, Shape, Special, WAY, is_built_in,
};
use crate::model::Verb;
use crate::near::nearest;
use crate::places::Path;
use crate::tree::{Map, Tree, tree};
use crate::yaml::{Node, Value};

/// Everything at the site.
const ALL: &str = "all";
/// What a source of power may be connected to.
const FED: &Shape = &Shape::Set(&Shape::Id(&[Kind::Equipment, Kind::Site]));

impl Checker {
    pub(crate) fn special(&mut self, node: &Node, special: Special, path: Path) -> Tree {
        let structured = matches!(special, Special::Command | Special::Secret);
        if structured && node.plain() == Some(UNKNOWN) {
            return Tree::Null;
        }
        match special {
            Special::Placement => self.placement(node, path),
            Special::Regions => self.regions(node),
            Special::Need => self.need(node),
            Special::Power => self.power(node, path),
            Special::Feeds => self.feeds(node, path),
            Special::Objectives => self.objectives(node, path),
            Special::Ways => {
                self.named(node, path, "name", way_name, |me, item, path| me.record(item, &[WAY], path))
            }
            Special::Copies => {
                self.named(node, path, "to", copy_name, |me, item, path| me.record(item, &[COPY], path))
            }
            Special::Steps => self.steps(node, path),
            Special::Probe => self.probe(node),
            Special::Secret => self.secret(node),
            Special::Position => self.position(node),
            Special::Over => self.over(node),
            Special::PlacesServed => self.places_served(node, path),
            Special::Command => self.command(node),
            Special::Moment => self.moment(node),
        }
    }

    fn placement(&mut self, node: &Node, path: Path) -> Tree {
        let mut at = Map::new();
        match &node.value {
            Value::Null => return Tree::Null,
            Value::Scalar { .. } if node.plain() == Some(UNKNOWN) => return tree!(UNKNOWN),
            Value::Scalar { .. } => self.place(&mut at, node, 0),
            Value::List(items) => {
                let unknown = |item: &&Node| item.plain() == Some(UNKNOWN);
                items.iter().filter(|item| !unknown(item)).for_each(|item| self.place(&mut at, item, 0));
                if items.iter().any(|item| unknown(&item)) {
                    return tree!(UNKNOWN);
                }
            }
            Value::Map(entries) => {
                if let Some(places) = node.get("one-of") {
                    self.only(entries, &["one-of"]);
                    return tree!({ "one-of": self.ids(places, PLACES) });
                }
                for (place, heads) in entries.iter() {
                    let heads = self.heads(heads, path);
                    self.place(&mut at, place, heads);
                }
            }
        }
        tree!({ "at": at })
    }

    /// Reports keys other than these.
    pub(crate) fn only(&mut self, entries: &[(Node, Node)], known: &[&str]) {
        for (key, _) in entries {
            if !key.text().is_some_and(|text| known.contains(&text)) {
                self.unknown_key(key, known.iter().copied());
            }
        }
    }

    /// How many people there are at least; 0 if that is not known.
    fn heads(&mut self, node: &Node, path: Path) -> u32 {
        if node.plain() == Some("0") {
            let help = Message::new("plan-no-heads-help");
            self.error("out-of-range", node.mark, Message::new("plan-no-heads"), Some(help));
            return 0;
        }
        let fact = self.fact(node, &Shape::Count, path);
        let likely = |fact: &Tree| {
            let first = fact.get("range").and_then(|range| range.at(0));
            let least = fact.get("is").or(first).or_else(|| fact.get("min")).and_then(Tree::as_u64);
            u32::try_from(least.unwrap_or(0)).unwrap_or(u32::MAX)
        };
        match fact.get("disputed").and_then(Tree::as_map) {
            Some(sources) => sources.values().map(likely).min().unwrap_or(0),
            None => likely(&fact),
        }
    }

    /// Lines of which any one suffices.
    fn over(&mut self, node: &Node) -> Tree {
        if node.plain() == Some(UNKNOWN) {
            return tree!(UNKNOWN);
        }
        if let Value::Map(entries) = &node.value {
            self.only(entries, &["any"]);
        }
        let mut lines = self.ids(node.get("any").unwrap_or(node), &[Kind::Link]);
        sort(&mut lines);
        tree!(lines)
    }

    fn places_served(&mut self, node: &Node, path: Path) -> Tree {
        if node.plain().is_some_and(|text| text.ends_with('%')) {
            return self.shape(node, &Shape::Share, path);
        }
        tree!(self.ids(node, &[Kind::Site]))
    }

    fn place(&mut self, at: &mut Map, node: &Node, heads: u32) {
        if let Some(id) = self.reference(node, PLACES).text() {
            at.insert(Arc::clone(id), tree!(heads));
        }
    }

    fn ids(&mut self, node: &Node, kinds: &'static [Kind]) -> Vec<Tree> {
        let items: &[Node] = match &node.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(node),
        };
        items.iter().map(|item| self.reference(item, kinds)).filter(|id| !id.is_null()).collect()
    }

    fn regions(&mut self, node: &Node) -> Tree {
        if node.plain() == Some(UNKNOWN) {
            return tree!(UNKNOWN);
        }
        let mut out: Vec<Tree> = Vec::new();
        let items: &[Node] = match &node.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(node),
        };
        for item in items {
            match item.text() {
                Some(id) if is_built_in(id) || item.plain() == Some(UNKNOWN) => {
                    out.push(tree!(item.shared()));
                }
                _ => out.push(self.reference(item, &[Kind::Region])),
            }
        }
        out.retain(|id| !id.is_null());
        sort(&mut out);
        tree!(out)
    }

    fn need(&mut self, node: &Node) -> Tree {
        match &node.value {
            Value::Scalar { .. } if node.plain() == Some(UNKNOWN) => tree!(UNKNOWN),
            Value::Scalar { .. } => self.reference(node, NEEDED),
            Value::List(items) => {
                let mut all: Vec<Tree> = items.iter().map(|item| self.need(item)).collect();
                all.retain(|need| !need.is_null());
                sort(&mut all);
                // One in a list is one: `needs: [lan]` is `needs: lan`.
                if all.len() == 1 { all.remove(0) } else { tree!({ "all": all }) }
            }
            Value::Map(entries) => {
                self.only(entries, &NEED.iter().map(|key| key.name).collect::<Vec<_>>());
                self.some_of(node)
            }
            Value::Null => Tree::Null,
        }
    }

    fn some_of(&mut self, node: &Node) -> Tree {
        let parts = |me: &mut Checker, list: &Node| match me.need(list) {
            Tree::Map(mut all) => all.remove("all").unwrap_or_default(),
            one => tree!([one]),
        };
        if let Some(any) = node.get("any") {
            return tree!({ "any": parts(self, any) });
        }
        if let Some(all) = node.get("all") {
            return tree!({ "all": parts(self, all) });
        }
        let (Some(k), Some(of)) = (node.get("at-least"), node.get("of")) else {
            return self.wrong_type(node, "plan-a-need");
        };
        let of = parts(self, of);
        let wanted = self.shape(k, &Shape::Count, Path::ROOT);
        let there = of.as_list().map_or(0, <[Tree]>::len);
        if wanted.as_u64().is_some_and(|wanted| wanted > there as u64) {
            let message = Message::new("plan-at-least").with("there", there);
            self.error("out-of-range", k.mark, message, Some(Message::new("plan-at-least-help")));
        }
        tree!({ "at-least": wanted, "of": of })
    }

    fn power(&mut self, node: &Node, path: Path) -> Tree {
        match &node.value {
            Value::Scalar { .. } if node.plain() == Some(UNKNOWN) => return tree!(UNKNOWN),
            Value::Scalar { .. } if node.plain() == Some("none") => return tree!({}),
            Value::Map(_) => {}
            Value::Null => return Tree::Null,
            _ => return self.wrong_type(node, "plan-a-map"),
        }
        let mut out = Map::new();
        for (name, value) in node.entries() {
            let name_text = name.text().unwrap_or_default();
            let path = path.child(name_text);
            self.places.insert(path, name.mark);
            let long = matches!(&value.value, Value::Map(entries) if form(entries).is_none());
            let mut source = if long {
                self.record(value, &[POWER], path)
            } else {
                let lasts = self.fact(value, &Shape::Span, path.child("lasts"));
                if lasts == tree!("none") {
                    continue;
                }
                tree!({ "lasts": lasts, "feeds-all": true })
            };
            let Some(source) = source.as_map_mut() else { continue };
            // One spelling, so that the long form says the same as the short one.
            if source.get("feeds").and_then(Tree::as_str) == Some(ALL) {
                source.remove("feeds");
                source.insert("feeds-all", tree!(true));
            }
            if !source.contains_key("kind") {
                match kind_of(name_text) {
                    Some(kind) => source.insert("kind", tree!(kind)),
                    None => {
                        self.no_kind(name);
                        continue;
                    }
                };
            }
            out.insert(name.word(), Tree::Map(std::mem::take(source)));
        }
        Tree::Map(out)
    }

    /// `all`, or the things it is connected to.
    fn feeds(&mut self, node: &Node, path: Path) -> Tree {
        match node.plain() {
            Some(word @ (ALL | UNKNOWN)) => tree!(word),
            _ => self.shape(node, FED, path),
        }
    }

    fn no_kind(&mut self, name: &Node) {
        let text = name.text().unwrap_or_default();
        let help = match nearest(text, ["ups", "generator"].into_iter()) {
            Some(near) => Message::new("plan-did-you-mean").with("near", near),
            None => {
                Message::new("plan-write").with("fix", format!("{text}: {{ kind: generator, lasts: 5h }}"))
            }
        };
        let message = Message::new("plan-power-kind").with("name", text);
        self.error("missing-key", name.mark, message, Some(help));
    }

    /// A list of records, each with a name of its own; kept by name, so that evidence never hangs on a position.
    fn named(
        &mut self,
        node: &Node,
        path: Path,
        key: &'static str,
        name: fn(&Tree) -> Option<String>,
        read: fn(&mut Checker, &Node, Path) -> Tree,
    ) -> Tree {
        let items = match &node.value {
            Value::List(items) => items,
            Value::Scalar { .. } if node.plain() == Some(UNKNOWN) => return tree!(UNKNOWN),
            _ => return self.wrong_type(node, "plan-a-list"),
        };
        let mut out: Vec<Tree> = Vec::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut open = items.iter().any(|item| item.plain() == Some(UNKNOWN));
        for item in items.iter().filter(|item| item.plain() != Some(UNKNOWN)) {
            // The name has to be known before the item is read, so that places inside it carry it.
            let known = item.get(key).or_else(|| item.get("runs-on")).and_then(first_text);
            let guess = known.unwrap_or_else(|| format!("way-{}", out.len() + 1));
            let path = path.child(&guess);
            self.places.insert(path, item.mark);
            let mut record = read(self, item, path);
            if !record.is_map() {
                continue;
            }
            if name(&record).is_none() {
                if key == "to" {
                    let help = Some(Message::new("plan-copy-nowhere-help"));
                    self.error("missing-key", item.mark, Message::new("plan-copy-nowhere"), help);
                    continue;
                }
                let named = tree!(guess.as_str());
                record.as_map_mut().into_iter().for_each(|fields| fields.insert(key, named.clone()));
            }
            if key == "to" && record.get(key) == Some(&tree!(UNKNOWN)) {
                open = true;
                continue;
            }
            if !names.insert(name(&record).unwrap_or_default()) {
                let message = Message::new("plan-duplicate-name").with("name", guess);
                let help = Message::new("plan-duplicate-name-help");
                self.error("duplicate-name", item.mark, message, Some(help));
                continue;
            }
            out.push(record);
        }
        // A list that holds `unknown` is not complete: there may be more.
        out.extend(open.then(|| tree!(UNKNOWN)));
        Tree::List(out)
    }

    fn steps(&mut self, node: &Node, path: Path) -> Tree {
        if node.plain() == Some(UNKNOWN) {
            return tree!(UNKNOWN);
        }
        let Value::List(items) = &node.value else { return self.wrong_type(node, "plan-a-list") };
        let mut out = Vec::new();
        for item in items.iter() {
            let verb = item.entries().iter().find_map(|(key, value)| {
                let verb = Verb::ALL.into_iter().find(|verb| Some(verb.as_str()) == key.text())?;
                Some((verb, value))
            });
            let Some((verb, object)) = verb else {
                self.no_verb(item);
                continue;
            };
            let object = object.text().unwrap_or_default().to_owned();
            let path = path.child(verb.as_str()).and("-").and(&object);
            let rest: Vec<(Node, Node)> =
                item.entries().iter().filter(|(key, _)| key.text() != Some(verb.as_str())).cloned().collect();
            let rest = Node { mark: item.mark, value: Value::Map(rest.into()) };
            let mut record = self.record(&rest, &[STEP], path);
            if let Some(fields) = record.as_map_mut() {
                fields.insert("verb", tree!(verb.as_str()));
                fields.insert("object", tree!(object));
                out.push(record);
            }
        }
        Tree::List(out)
    }

    fn no_verb(&mut self, item: &Node) {
        let verbs = Verb::ALL.map(Verb::as_str);
        let known = |key: &str| STEP.iter().any(|known| known.name == key);
        let odd = item.entries().iter().find(|(key, _)| key.text().is_some_and(|key| !known(key)));
        match odd {
            Some((key, _)) => self.unknown_key(key, verbs.into_iter()),
            None => {
                let list = verbs.iter().map(|verb| base::Arg::from(*verb)).collect::<Vec<_>>();
                let help = Message::new("plan-one-of").with("list", list);
                self.error("missing-key", item.mark, Message::new("plan-no-verb"), Some(help));
            }
        }
    }

    fn probe(&mut self, node: &Node) -> Tree {
        let record = self.record(node, &[PROBE], Path::ROOT);
        let kinds =
            ["tcp", "http", "sql", "command"].iter().filter(|kind| record.get(kind).is_some()).count();
        let sound = kinds == 1 && record.get("sql").is_some() == record.get("database").is_some();
        if record.is_map() && !sound {
            let help = Some(Message::new("plan-probe-help"));
            self.error("wrong-type", node.mark, Message::new("plan-probe"), help);
            return Tree::Null;
        }
        record
    }

    fn secret(&mut self, node: &Node) -> Tree {
        if let Value::Map(entries) = &node.value {
            self.only(entries, &SECRET.iter().map(|key| key.name).collect::<Vec<_>>());
        }
        match (node.get("env").and_then(Node::text), node.get("file").and_then(Node::text)) {
            (Some(name), None) => tree!({ "env": name }),
            (None, Some(path)) => tree!({ "file": path }),
            _ => {
                // The text is not repeated: it may be the secret itself.
                let help = Some(Message::new("plan-plain-secret-help"));
                self.error("plain-secret", node.mark, Message::new("plan-plain-secret"), help);
                Tree::Null
            }
        }
    }

    fn position(&mut self, node: &Node) -> Tree {
        if node.plain() == Some(UNKNOWN) {
            return tree!(UNKNOWN);
        }
        if let Value::Map(entries) = &node.value {
            self.only(entries, &POSITION.iter().map(|key| key.name).collect::<Vec<_>>());
        }
        let number = |key: &str| node.get(key).and_then(Node::text).and_then(|text| text.parse::<f64>().ok());
        match (number("lat"), number("lon")) {
            (Some(lat), Some(lon)) if lat.abs() <= 90.0 && lon.abs() <= 180.0 => {
                tree!({ "lat": lat, "lon": lon })
            }
            (Some(lat), Some(lon)) if lon.abs() <= 90.0 && lat.abs() <= 180.0 => {
                let fix = format!("{{ lat: {lon}, lon: {lat} }}");
                let help = Message::new("plan-write").with("fix", fix);
                self.error("swapped-position", node.mark, Message::new("plan-swapped-position"), Some(help));
                Tree::Null
            }
            _ => self.wrong_type(node, "plan-a-position"),
        }
    }

    fn command(&mut self, node: &Node) -> Tree {
        let Value::List(items) = &node.value else {
            let help = Some(Message::new("plan-command-help"));
            self.error("wrong-type", node.mark, Message::new("plan-command"), help);
            return Tree::Null;
        };
        let words: Vec<&str> = items.iter().filter_map(Node::text).collect();
        if words.is_empty() || words.len() != items.len() {
            return self.wrong_type(node, "plan-a-command");
        }
        tree!(words)
    }
}

/// Kind of a source of power, where its name tells.
fn kind_of(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["ups", "battery", "cvcf", "無停電", "蓄電池"]) {
        return Some("ups");
    }
    has(&["generator", "発電機"]).then_some("generator")
}

fn first_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::List(items) => items.first().and_then(first_text),
        _ => node.text().map(str::to_owned).filter(|text| Id::is_valid(text)),
    }
}

fn way_name(record: &Tree) -> Option<String> {
    record.get("name").and_then(Tree::as_str).map(str::to_owned)
}

fn copy_name(record: &Tree) -> Option<String> {
    record.get("to").and_then(Tree::as_str).map(str::to_owned)
}
