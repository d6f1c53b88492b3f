//! The ways a service can run, and the steps that bring one into use.

use base::{Id, Span};

use super::{Existence, Fact};

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
    /// Whether it may run on others too (`unknown`, or `unknown` in the list).
    pub more_bodies: bool,
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
    /// Something, nobody knows what.
    Unknown,
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
