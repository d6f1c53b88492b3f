//! What a plan means, after reading. The spelling is `read`'s business; here every value is typed and every id is
//! known to exist, or the plan carries an error diagnostic.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use base::{Bytes, Id, Rate, Span};

/// A whole plan. Things of all kinds share one namespace of ids.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Who this plan is for.
    pub organization: Organization,
    /// Whether standard times stand in for facts left out.
    pub assume: Assume,
    /// How long a drill proves anything; one year unless the plan says.
    pub evidence_valid: Option<Span>,
    /// Shared fates.
    pub regions: BTreeMap<Id, Region>,
    /// Places where things stand.
    pub sites: BTreeMap<Id, Site>,
    /// Lines between sites; `None` = nothing written, so one line of unknown rate between all sites.
    pub links: Option<BTreeMap<Id, Link>>,
    /// Machines, storage, network devices.
    pub equipment: BTreeMap<Id, Equipment>,
    /// Operating systems, middleware, settings, images.
    pub software: BTreeMap<Id, Software>,
    /// Data sets.
    pub data: BTreeMap<Id, Data>,
    /// Where copies are kept.
    pub vaults: BTreeMap<Id, Vault>,
    /// People of a role.
    pub teams: BTreeMap<Id, Team>,
    /// Procedures, configuration, contacts, keys.
    pub documents: BTreeMap<Id, Document>,
    /// Contracts with others.
    pub suppliers: BTreeMap<Id, Supplier>,
    /// What the department promises.
    pub services: BTreeMap<Id, Service>,
    /// What the business does with it.
    pub functions: BTreeMap<Id, Function>,
    /// Losses with their own effects and class, beside the generated ones.
    pub scenarios: BTreeMap<Id, Scenario>,
    /// Risks that somebody accepted.
    pub accepted: Vec<Accepted>,
}

/// The organisation.
#[derive(Clone, Debug, Default)]
pub struct Organization {
    /// Its name.
    pub name: Option<String>,
    /// IANA zone such as `Asia/Tokyo`, in which times are shown.
    pub timezone: Option<String>,
}

/// Whether facts left out are filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assume {
    /// Nothing is filled in: what is left out is unknown.
    #[default]
    None,
    /// Standard times of `assume::STANDARD` are used, and named with each verdict.
    Standard,
}

/// What is known about one value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Fact<T> {
    /// Left out: unknown, unless an assumption fills it in.
    #[default]
    Absent,
    /// Written as `unknown`: no assumption fills it in.
    Unknown,
    /// Written as `none`: known not to exist.
    Nothing,
    /// Known.
    Exact(T),
    /// Between the two; no upper end means it may be anything from the lower one up.
    Range(T, Option<T>),
    /// It varies.
    Likely {
        /// Least.
        min: T,
        /// Most likely.
        likely: T,
        /// Greatest.
        max: T,
    },
    /// Different for a failure and a disaster.
    PerClass {
        /// In a failure.
        failure: Box<Fact<T>>,
        /// In a disaster.
        disaster: Box<Fact<T>>,
    },
    /// Sources contradict each other: source, what it says.
    Disputed(Vec<(String, Fact<T>)>),
}

/// The two kinds of loss for which objectives are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 業務停止時: one thing fails.
    Failure,
    /// 大規模災害時: a place or a region is hit.
    Disaster,
}

impl Class {
    /// Word in plans and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Failure => "failure",
            Class::Disaster => "disaster",
        }
    }
}

/// What every thing may say.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// Name for people.
    pub title: Option<String>,
    /// Regions it is in (`in`).
    pub regions: Vec<Id>,
    /// Whether it is really there.
    pub exists: Fact<Existence>,
    /// How long until an outage of it ends by repair.
    pub repair: Fact<Span>,
    /// Lead time of a new one, from the order.
    pub replace: Fact<Span>,
    /// Who repairs it: a supplier or a team.
    pub maintained_by: Vec<Id>,
}

