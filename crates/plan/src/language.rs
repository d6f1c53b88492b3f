//! The plan language as one table: kinds of things, their keys, what stands behind each key.
//!
//! Validation, decoding into the canonical tree, the JSON Schema and the suggestions for misspelt keys all follow from
//! this table.

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
    /// `{ quake: 6-upper }`.
    Money,
    /// A program and its arguments.
    Command,
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

const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, doc }
}

use Shape::{Any, Bytes, Count, Fact, Flag, Id, List, Rate, Record, Set, Share, Span, Text, Word};

const fn special(special: Special) -> Shape {
    Shape::Special(special)
}

const BODIES: &[Kind] = &[Kind::Equipment, Kind::Site];
/// What may limit something by being missing: any thing but a function or scenario.
pub(crate) const NEEDED: &[Kind] = &[
    Kind::Site,
    Kind::Link,
    Kind::Equipment,
    Kind::Software,
    Kind::Data,
    Kind::Vault,
    Kind::Team,
    Kind::Document,
    Kind::Supplier,
    Kind::Service,
];
pub(crate) const PEOPLE: &[Kind] = &[Kind::Team, Kind::Supplier];
pub(crate) const WRITABLE: &[Kind] = &[Kind::Vault, Kind::Equipment];
pub(crate) const PLACES: &[Kind] = &[Kind::Site, Kind::Equipment, Kind::Vault, Kind::Team];
const EXISTS: Shape = Fact(&Word(&["yes", "planned", "considered", "rejected", "no"]));
const READY: Shape = Fact(&Word(&["running", "hot", "warm", "cold", "rebuild", "standby"]));

/// Keys of every thing.
pub const COMMON: &[Key] = &[
    key("title", Text, "Name for people."),
    key(
        "in",
        special(Special::Regions),
        "Regions it lies in; built-in ones such as jp/iwate need no declaration.",
    ),
    key("outside", Set(&Id(&[Kind::Region])), "Regions it certainly does not lie in."),
    key("exists", EXISTS, "Whether it is really there."),
    key("repair", Fact(&Span), "How long until an outage of it is repaired."),
    key("replace", Fact(&Span), "Lead time of a new one, from the order."),
    key("maintained-by", Set(&Id(PEOPLE)), "Who repairs it."),
    key("tested", Any, "When it was last tried, and how."),
    key("cost", special(Special::Money), "What it costs, e.g. 50M JPY."),
    key("source", Any, "Where this is known from."),
    key("owner", Any, "Who answers for it."),
    key("review", Any, "When it is looked at again."),
    key("like", Text, "Take over the keys of this thing of the same kind."),
    key("count", Count, "So many like things, called ID-1, ID-2 and so on."),
];

/// Keys of a whole plan, the tables of things apart.
pub const PLAN: &[Key] = &[
    key("okiagari", Count, "Version of the plan language: 1."),
    key("include", Set(&Text), "Further files of this plan, relative to its folder."),
    key("organization", Record(ORGANIZATION), "Who this plan is for."),
    key("assume", Word(&["standard", "none"]), "Whether standard times stand in for what is left out."),
    key(
        "evidence",
        Record(&[key("valid", Span, "How long a drill proves anything; 1y unless said.")]),
        "Evidence.",
    ),
    key("confidence", Share, "Chance with which an objective has to be met; 90% unless said."),
    key("management", Any, "Practices: bcp, it-bcp, bia, risks, drills, review."),
    key("options", Any, "Measures decided, planned or rejected."),
    key("accept", List(&Record(ACCEPT)), "Risks that somebody accepted."),
    key("history", Any, "Real events and old drills."),
];

const ORGANIZATION: &[Key] = &[
    key("name", Text, "Its name."),
    key("timezone", Text, "IANA zone such as Asia/Tokyo."),
    key("industry", Text, "Its industry."),
    key("staff", Any, "Number of people."),
    key("title", Text, "Name for people."),
];

const ACCEPT: &[Key] = &[
    key("finding", Text, "The finding that is accepted."),
    key("objective", Text, "The objective whose miss is accepted."),
    key("what", Id(&[]), "The service or thing it is about."),
    key("by", Text, "Who accepted it."),
    key("why", Text, "Why."),
    key("until", Text, "Until when."),
];

const REGION: &[Key] = &[
    key(
        "kind",
        Word(&["place", "power", "carrier", "hazard", "duct", "domain", "model"]),
        "Kind of shared fate.",
    ),
    key("hazard", Any, "What threatens it, e.g. tsunami."),
    key("outage", Fact(&Span), "How long its supply stays away once it is lost."),
    key("rate", Any, "How often it is lost."),
    key("at", special(Special::Position), "Position."),
];

const SITE: &[Key] = &[
    key("at", special(Special::Position), "Position."),
    key(
        "power",
        special(Special::Power),
        "UPS and generator: { ups: 10m, generator: 5h }, or named sources with feeds.",
    ),
    key("needs", Set(&Id(NEEDED)), "What everything running here needs, e.g. the LAN."),
    key("withstands", Any, "Rating, e.g. { quake: 6-upper }."),
    key("distance", Any, "Distances to other sites."),
    key("cooling", Any, "Cooling."),
];

