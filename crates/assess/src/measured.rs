//! What the plan says of each step beside what drills measured of it.

use base::{Id, Span, Timestamp};
use plan::Verb;

use crate::choice::{ChainStep, Choice};
use crate::evidence::{DrillRecord, Evidence};
use crate::loss::Loss;
use crate::net::Node;
use crate::proof::matching;
use crate::verdict::{Case, Context, Stage};
use crate::world::World;

/// One step of the way that the plan takes under a loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What is done.
    pub verb: Verb,
    /// To what.
    pub object: String,
    /// How long it takes by the plan.
    pub planned: Span,
    /// How long it took, oldest first; empty if nobody carried it out.
    pub measured: Vec<Measured>,
}

/// How long a step took in a drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Number of the drill's record in the ledger.
    pub record: u64,
    /// When the drill began.
    pub at: Timestamp,
    /// How long it took; of a restore, scaled by the bytes there are to restore now.
    pub took: Span,
}

impl Compared {
    /// The longest measured time beside the planned one: 1 is as planned, 2 is twice as long. Nothing where nothing was
    /// measured, or where the plan has no time to compare with.
    pub fn ratio(&self) -> Option<f64> {
        let longest = self.measured.iter().map(|measured| measured.took).max()?;
        let comparable = self.planned > Span::ZERO && !self.planned.is_never();
        comparable.then(|| longest.as_seconds() / self.planned.as_seconds())
    }
}

/// The steps of the course that `service` takes under `loss`, each with what valid drills of that very course measured.
/// Empty where the loss does not stop the service, or nothing brings it back.
pub fn compared(context: Context<'_>, loss: &Loss, service: Node) -> Vec<Compared> {
    let stage = Stage::new(context, loss);
    let settled = stage.worst.settled.get(&service).filter(|settled| !settled.fate.stops.is_never());
    let Some(course) = settled.and_then(|settled| settled.course()) else { return Vec::new() };
    let case = Case::new(&stage, service);
    let world = World::new(context.net, loss, &stage.worst.facts);
    let drills = if course.choice.original { Vec::new() } else { matching(&case, &world, &course.choice) };
    let one = |step: &ChainStep| Compared {
        verb: step.verb,
        object: step.object.clone(),
        planned: step.takes,
        measured: samples(context.evidence, &course.choice, step, &drills),
    };
    course.choice.steps.iter().map(one).collect()
}

/// What drills of one course measured of a step of it.
pub(crate) fn samples(
    evidence: &Evidence,
    choice: &Choice,
    step: &ChainStep,
    drills: &[&DrillRecord],
) -> Vec<Measured> {
    let newest = |(data, to): (&Id, &Id)| {
        let mut copies = evidence.copies.iter().filter(|copy| copy.data == *data && copy.to == *to);
        copies.next_back().map_or(0, |copy| copy.bytes)
    };
    let bytes: u64 = choice.sources.iter().map(newest).sum();
    let of = |drill: &&DrillRecord| {
        let same = |m: &&crate::MeasuredStep| m.verb == step.verb && m.object == step.object;
        let took = drill.steps.iter().find(same)?.took?;
        let scaled = step.verb == Verb::Restore && bytes > 0 && drill.bytes > 0;
        let scale = if scaled { bytes as f64 / drill.bytes as f64 } else { 1.0 };
        let took = Span::millis((took.as_millis() as f64 * scale).round() as u64);
        Some(Measured { record: drill.record, at: drill.at, took })
    };
    drills.iter().filter_map(of).collect()
}