/// How real a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existence {
    /// It is there.
    Yes,
    /// It will be there.
    Planned,
    /// It was thought of.
    Considered,
    /// It was decided against.
    Rejected,
    /// It is not there.
    No,
}

/// Where something is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Placement {
    /// Not said, or said to be unknown, or a list with `unknown` in it (what is known of it is given).
    #[default]
    Unknown,
    /// At each of these: a copy of a document at each, heads of a team at each (0 = number unknown).
    At(BTreeMap<Id, u32>),
    /// At one of these, unknown which.
    OneOf(Vec<Id>),
}

/// Kind of shared fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegionKind {
    /// A stretch of land; a built-in prefecture is also a power area.
    Place,
    /// Fed by one grid.
    Power,
    /// Served by one carrier.
    Carrier,
    /// Reached by one flood, tsunami or quake.
    Hazard,
    /// Lines in one duct.
    Duct,
    /// Administered with the same credentials.
    Domain,
    /// One product model: a fault in it hits all.
    Model,
}

/// A shared fate.
#[derive(Clone, Debug)]
pub struct Region {
    /// Common keys.
    pub common: Common,
    /// Kind; `Place` when it was not said.
    pub kind: RegionKind,
    /// What threatens it, e.g. `tsunami`.
    pub hazard: Option<String>,
    /// How long its supply stays away once it is lost (power, carrier, duct).
    pub outage: Fact<Span>,
    /// Whether it comes from the built-in list: a prefecture, both place and power area.
    pub built_in: bool,
}

/// A place where things stand.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Common keys.
    pub common: Common,
    /// Sources of power besides the utility, in the order written; `None` = not said.
    pub power: Option<Vec<PowerSource>>,
    /// What everything running here needs.
    pub needs: Vec<Id>,
}

/// A source of power at a site.
#[derive(Clone, Debug)]
pub struct PowerSource {
    /// Name at the site, e.g. `ups`.
    pub name: String,
    /// Battery or engine.
    pub kind: PowerKind,
    /// Running time at load.
    pub lasts: Fact<Span>,
    /// Start delay (generator).
    pub starts: Fact<Span>,
    /// Recharge time (battery).
    pub recharge: Fact<Span>,
    /// Time until fuel is brought, again and again; `Nothing` = never.
    pub refuel: Fact<Span>,
    /// What it feeds; `None` = everything at the site when written in the short form, else not said.
    pub feeds: Option<BTreeSet<Id>>,
}

/// Kind of a source of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerKind {
    /// Battery: bridges at once, for minutes.
    Ups,
    /// Engine: starts after a delay, runs as long as its fuel.
    Generator,
}

/// A line between sites.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// Common keys.
    pub common: Common,
    /// The sites it joins.
    pub between: Vec<Id>,
    /// Rate.
    pub bandwidth: Fact<Rate>,
}

/// A machine or several alike.
#[derive(Clone, Debug)]
pub struct Equipment {
    /// Common keys.
    pub common: Common,
    /// Where it stands.
    pub at: Placement,
    /// How many.
    pub units: Fact<u32>,
    /// How many suffice for full level; all of them unless said.
    pub enough: Fact<u32>,
    /// Units kept ready beside the running ones.
    pub spares: Fact<u32>,
    /// What it needs to run besides power.
    pub needs: Vec<Id>,
}

/// Software, a setting, an image.
#[derive(Clone, Debug, Default)]
pub struct Software {
    /// Common keys.
    pub common: Common,
    /// Equipment it runs on.
    pub runs_on: Vec<Id>,
    /// Copies it can be installed from.
    pub copies: Option<Vec<Copy>>,
}

