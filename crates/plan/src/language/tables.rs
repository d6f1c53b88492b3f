//! The keys, kind by kind.

use super::Shape::{
    Any, Bytes, Count, Fact, Flag, Frequency, Hours, Id, Length, List, Map, Money, Rate, Record, Set, Share,
    Short, Span, Text, Word,
};
use super::{Key, Kind, Shape, Special};

const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, doc }
}

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
/// A point in time as people write it, or a real event or drill written out.
const TESTED: Shape = Short("when", EVENT);
const COST: Shape = Short("amount", COSTS);
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
    key("rate", Fact(&Frequency), "How often it is lost, e.g. 1 in 30 years or 0.1/y."),
    key("tested", TESTED, "When it was last tried, and how."),
    key("cost", COST, "What it costs, e.g. 50M JPY."),
    key("source", Any, "Where this is known from."),
    key("owner", Any, "Who answers for it."),
    key("review", Any, "When it is looked at again."),
    key("note", Text, "Anything else worth knowing, for people."),
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
    key("calendars", Map(&Text, &Hours), "Names for hours, e.g. { office: mon-fri 8:30-17:15 }."),
    key("management", Record(MANAGEMENT), "Practices of the organisation."),
    key("options", Map(&Text, &Record(OPTION)), "Measures decided, planned or rejected, by name."),
    key("accept", List(&Record(ACCEPT)), "Risks that somebody accepted."),
    key("history", List(&Record(EVENT)), "Real events and old drills."),
];

const MANAGEMENT: &[Key] = &[
    key("bcp", Any, "Business continuity plan of the organisation."),
    key("it-bcp", Any, "That of the IT department."),
    key("bia", Any, "Business impact analysis."),
    key("risks", Any, "Risks considered."),
    key("drills", Any, "Training and drills."),
    key("review", Any, "How and when the plan is reviewed."),
];

const OPTION: &[Key] = &[
    key("status", Word(&["chosen", "planned", "considered", "rejected", "done"]), "What was decided."),
    key("cost", COST, "What it costs."),
    key("why", Text, "Why it was decided so."),
    key("by", Text, "Who decided."),
    key("changes", Any, "What it changes in this plan."),
    key("gives", Any, "What it makes possible."),
    key("note", Text, "Anything else worth knowing."),
];

/// Keys of a real event or an old drill.
pub const EVENT: &[Key] = &[
    key("kind", Word(&["event", "drill", "test"]), "A real event, a drill, a test of a part."),
    key("when", Text, "When, e.g. 2011-03; never says that it was not done."),
    key("what", Set(&Id(&[])), "The things it was about."),
    key("way", Text, "The way that was used."),
    key("took", Fact(&Span), "How long it took."),
    key("scope", Text, "How much of it was tried, e.g. 15/150."),
    key("source", Any, "Where this is known from."),
    key("note", Text, "Anything else worth knowing."),
];

