//! The plan language as one table: kinds of things, their keys, what stands behind each key.
//!
//! Validation, decoding into the canonical tree, the JSON Schema and the suggestions for misspelt keys all follow from
//! this table.

use std::collections::BTreeSet;

mod prefectures;
mod tables;

pub use prefectures::{PREFECTURES, is_built_in};
pub use tables::*;

/// Kinds of things that have ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Shared fate.
    Region,
    /// Place.
    Site,
    /// Line between sites.
    Link,
    /// Machines.
    Equipment,
    /// Software, settings, images.
    Software,
    /// Data set.
    Data,
    /// Place for copies.
    Vault,
    /// People.
    Team,
    /// Procedure, key, contact list.
    Document,
    /// Contract partner.
    Supplier,
    /// Service.
    Service,
    /// Business function.
    Function,
    /// Declared loss.
    Scenario,
}

impl Kind {
    /// Every kind with the key of its table in a plan.
    pub const TABLES: [(&'static str, Kind); 13] = [
        ("regions", Kind::Region),
        ("sites", Kind::Site),
        ("links", Kind::Link),
        ("equipment", Kind::Equipment),
        ("software", Kind::Software),
        ("data", Kind::Data),
        ("vaults", Kind::Vault),
        ("teams", Kind::Team),
        ("documents", Kind::Document),
        ("suppliers", Kind::Supplier),
        ("services", Kind::Service),
        ("functions", Kind::Function),
        ("scenarios", Kind::Scenario),
    ];

    /// Key of its table.
    pub fn table(self) -> &'static str {
        Kind::TABLES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// What may stand behind a key.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Any text or number, kept as written.
    Text,
    /// `true` or `false`.
    Flag,
    /// Whole number.
    Count,
    /// `50%` or a number from 0 to 1.
    Share,
    /// `4h`.
    Span,
    /// `40GiB`.
    Bytes,
    /// `100Mbps`.
    Rate,
    /// `100km`.
    Length,
    /// `1 in 30 years`, `0.1/y`.
    Frequency,
    /// `50M JPY`.
    Money,
    /// `24x7`, `mon-fri 8:30-17:15`, or a name from `calendars`.
    Hours,
    /// Anything at all: read, kept, not used by the engine.
    Any,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The id of a thing of one of these kinds; any kind if empty.
    Id(&'static [Kind]),
    /// One, or a list of them; order does not matter.
    Set(&'static Shape),
    /// A list whose order matters.
    List(&'static Shape),
    /// A value, or what is known about it.
    Fact(&'static Shape),
    /// A map with these keys.
    Record(&'static [Key]),
    /// The same, or the value of the key named first standing for the whole.
    Short(&'static str, &'static [Key]),
    /// A map with keys of one shape and values of another.
    Map(&'static Shape, &'static Shape),
    /// What only its own code can read.
    Special(Special),
}

/// Shapes with code of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// `hall`, `[hall, school]`, `{ hall: 2 }`, `unknown`, `{ one-of: [a, b] }`.
    Placement,
    /// `in:`: regions, the built-in ones too.
    Regions,
    /// `server`, `[a, b]`, `{ any: [..] }`, `{ all: [..] }`, `{ at-least: 2, of: [..] }`.
    Need,
    /// `{ ups: 10m, generator: 5h }` or named sources.
    Power,
    /// `all`, or the ids of what a source of power is connected to.
    Feeds,
    /// `{ failure: {..}, disaster: {..} }`, or one set for both.
    Objectives,
    /// Ways of a service or function.
    Ways,
    /// Steps of a way.
    Steps,
    /// Copies of data or software.
    Copies,
    /// A probe.
    Probe,
    /// `{ env: X }` or `{ file: path }`.
    Secret,
    /// `{ lat: 39.7, lon: 141.1 }`.
    Position,
    /// `line`, `[a, b]`, `{ any: [a, b] }`: any one suffices.
    Over,
    /// Sites by id, or a share of the places.
    PlacesServed,
    /// A program and its arguments.
    Command,
    /// `fri 17:15`: an hour of the week.
    Moment,
}

/// A key of a record.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// What stands behind it.
    pub shape: Shape,
    /// One line for editors.
    pub doc: &'static str,
}

/// Own keys of a kind of thing; `COMMON` holds the rest.
pub fn keys(kind: Kind) -> &'static [Key] {
    match kind {
        Kind::Region => REGION,
        Kind::Site => SITE,
        Kind::Link => LINK,
        Kind::Equipment => EQUIPMENT,
        Kind::Software => SOFTWARE,
        Kind::Data => DATA,
        Kind::Vault => VAULT,
        Kind::Team => TEAM,
        Kind::Document => DOCUMENT,
        Kind::Supplier => SUPPLIER,
        Kind::Service => SERVICE,
        Kind::Function => FUNCTION,
        Kind::Scenario => SCENARIO,
    }
}

/// Every key of the language, wherever it may stand; for the manual and for editors.
pub fn every_key() -> BTreeSet<&'static str> {
    let mut out: BTreeSet<&'static str> = Kind::TABLES.iter().map(|(table, _)| *table).collect();
    let apart =
        [PLAN, COMMON, WAY, STEP, COPY, POWER, EVENT, CLASS, OBJECTIVE, LEVEL, PROBE, SECRET, POSITION, NEED];
    apart.into_iter().for_each(|keys| collect(keys, &mut out));
    Kind::TABLES.iter().for_each(|(_, kind)| collect(keys(*kind), &mut out));
    out.extend(OBJECTIVES);
    out.extend(["failure", "disaster", "value", "wish", "min", "likely", "max", "disputed", "one-of"]);
    out.extend(crate::model::Verb::ALL.map(crate::model::Verb::as_str));
    out
}

fn collect(keys: &'static [Key], out: &mut BTreeSet<&'static str>) {
    for key in keys {
        out.insert(key.name);
        inner(&key.shape, out);
    }
}

fn inner(shape: &'static Shape, out: &mut BTreeSet<&'static str>) {
    match shape {
        Shape::Record(keys) | Shape::Short(_, keys) => collect(keys, out),
        Shape::Set(shape) | Shape::List(shape) | Shape::Fact(shape) | Shape::Map(_, shape) => {
            inner(shape, out);
        }
        _ => {}
    }
}