/// A data set.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// Common keys.
    pub common: Common,
    /// Equipment where it lives.
    pub runs_on: Vec<Id>,
    /// How much.
    pub size: Fact<Bytes>,
    /// Copies; `None` = not said, empty = there are none.
    pub copies: Option<Vec<Copy>>,
    /// Where it really is, relative to the plan: file or folder. Without it nothing is copied by oki.
    pub path: Option<PathBuf>,
    /// Puts a consistent state where `path` says, before each copy.
    pub prepare: Option<Vec<String>>,
    /// Tells how many business records there are, and when the newest was made.
    pub canary: Option<Canary>,
}

/// A question to the data in the business's own terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Canary {
    /// The SQLite file to ask, relative to the data set's `path`.
    pub sqlite: PathBuf,
    /// Query giving one row: number of records, time of the newest (RFC 3339 text or seconds since 1970).
    pub query: String,
}

/// How a copy is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CopyKind {
    /// Written at both before the user hears "done".
    Sync,
    /// Follows after a lag.
    Replica,
    /// Points in time, kept.
    Backup,
    /// On media that are carried.
    Media,
    /// Every change, shipped.
    Log,
}

/// A copy of a data set or of software.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Vault or equipment it goes to.
    pub to: Id,
    /// How it is made; a backup if it goes to a vault and nothing is said.
    pub how: Fact<CopyKind>,
    /// Interval between points, or lag of a replica.
    pub every: Fact<Span>,
    /// Lines it crosses; any one of them suffices.
    pub over: Vec<Id>,
    /// The copy it is made from, if not from the data itself: the `to` of that copy.
    pub from: Option<Id>,
    /// Time until carried media are at their place.
    pub carried: Fact<Span>,
    /// How long points are kept.
    pub keep: Fact<Span>,
    /// Locked against change for so long.
    pub immutable: Fact<Span>,
    /// Whether each point is verified.
    pub verify: Fact<bool>,
    /// Whether oki makes it (`oki`, the default where the data set has a path and the vault a repository).
    pub by_oki: bool,
}

/// A place for copies.
#[derive(Clone, Debug)]
pub struct Vault {
    /// Common keys.
    pub common: Common,
    /// Site or equipment it stands at or on.
    pub at: Placement,
    /// The document without which it cannot be opened.
    pub key: Option<Id>,
    /// Region of kind `domain` whose credentials can alter it.
    pub domain: Vec<Id>,
    /// The repository, relative to the plan. Without it oki neither writes nor reads it.
    pub repo: Option<PathBuf>,
    /// Where its password comes from.
    pub password: Option<Secret>,
}

/// A reference to a secret; plans never hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// Environment variable.
    Env(String),
    /// File, relative to the plan.
    File(PathBuf),
}

/// People of a role.
#[derive(Clone, Debug, Default)]
pub struct Team {
    /// Common keys.
    pub common: Common,
    /// Where they work, and how many.
    pub at: Placement,
    /// When they are there, as written, e.g. `mon-fri 8:30-17:15` or `24x7`.
    pub hours: Option<String>,
    /// How long until they are where they are needed.
    pub arrives: Fact<Span>,
    /// Who can stand in.
    pub deputies: Vec<Id>,
}

/// A procedure, configuration, contact list or key.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Common keys.
    pub common: Common,
    /// Where copies of it are: sites, equipment, vaults, teams.
    pub at: Placement,
}

/// A contract partner.
#[derive(Clone, Debug, Default)]
pub struct Supplier {
    /// Common keys.
    pub common: Common,
    /// When it answers, as written.
    pub hours: Option<String>,
    /// How long until it is here.
    pub arrives: Fact<Span>,
    /// Time from order to delivery.
    pub lead_time: Fact<Span>,
}

/// What the department promises.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// Common keys.
    pub common: Common,
    /// Rank, 1 first; ties by id.
    pub priority: Option<u32>,
    /// Objectives for a failure.
    pub failure: Objectives,
    /// Objectives for a disaster.
    pub disaster: Objectives,
    /// The ways it can run, in declared order; `None` = not said, empty = it cannot run.
    pub ways: Option<Vec<Way>>,
    /// Shortest run that counts as being back.
    pub hold: Option<Span>,
    /// How an interruption is noticed.
    pub monitor: Option<MonitorSpec>,
    /// How it is really started, for drills.
    pub run: Option<Run>,
}