const COSTS: &[Key] = &[
    key("amount", Fact(&Money), "All in all, e.g. 50M JPY."),
    key("initial", Fact(&Money), "Once."),
    key("yearly", Fact(&Money), "Every year."),
    key("ratio", Fact(&Share), "As a share of what it stands in for."),
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

pub(crate) const REGION: &[Key] = &[
    key(
        "kind",
        Word(&["place", "power", "carrier", "hazard", "duct", "domain", "model"]),
        "Kind of shared fate.",
    ),
    key("hazard", Set(&Text), "What threatens it, e.g. tsunami."),
    key("outage", Fact(&Span), "How long its supply stays away once it is lost."),
    key("dwell", Fact(&Span), "Domains: how long an intruder was in it before being noticed, e.g. 2w..3mo."),
    key("at", special(Special::Position), "Position."),
];

pub(crate) const SITE: &[Key] = &[
    key("at", special(Special::Position), "Position."),
    key(
        "power",
        special(Special::Power),
        "UPS and generator: { ups: 10m, generator: 5h }, or named sources with feeds.",
    ),
    key("needs", Set(&Id(NEEDED)), "What everything running here needs, e.g. the LAN."),
    key("withstands", Record(RATING), "What it is built for, e.g. { quake: 6-upper }."),
    key("distance", Map(&Id(&[Kind::Site]), &Fact(&Length)), "Distances to other sites: { hall: 60km.. }."),
    key("cooling", Any, "Cooling."),
];

const RATING: &[Key] = &[
    key(
        "quake",
        Fact(&Word(&["4", "5-lower", "5-upper", "6-lower", "6-upper", "7"])),
        "Greatest intensity, on the scale of the Japan Meteorological Agency.",
    ),
    key("flood", Fact(&Length), "Greatest depth of water."),
    key("tsunami", Fact(&Length), "Greatest height of the wave at the site."),
    key("wind", Text, "Greatest wind."),
    key("fire", Fact(&Span), "How long it holds against fire."),
];

const FAILOVER: &[Key] = &[
    key("auto", Fact(&Flag), "Whether it happens without a person."),
    key("takes", Fact(&Span), "How long it takes."),
];

/// Keys of going back.
pub const FAILBACK: &[Key] = &[
    key("takes", Fact(&Span), "How long going back takes."),
    key("objective", Fact(&Span), "Within which time it has to be done."),
    key("protected", Any, "Whether the data are copied meanwhile, and where to."),
    key("stay", Flag, "Whether it stays where it is."),
    key("why", Text, "Why it stays."),
    key("standby-again", Fact(&Span), "Time until there is something to fall back on again."),
];

const USERS: &[Key] = &[
    key("at", Set(&Id(&[Kind::Site, Kind::Team])), "Where they are."),
    key("via", Set(&Id(&[Kind::Link, Kind::Service])), "How they reach it."),
    key("count", Fact(&Count), "How many."),
];

pub(crate) const LINK: &[Key] = &[
    key("between", Set(&Id(&[Kind::Site])), "The sites it joins."),
    key("bandwidth", Fact(&Rate), "Rate, e.g. 100Mbps."),
    key("guaranteed", Fact(&Rate), "Rate that is always there."),
    key("ready", READY, "Whether it stands by."),
];

pub(crate) const EQUIPMENT: &[Key] = &[
    key("at", special(Special::Placement), "The site it stands at."),
    key("units", Fact(&Count), "How many."),
    key("enough", Fact(&Count), "How many suffice for full level."),
    key("spares", Fact(&Count), "Units kept ready."),
    key("failover", Fact(&Record(FAILOVER)), "Whether and how fast another unit takes over."),
    key("needs", Set(&Id(NEEDED)), "What it needs to run, power apart."),
];

pub(crate) const SOFTWARE: &[Key] = &[
    key("runs-on", Set(&Id(BODIES)), "Equipment it runs on."),
    key("copies", special(Special::Copies), "Copies it can be installed from."),
    key("version", Text, "Version."),
];

const CANARY: &[Key] = &[
    key("sqlite", Text, "SQLite file to ask, relative to the data set's path."),
    key("query", Text, "Query giving one row: number of records, time of the newest."),
];

pub(crate) const DATA: &[Key] = &[
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

pub(crate) const VAULT: &[Key] = &[
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

pub(crate) const TEAM: &[Key] = &[
    key("at", special(Special::Placement), "Where they work, and how many: { hall: 2 }."),
    key("hours", Hours, "When they are there: 24x7, mon-fri 8:30-17:15, or a name from calendars."),
    key("arrives", Fact(&Span), "How long until they are where they are needed."),
    key("deputies", Set(&Id(&[Kind::Team, Kind::Supplier])), "Who can stand in."),
];

pub(crate) const DOCUMENT: &[Key] =
    &[key("at", special(Special::Placement), "Where copies of it are: [hall, school].")];

pub(crate) const SUPPLIER: &[Key] = &[
    key("hours", Hours, "When it answers."),
    key("arrives", Fact(&Span), "How long until it is here."),
    key("lead-time", Fact(&Span), "From order to delivery."),
    key("starts", Text, "What has to be done before it starts."),
    key(
        "commitment",
        Fact(&Word(&["contract", "best-effort", "uncertain", "none"])),
        "How firmly it is bound to come.",
    ),
    key("remote", Fact(&Flag), "Whether it can work from afar."),
    key("repair", Fact(&Word(&["on-site", "send-in", "exchange"])), "How it repairs."),
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

pub(crate) const SERVICE: &[Key] = &[
    key("priority", Count, "Rank; 1 comes first."),
    key("objectives", special(Special::Objectives), "RTO, RPO and RLO, for failure and disaster."),
    key("ways", special(Special::Ways), "The ways it can run, the normal one first."),
    key("hold", Span, "Shortest run that counts as being back; 1h unless said."),
    key("monitor", Record(MONITOR), "How an interruption is noticed without a person."),
    key("run", Record(RUN), "How it is really started, for drills."),
    key("users", Record(USERS), "Who uses it, where and how: { at, via }."),
];

pub(crate) const FUNCTION: &[Key] = &[
    key("mtpd", Fact(&Span), "Maximum tolerable period of disruption."),
    key("mbco", Fact(&Share), "Least level the business needs."),
    key("objectives", special(Special::Objectives), "RTO and level, for failure and disaster."),
    key("for", Fact(&Span), "How long it is needed."),
    key("impact", Map(&Span, &Text), "Damage over time: { 1d: complaints, 1w: fines }."),
    key("ways", special(Special::Ways), "Its ways, paper among them."),
];

/// Kinds of things that a scenario may hit all at once; `Every::WORDS` in the same order.
const EVERY: &Shape = &Word(&[
    "places",
    "power-areas",
    "carriers",
    "hazard-zones",
    "ducts",
    "domains",
    "models",
    "sites",
    "links",
    "equipment",
    "software",
    "data",
    "vaults",
    "teams",
    "documents",
    "suppliers",
]);

const AGAIN: &[Key] = &[
    key("every", Span, "From one beginning to the next."),
    key("times", Count, "How many outages there are, the first included."),
];

/// Keys of one thing that a scenario does.
const HIT: &[Key] = &[
    key("loses", Set(&Id(&[])), "What is lost."),
    key("every", Set(EVERY), "What is lost, by kind: every power area, every team."),
    key("effect", Word(&["out", "wiped", "gone"]), "What it does to them."),
    key("lasts", Fact(&Span), "How long an outage stays."),
    key("starts", Fact(&Span), "When an outage begins, from the loss; at once unless said."),
    key("again", Record(AGAIN), "It comes again: { every: 1d, times: 10 }."),
    key("absent", Fact(&Share), "Teams: share of the people who are away; one of them unless said."),
    key("dwell", Fact(&Span), "Domains: how long an intruder was in before anybody noticed."),
];

/// A scenario does one thing itself, and others as events.
pub(crate) const SCENARIO: &[Key] = &joined::<13>(
    HIT,
    &[
        key("each", *EVERY, "One loss for each thing of this kind: each site, each supplier."),
        key("events", List(&Record(HIT)), "What it does besides, each with its own effect and times."),
        key("takes", Word(&["people"]), "Whether people are lost with their places."),
        key(
            "moment",
            special(Special::Moment),
            "Hour of the week at which it happens, e.g. wed 10:00; when all have just gone for longest unless said.",
        ),
        key("class", Word(&["failure", "disaster"]), "Class, where it differs from the rule."),
    ],
);

/// Keys one after the other, `N` in all.
const fn joined<const N: usize>(first: &[Key], others: &[Key]) -> [Key; N] {
    assert!(first.len() + others.len() == N);
    let mut out = [first[0]; N];
    let mut at = 0;
    while at < N {
        out[at] = if at < first.len() { first[at] } else { others[at - first.len()] };
        at += 1;
    }
    out
}

/// Keys of a way.
pub const WAY: &[Key] = &[
    key("name", Text, "Name; evidence is bound to it."),
    key("runs-on", Set(&Id(BODIES)), "Equipment it runs on."),
    key("needs", special(Special::Need), "What else it needs while it runs."),
    key("data", Set(&Id(&[Kind::Data])), "Data sets it works on."),
    key("users", Record(USERS), "Where users are and how they reach it: { at, via }."),
    key("ready", READY, "How ready it is."),
    key("takes", Fact(&Span), "How long bringing it into use takes, all in all."),
    key("steps", special(Special::Steps), "The steps that bring it into use, in order."),
    key("by", Set(&Id(PEOPLE)), "Who brings it into use."),
    key("level", Fact(&Share), "Level it runs at, e.g. 50%."),
    key("lasts", Fact(&Span), "How long it can be kept up."),
    key("restart", Fact(&Span), "Restart after an outage of what it runs on."),
    key("failback", Short("takes", FAILBACK), "Going back to the first way: 1w, or written out."),
    key("exists", EXISTS, "Whether all this exists."),
    key("tested", TESTED, "When it was last tried, and how."),
    key("together", Flag, "Whether its level adds to that of other ways."),
    key("give-up", Fact(&Span), "If not back by then, start the next way."),
    key("act", Word(&["at-loss", "at-stop"]), "Whether it starts at the loss or at the interruption."),
    key("cost", COST, "What it costs."),
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
    key("over", special(Special::Over), "Lines it crosses; any one of them suffices."),
    key("from", Id(WRITABLE), "The copy it is made from: the place that copy goes to."),
    key("carried", Fact(&Span), "Time until carried media are at their place."),
    key("keep", Fact(&Span), "How long points are kept."),
    key("verify", Fact(&Word(&["none", "detect", "correct", "yes", "no"])), "How each point is verified."),
    key("immutable", Fact(&Span), "Locked against change for so long."),
    key("covers", Set(&Text), "What of the data is in it."),
    key("by", Text, "What makes it: oki, or the name of something else."),
    key("tested", TESTED, "When it was last restored."),
    key("cost", COST, "What it costs."),
    key("source", Any, "Where this is known from."),
];

/// Keys of a named source of power.
pub const POWER: &[Key] = &[
    key("kind", Word(&["ups", "generator"]), "Battery or engine."),
    key("lasts", Fact(&Span), "Running time at load."),
    key("starts", Fact(&Span), "Delay until it delivers."),
    key("recharge", Fact(&Span), "Time to charge it."),
    key("refuel", Fact(&Span), "Interval at which fuel is brought; none says never."),
    key("feeds", special(Special::Feeds), "What it feeds: all, or ids; [] is connected to nothing."),
];

/// The objectives of one class.
pub const OBJECTIVES: [&str; 3] = ["rto", "rpo", "rlo"];

/// What may stand beside them.
pub const CLASS: &[Key] = &[
    key("given", Set(&Id(&[])), "The objective holds only while these are up."),
    key("for", Fact(&Span), "How long it is needed."),
];

/// Keys of an objective written out, its `value` and `wish` apart.
pub const OBJECTIVE: &[Key] = &[
    key("basis", Word(&["bia", "sla", "industry", "capability", "opinion"]), "What it rests on."),
    key("by", Text, "Who set it or wants it."),
    key("agreed", Flag, "Whether it is agreed; false makes it a wish."),
    key("hours", Hours, "The hours in which time counts."),
    key("penalty", Any, "What a miss costs."),
    key("source", Any, "Where this is known from."),
];

/// Keys of a level.
pub const LEVEL: &[Key] = &[
    key("capacity", Share, "Share of normal demand."),
    key("functions", Set(&Text), "What must work."),
    key("places", PLACES_SERVED, "Where it must be served, as ids or as a share."),
];
const PLACES_SERVED: Shape = special(Special::PlacesServed);

/// Keys of a probe.
pub const PROBE: &[Key] = &[
    key("tcp", Text, "Host and port that must accept a connection."),
    key("http", Text, "Address whose GET must give status 200."),
    key("sql", Text, "Query whose first column of the first row is compared."),
    key("database", Text, "SQLite file, or a postgresql:// address."),
    key("command", special(Special::Command), "Program that must end with 0."),
    key("expects", Text, "Text that must be in the answer."),
];

/// Keys of a reference to a secret.
pub const SECRET: &[Key] =
    &[key("env", Text, "Environment variable that holds it."), key("file", Text, "File that holds it.")];

/// Keys of a position.
pub const POSITION: &[Key] = &[
    key("lat", Text, "Latitude in degrees, north positive."),
    key("lon", Text, "Longitude, east positive."),
];

/// Keys of a need that is not a plain list.
pub const NEED: &[Key] = &[
    key("any", Any, "Any one of these suffices."),
    key("all", Any, "All of these."),
    key("at-least", Count, "So many of those in `of`."),
    key("of", Any, "What `at-least` counts."),
];