const LINK: &[Key] = &[
    key("between", Set(&Id(&[Kind::Site])), "The sites it joins."),
    key("bandwidth", Fact(&Rate), "Rate, e.g. 100Mbps."),
    key("guaranteed", Fact(&Rate), "Rate that is always there."),
    key("ready", READY, "Whether it stands by."),
    key("curve", Any, "Share repaired over time."),
];

const EQUIPMENT: &[Key] = &[
    key("at", special(Special::Placement), "The site it stands at."),
    key("units", Fact(&Count), "How many."),
    key("enough", Fact(&Count), "How many suffice for full level."),
    key("spares", Fact(&Count), "Units kept ready."),
    key("failover", Any, "Whether and how fast another unit takes over."),
    key("needs", Set(&Id(NEEDED)), "What it needs to run, power apart."),
];

const SOFTWARE: &[Key] = &[
    key("runs-on", Set(&Id(BODIES)), "Equipment it runs on."),
    key("copies", special(Special::Copies), "Copies it can be installed from."),
    key("version", Text, "Version."),
];

const CANARY: &[Key] = &[
    key("sqlite", Text, "SQLite file to ask, relative to the data set's path."),
    key("query", Text, "Query giving one row: number of records, time of the newest."),
];

const DATA: &[Key] = &[
    key("runs-on", Set(&Id(BODIES)), "Equipment where it lives."),
    key("size", Fact(&Bytes), "How much, e.g. 40GiB."),
    key("change", Any, "How fast it changes."),
    key("group", Text, "Consistency group."),
    key("copies", special(Special::Copies), "Copies; [] says that there are none."),
    key("path", Text, "Where it really is, relative to the plan."),
    key(
        "prepare",
        special(Special::Command),
        "Program that puts a consistent state at path, before each copy.",
    ),
    key("canary", Record(CANARY), "Question to the data in the business's own terms."),
];

const VAULT: &[Key] = &[
    key("at", special(Special::Placement), "Site or equipment it stands at or on."),
    key("key", Id(&[Kind::Document]), "The document without which it cannot be opened."),
    key("domain", Set(&Id(&[Kind::Region])), "Domain whose credentials can alter it."),
    key("repo", Text, "Folder of the repository, relative to the plan."),
    key(
        "password",
        special(Special::Secret),
        "Where its password comes from: { env: NAME } or { file: PATH }.",
    ),
    key("size", Fact(&Bytes), "Room."),
];

const TEAM: &[Key] = &[
    key("at", special(Special::Placement), "Where they work, and how many: { hall: 2 }."),
    key("hours", Text, "When they are there."),
    key("arrives", Fact(&Span), "How long until they are where they are needed."),
    key("deputies", Set(&Id(&[Kind::Team, Kind::Supplier])), "Who can stand in."),
];

const DOCUMENT: &[Key] = &[key("at", special(Special::Placement), "Where copies of it are: [hall, school].")];

const SUPPLIER: &[Key] = &[
    key("hours", Text, "When it answers."),
    key("arrives", Fact(&Span), "How long until it is here."),
    key("lead-time", Fact(&Span), "From order to delivery."),
    key("starts", Any, "What has to be done before it starts."),
    key("commitment", Any, "What it has committed itself to."),
    key("remote", Any, "What it can do from afar."),
    key("send-in", Any, "Repair by sending in."),
];

const MONITOR: &[Key] = &[
    key("every", Span, "Interval between probes."),
    key("failures", Count, "Failed probes in a row that mean an interruption."),
];

const RUN: &[Key] = &[
    key(
        "command",
        special(Special::Command),
        "Program that starts the service; {port}, {plan}, {data.ID} are filled in.",
    ),
    key("probes", List(&Shape::Special(Special::Probe)), "What must answer before the service counts as up."),
];

const SERVICE: &[Key] = &[
    key("priority", Count, "Rank; 1 comes first."),
    key("objectives", special(Special::Objectives), "RTO, RPO and RLO, for failure and disaster."),
    key("ways", special(Special::Ways), "The ways it can run, the normal one first."),
    key("hold", Span, "Shortest run that counts as being back; 1h unless said."),
    key("monitor", Record(MONITOR), "How an interruption is noticed without a person."),
    key("run", Record(RUN), "How it is really started, for drills."),
    key("users", Any, "Who uses it, where and how."),
];

const FUNCTION: &[Key] = &[
    key("mtpd", Fact(&Span), "Maximum tolerable period of disruption."),
    key("mbco", Any, "Least level the business needs."),
    key("rto", Fact(&Span), "Recovery time objective."),
    key("for", Any, "When it is needed."),
    key("impact", Any, "Damage over time."),
    key("ways", special(Special::Ways), "Its ways, paper among them."),
];

const SCENARIO: &[Key] = &[
    key("loses", Set(&Id(&[])), "What is lost."),
    key("effect", Word(&["out", "wiped", "gone"]), "What it does to them."),
    key("lasts", Fact(&Span), "How long an outage stays."),
    key("takes", Word(&["people"]), "Whether people are lost with their places."),
    key("class", Word(&["failure", "disaster"]), "Class, where it differs from the rule."),
];