/// Objectives of one class.
#[derive(Clone, Debug, Default)]
pub struct Objectives {
    /// Recovery time objective.
    pub rto: Objective<Span>,
    /// Recovery point objective.
    pub rpo: Objective<PointTarget>,
    /// Recovery level objective.
    pub rlo: Objective<Ladder>,
}

/// What is known of one objective.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Objective<T> {
    /// Never asked.
    #[default]
    NotAsked,
    /// Known to be missing.
    Unset,
    /// Wanted by somebody, not agreed.
    Wish(T),
    /// Agreed: this binds. The upper end, where a range was written.
    Agreed(T),
}

impl<T> Objective<T> {
    /// The agreed target.
    pub fn agreed(&self) -> Option<&T> {
        match self {
            Objective::Agreed(target) => Some(target),
            _ => None,
        }
    }
}

/// A recovery point objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointTarget {
    /// Age at the worst moment.
    Age(Span),
    /// The last state before the loss: nothing but work in flight is lost.
    JustBefore,
    /// The state of the previous day's copy: the interval is at most a day; its run time is not counted.
    PreviousDay,
    /// Likewise for a week.
    PreviousWeek,
    /// Likewise for a month.
    PreviousMonth,
}

/// A level of service, 0 to 1 of normal demand, with the functions and places it must include.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Level {
    /// Share of normal demand.
    pub capacity: f64,
    /// Functions that must work; empty = all.
    pub functions: BTreeSet<String>,
    /// Places that must be served; empty = all.
    pub places: BTreeSet<Id>,
}

/// Levels to be reached by given times, earliest first. A plain level is one step at time `None` (the RTO).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ladder(pub Vec<(Option<Span>, Level)>);

/// How ready a way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Readiness {
    /// It runs already.
    Running,
    /// Started and in step, takes over by switching.
    Hot,
    /// Installed and started now and then; data to be brought up to date.
    Warm,
    /// Hardware is there; to be installed or restored.
    Cold,
    /// To be bought and built.
    Rebuild,
}

/// One way for a service or function to run.
#[derive(Clone, Debug)]
pub struct Way {
    /// Name; evidence is bound to it.
    pub name: String,
    /// Equipment or site it runs on; all of them.
    pub runs_on: Vec<Id>,
    /// What else it needs while it runs.
    pub needs: Need,
    /// Data sets it works on.
    pub data: Vec<Id>,
    /// How ready it is. The first way runs unless it says otherwise.
    pub ready: Fact<Readiness>,
    /// How long bringing it into use takes, all in all, when no steps are written.
    pub takes: Fact<Span>,
    /// The steps that bring it into use, in order; `None` = not written.
    pub steps: Option<Vec<Step>>,
    /// Who brings it into use.
    pub by: Vec<Id>,
    /// Level it runs at; full unless said.
    pub level: Fact<f64>,
    /// How long it can be kept up.
    pub lasts: Fact<Span>,
    /// Restart after an outage during which its things were not lost.
    pub restart: Fact<Span>,
    /// Time to go back to the first way.
    pub failback: Fact<Span>,
    /// Whether all this exists.
    pub exists: Fact<Existence>,
}

/// What must be there.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// A thing or service.
    Thing(Id),
    /// All of them; an empty list needs nothing.
    All(Vec<Need>),
    /// Any one of them.
    Any(Vec<Need>),
    /// At least this many of them.
    AtLeast(usize, Vec<Need>),
}

impl Default for Need {
    fn default() -> Need {
        Need::All(Vec::new())
    }
}

