//! The data that a course starts from: which copies, for every age worth having.

use std::rc::Rc;

use base::Span;
use plan::{Fact, Verb};
use smallvec::SmallVec;

use crate::course::{Broken, Candidate, Course};
use crate::net::Node;
use crate::points::{Point, points};
use crate::world::PointsUnder;

/// Every age that some copy has, newest first; one that all have where there is no data set.
fn ages(sets: &[Vec<(Span, Point)>]) -> Vec<Span> {
    let mut ages: Vec<Span> = sets.iter().flatten().map(|(_, point)| point.age.worst()).collect();
    if sets.is_empty() {
        ages.push(Span::ZERO);
    }
    ages.sort_unstable();
    ages.dedup();
    ages
}

impl Course<'_, '_> {
    /// One candidate for every age of data worth having: newest first, each with the copies that are there soonest. A
    /// failed one if a data set has no copy.
    pub(crate) fn with_points(
        &self,
        data: &[Node],
        build: impl Fn(Vec<Point>) -> Candidate,
    ) -> Vec<Candidate> {
        let known: SmallVec<[(Node, PointsUnder); 4]> =
            data.iter().map(|node| (*node, self.points(*node))).collect();
        if let Some((node, none)) = known.iter().find(|(_, points)| points.0.is_empty()) {
            let why = if self.recovery.lean { Vec::new() } else { none.1.clone() };
            return vec![self.failed(Broken::NoCopy(self.world.net.id(*node).clone(), why))];
        }
        let mut sets: Vec<Vec<(Span, Point)>> = Vec::with_capacity(data.len());
        for (_, points) in known {
            let timed = points.0.iter().cloned().map(|mut point| {
                // A mirror that stands elsewhere is a copy like any other.
                point.in_step &= point.source == point.data || self.wire.bodies.contains(&point.source);
                (self.soonest(&point), point)
            });
            let timed: Vec<(Option<Span>, Point)> = timed.collect();
            // Nobody asks what else is in the way of data that never come.
            if let Some((None, point)) = timed.first()
                && self.recovery.lean
                && timed.iter().all(|(soonest, _)| soonest.is_none())
            {
                return vec![self.failed(Broken::Needs(self.world.net.id(point.source).clone()))];
            }
            let timed = timed.into_iter().map(|(soonest, point)| (soonest.unwrap_or(Span::NEVER), point));
            sets.push(timed.collect());
        }
        let mut out: Vec<Candidate> = Vec::new();
        let mut last: Vec<Vec<Point>> = Vec::new();
        for limit in ages(&sets) {
            let soonest = |set: &Vec<(Span, Point)>| {
                let fresh = set.iter().filter(|(_, point)| point.age.worst() <= limit);
                fresh.min_by_key(|(soon, _)| *soon).map(|(_, point)| point.clone())
            };
            let Some(combination) = sets.iter().map(soonest).collect::<Option<Vec<Point>>>() else {
                continue;
            };
            if last.contains(&combination) {
                continue;
            }
            out.push(build(combination.clone()));
            if self.recovery.first_counts(self.node) && out.last().is_some_and(|course| self.fits(course)) {
                break;
            }
            last.push(combination);
        }
        out
    }

    /// The copies of a data set under the loss.
    fn points(&self, node: Node) -> PointsUnder {
        let left = self.world.left();
        let known = left.asked.points.borrow().get(&node).cloned();
        if let Some(known) = known {
            left.asked.trace.again(&known.3);
            left.facts.absorb(&known.2);
            return known;
        }
        let mark = left.asked.trace.mark();
        let ((usable, useless), touched) = left.facts.scoped(|| points(left, self.recovery.evidence, node));
        let glance = left.asked.trace.since(mark);
        left.facts.absorb(&touched);
        let found = Rc::new((usable, useless, touched, glance));
        left.asked.points.borrow_mut().insert(node, Rc::clone(&found));
        found
    }

    /// When data from a copy could be there if nothing else were to be done; nothing if there is no instant at which they
    /// could come.
    fn soonest(&self, point: &Point) -> Option<Span> {
        if point.in_step {
            return Some(Span::ZERO);
        }
        let own =
            |s: &&crate::wire::WiredStep<'_>| s.step.verb == Verb::Restore && s.object == Some(point.data);
        let takes = self.wire.steps.iter().find(own).map_or(&Fact::Absent, |wired| &wired.step.takes);
        let (lines, takes) = crate::chain::transfer(self, point, takes, Span::ZERO);
        let when = lines.intersect(&point.readable);
        (!when.is_empty()).then(|| when.earliest_end(Span::ZERO, takes))
    }
}