/// Keys of a way.
pub const WAY: &[Key] = &[
    key("name", Text, "Name; evidence is bound to it."),
    key("runs-on", Set(&Id(BODIES)), "Equipment it runs on."),
    key("needs", special(Special::Need), "What else it needs while it runs."),
    key("data", Set(&Id(&[Kind::Data])), "Data sets it works on."),
    key("users", Any, "How users reach it."),
    key("ready", READY, "How ready it is."),
    key("takes", Fact(&Span), "How long bringing it into use takes, all in all."),
    key("steps", special(Special::Steps), "The steps that bring it into use, in order."),
    key("by", Set(&Id(PEOPLE)), "Who brings it into use."),
    key("level", Fact(&Share), "Level it runs at, e.g. 50%."),
    key("lasts", Fact(&Span), "How long it can be kept up."),
    key("restart", Fact(&Span), "Restart after an outage of what it runs on."),
    key("failback", Any, "Going back to the first way."),
    key("exists", EXISTS, "Whether all this exists."),
    key("tested", Any, "When it was last tried, and how."),
    key("together", Flag, "Whether its level adds to that of other ways."),
    key("give-up", Fact(&Span), "If not back by then, start the next way."),
    key("act", Word(&["at-loss", "at-stop"]), "Whether it starts at the loss or at the interruption."),
    key("cost", special(Special::Money), "What it costs."),
    key("source", Any, "Where this is known from."),
];

/// Keys of a step, its verb apart.
pub const STEP: &[Key] = &[
    key("by", Set(&Id(PEOPLE)), "Who does it."),
    key("at", Set(&Id(PLACES)), "Where it is carried out; any one of them."),
    key("needs", special(Special::Need), "What it needs: documents, keys, things."),
    key("takes", Fact(&Span), "How long it takes."),
    key("auto", Flag, "Whether it happens without a person."),
    key("resumes", Flag, "Whether it goes on where it was after a break."),
    key("source", Any, "Where this is known from."),
];

/// Keys of a copy.
pub const COPY: &[Key] = &[
    key("to", Id(WRITABLE), "Vault or equipment it goes to."),
    key(
        "how",
        Fact(&Word(&["sync", "replica", "backup", "media", "log"])),
        "How it is made; a backup unless said.",
    ),
    key("every", Fact(&Span), "Interval between points, or lag of a replica."),
    key("over", special(Special::Need), "Lines it crosses."),
    key("from", Text, "The copy it is made from: the place that copy goes to."),
    key("carried", Fact(&Span), "Time until carried media are at their place."),
    key("keep", Any, "How long points are kept."),
    key("verify", Fact(&Word(&["none", "detect", "correct", "yes", "no"])), "How each point is verified."),
    key("immutable", Fact(&Span), "Locked against change for so long."),
    key("covers", Any, "What of the data is in it."),
    key("by", Text, "What makes it: oki, or the name of something else."),
    key("tested", Any, "When it was last restored."),
    key("cost", special(Special::Money), "What it costs."),
    key("source", Any, "Where this is known from."),
];

/// Keys of a named source of power.
pub const POWER: &[Key] = &[
    key("kind", Word(&["ups", "generator"]), "Battery or engine."),
    key("lasts", Fact(&Span), "Running time at load."),
    key("starts", Fact(&Span), "Delay until it delivers."),
    key("recharge", Fact(&Span), "Time to charge it."),
    key("refuel", Fact(&Span), "Interval at which fuel is brought; none says never."),
    key("feeds", Set(&Id(&[Kind::Equipment, Kind::Site])), "What it feeds; [] is connected to nothing."),
];

/// Keys of the objectives of one class.
pub const OBJECTIVES: [&str; 3] = ["rto", "rpo", "rlo"];

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

/// The prefectures of Japan, each a place and a power area, as `jp/NAME`.
pub const PREFECTURES: [&str; 47] = [
    "hokkaido",
    "aomori",
    "iwate",
    "miyagi",
    "akita",
    "yamagata",
    "fukushima",
    "ibaraki",
    "tochigi",
    "gunma",
    "saitama",
    "chiba",
    "tokyo",
    "kanagawa",
    "niigata",
    "toyama",
    "ishikawa",
    "fukui",
    "yamanashi",
    "nagano",
    "gifu",
    "shizuoka",
    "aichi",
    "mie",
    "shiga",
    "kyoto",
    "osaka",
    "hyogo",
    "nara",
    "wakayama",
    "tottori",
    "shimane",
    "okayama",
    "hiroshima",
    "yamaguchi",
    "tokushima",
    "kagawa",
    "ehime",
    "kochi",
    "fukuoka",
    "saga",
    "nagasaki",
    "kumamoto",
    "oita",
    "miyazaki",
    "kagoshima",
    "okinawa",
];

/// Whether an id names a built-in region.
pub fn is_built_in(id: &str) -> bool {
    id.strip_prefix("jp/").is_some_and(|name| PREFECTURES.contains(&name))
}
