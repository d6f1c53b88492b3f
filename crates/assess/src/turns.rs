//! Ways taken in turn: one that can be kept up for a time only, and the normal way after it, if that has come back by
//! itself.

use base::Span;
use plan::Fact;

use crate::course::{Candidate, Course};
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::recovery::Mode;

impl Course<'_, '_> {
    /// Another way brought into use; where it lasts for a time only, the service goes back to its normal way `own` then.
    /// Going back interrupts it once more, for as long as `failback` takes, whenever it is done.
    pub(crate) fn in_turn(&self, own: &Candidate) -> Vec<Candidate> {
        let mut out = self.brought_up();
        // The bound may use every course at every instant anyway; the ways of a function do not exclude each other.
        let ends = self.way().lasts != Fact::Absent;
        let planned = self.recovery.mode == Mode::Plan && !self.world.net.is_function(self.node);
        if ends && planned && own.choice.original && own.broken.is_none() {
            out.iter_mut().for_each(|course| self.go_back(course, own));
        }
        out
    }

    fn go_back(&self, course: &mut Candidate, own: &Candidate) {
        let Some((_, end)) = course.up.iter().next_back().filter(|(_, end)| !end.is_never()) else { return };
        let later = own.up.intersect(&Intervals::from(end, Span::NEVER));
        if course.broken.is_some() || end <= self.stops() || later.is_empty() {
            return;
        }
        let path = || self.path("failback");
        let takes = self.world.facts.span(&path, &self.way().failback, Direction::MoreIsWorse, None);
        let runs = later.iter().map(|(from, to)| (from + takes, to));
        let back = Intervals::collect(runs);
        if !back.is_empty() {
            course.level = course.level.min(own.level);
        }
        course.up = course.up.union(&back);
    }
}