/// What is done in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Notice the interruption.
    Detect,
    /// Decide to recover.
    Decide,
    /// Call people or a supplier.
    Call,
    /// People come.
    Arrive,
    /// A thing is brought.
    Deliver,
    /// Install software.
    Install,
    /// Bring data back from a copy.
    Restore,
    /// Start it.
    Start,
    /// Turn users or roles over.
    Switch,
    /// See that it works.
    Check,
    /// Anything else.
    Do,
}

impl Verb {
    /// All verbs, in the usual order of a recovery.
    pub const ALL: [Verb; 11] = [
        Verb::Detect,
        Verb::Decide,
        Verb::Call,
        Verb::Arrive,
        Verb::Deliver,
        Verb::Install,
        Verb::Restore,
        Verb::Start,
        Verb::Switch,
        Verb::Check,
        Verb::Do,
    ];

    /// Word in plans.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Detect => "detect",
            Verb::Decide => "decide",
            Verb::Call => "call",
            Verb::Arrive => "arrive",
            Verb::Deliver => "deliver",
            Verb::Install => "install",
            Verb::Restore => "restore",
            Verb::Start => "start",
            Verb::Switch => "switch",
            Verb::Check => "check",
            Verb::Do => "do",
        }
    }
}

/// A step that brings a way into use.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is done.
    pub verb: Verb,
    /// To what: an id, or words.
    pub object: String,
    /// By which team or supplier.
    pub by: Vec<Id>,
    /// Where it is carried out; any one of them.
    pub at: Vec<Id>,
    /// What it needs while it runs: documents, keys, things.
    pub needs: Need,
    /// How long it takes.
    pub takes: Fact<Span>,
    /// Whether it happens without a person.
    pub auto: bool,
}

/// How an interruption is noticed without a person.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitorSpec {
    /// Interval between probes.
    pub every: Span,
    /// Failed probes in a row that mean an interruption.
    pub failures: u32,
}

/// How a service is started and found to work, in a drill. `{port}`, `{plan}` and `{data.ID}` stand for a free
/// port, the plan's folder and the folder or file where the data set ID was restored.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Program and arguments; `oki` is this program itself.
    pub command: Vec<String>,
    /// What must answer before the service counts as up; all of them.
    pub probes: Vec<Probe>,
}

/// A question whose right answer shows that the service works.
#[derive(Clone, Debug, PartialEq)]
pub enum Probe {
    /// A connection is accepted at `host:port`.
    Tcp(String),
    /// GET gives status 200 and, if said, a body that contains the text.
    Http {
        /// Address.
        url: String,
        /// Text in the body.
        expects: Option<String>,
    },
    /// The first column of the first row is as expected.
    Sql {
        /// SQLite file, or a `postgresql://` address asked through `psql`.
        database: String,
        /// Query.
        query: String,
        /// Expected text; without it any row will do.
        expects: Option<String>,
    },
    /// The program exits with 0 and, if said, prints the text.
    Command {
        /// Program and arguments.
        command: Vec<String>,
        /// Text in the output.
        expects: Option<String>,
    },
}

/// A business function.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// Common keys.
    pub common: Common,
    /// Maximum tolerable period of disruption.
    pub mtpd: Fact<Span>,
    /// Its ways; paper among them.
    pub ways: Option<Vec<Way>>,
}

/// A loss somebody declared.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Common keys.
    pub common: Common,
    /// Things lost.
    pub loses: Vec<Id>,
    /// What it does to them; the default effect of each kind of thing unless said.
    pub effect: Option<Effect>,
    /// How long an outage stays.
    pub lasts: Fact<Span>,
    /// Whether people are lost with their places.
    pub takes_people: bool,
    /// Class, where it differs from the rule.
    pub class: Option<Class>,
}

/// What a loss does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Without function; content kept; comes back.
    Out,
    /// Body stays, content unusable.
    Wiped,
    /// Body and content destroyed.
    Gone,
}

/// A risk that somebody accepted: a mark on a verdict, never a verdict.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The service or thing.
    pub what: Id,
    /// Why.
    pub why: Option<String>,
    /// Who.
    pub by: Option<String>,
}
