//! Services, how they are really run and probed, and the business functions that use them.

use base::Span;

use super::{Common, Fact, Objectives, Way};

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
    /// Whether there may be other ways than those (`unknown` stands in the list).
    pub more_ways: bool,
    /// Shortest run that counts as being back.
    pub hold: Option<Span>,
    /// How an interruption is noticed.
    pub monitor: Option<MonitorSpec>,
    /// How it is really started, for drills.
    pub run: Option<Run>,
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
    /// Least level the business needs, 0 to 1 of normal.
    pub mbco: Fact<f64>,
    /// Objectives for a failure.
    pub failure: Objectives,
    /// Objectives for a disaster.
    pub disaster: Objectives,
    /// Its ways; paper among them. Of the normal one, `restart` is re-entry and catching up.
    pub ways: Option<Vec<Way>>,
    /// Whether there may be other ways than those (`unknown` stands in the list).
    pub more_ways: bool,
}
