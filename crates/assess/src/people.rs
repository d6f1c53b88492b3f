//! Who is left to do the work: people are not contents of a place, and deputies stand in.

use base::{Id, Span};
use plan::{Effect, Fact, Placement};

use crate::condition::{Condition, Damage};
use crate::net::{Node, Thing};
use crate::trace::{Answer, Ask};
use crate::world::World;

impl World<'_> {
    /// People are not contents: a lost place takes them only if the loss says so. Deputies stand in.
    pub(crate) fn team(&self, node: Node, team: &plan::Team) -> Condition {
        let nobody = self.heads(node, team).0 == 0;
        // Deputies may do its work; what its people had with them is lost all the same.
        let mut out = Condition { fewer: u32::from(nobody), ..Condition::WELL };
        let Some(who) = self.stands_in(node) else {
            let cause = self.heads(node, team).1;
            out.damaged(Damage::Gone, cause.as_ref().unwrap_or_else(|| self.net.id(node)));
            return out;
        };
        if who == node && nobody {
            out.outage(&self.outage_of(node), self.net.id(node));
        }
        out
    }

    /// Who does the work of a team: its own people, or the first of its deputies who are there.
    pub(crate) fn stands_in(&self, node: Node) -> Option<Node> {
        let Thing::Team(_) = self.net.thing(node) else { return Some(node) };
        // No place of people is ever renewed.
        let left = self.left();
        let trace = &left.asked.trace;
        let who = trace.aside(|| left.who_is_there(node));
        let answer = || if who == Some(node) { Answer::AsEver } else { Answer::StandIn(who) };
        trace.note(Ask::StandIn(node), answer);
        who
    }

    pub(crate) fn who_is_there(&self, node: Node) -> Option<Node> {
        let there = |node: Node| match self.net.thing(node) {
            Thing::Team(team) => {
                let exists = self.facts.exists(&|| self.net.path(node, "exists"), &team.common.exists);
                exists && self.heads(node, team).0 > 0
            }
            _ => false,
        };
        let deputies = self.net.wire(node).deputies.iter().copied();
        let back = || self.only_away(node).then_some(node);
        std::iter::once(node).chain(deputies).find(|who| there(*who)).or_else(back)
    }

    /// Whether the people of a team are only away for a time.
    fn only_away(&self, node: Node) -> bool {
        self.left().look(node);
        let hit = self.hit.get(&node).is_some_and(|all| all.iter().all(|effect| *effect == Effect::Out));
        hit && self.comes_back(node)
    }

    /// Heads of a team that a loss leaves, and the place that took some. One head is lost where the team itself is hit.
    pub(crate) fn heads(&self, node: Node, team: &plan::Team) -> (u32, Option<Id>) {
        self.left().look(node);
        let unknown = || if self.facts.luck(&|| self.net.path(node, "at")) { 2 } else { 1 };
        match &team.at {
            Placement::At(_) => {}
            Placement::OneOf(_) | Placement::Unknown => {
                let taken = self.loss.takes_people
                    && self.placed(node, &team.at).damage == Damage::Gone
                    && self.somewhere_with_people(node, &team.at);
                let heads: u32 = unknown();
                return (if taken { 0 } else { heads.saturating_sub(self.absent(node, heads)) }, None);
            }
        }
        let (mut all, mut heads, mut cause) = (0u32, 0u32, None);
        for (place, n) in &self.net.wire(node).at {
            all = all.saturating_add((*n).max(1));
            if self.takes_people_of(*place) {
                cause = Some(self.net.id(*place).clone());
            } else {
                heads = heads.saturating_add(if *n == 0 { unknown() } else { *n });
            }
        }
        (heads.saturating_sub(self.absent(node, all)), cause)
    }

    /// The first instant not before `at` that is within the hours of people. Where nobody knows these, they are never
    /// there at the worst.
    pub(crate) fn within_hours(&self, who: Node, at: Span) -> Span {
        let hours = match self.net.thing(who) {
            Thing::Team(team) => &team.hours,
            Thing::Supplier(supplier) => &supplier.hours,
            _ => return at,
        };
        match hours {
            Fact::Absent => at,
            Fact::Exact(hours) => {
                let monday = self.loss.moment.unwrap_or_else(|| hours.closing());
                hours.next(monday + at) - monday
            }
            _ if self.facts.luck(&|| self.net.path(who, "hours")) => at,
            _ => Span::NEVER,
        }
    }

    /// Whether a supplier comes at all when it is called. Everybody else does.
    pub(crate) fn comes(&self, who: Node) -> bool {
        let Thing::Supplier(supplier) = self.net.thing(who) else { return true };
        self.facts.comes(&|| self.net.path(who, "commitment"), &supplier.commitment)
    }

    /// Whether somebody works without coming: a supplier that can from afar.
    pub(crate) fn works_afar(&self, who: Node) -> bool {
        let Thing::Supplier(supplier) = self.net.thing(who) else { return false };
        self.facts.flag(&|| self.net.path(who, "remote"), &supplier.remote)
    }

    /// Whether a place is lost together with its people.
    pub(crate) fn takes_people_of(&self, place: Node) -> bool {
        let left = self.left();
        // Places are never renewed.
        let taken = self.loss.takes_people
            && !self.focus.spared.contains(&place)
            && left.asked.trace.aside(|| left.condition(place).damage) == Damage::Gone;
        let answer = || if taken { Answer::Taken } else { Answer::AsEver };
        left.asked.trace.note(Ask::Taken(place), answer);
        taken
    }

    /// Whether the place of a team of which nobody knows where it is may be one that is lost with its people.
    fn somewhere_with_people(&self, node: Node, at: &Placement) -> bool {
        let places: Vec<Node> = match at {
            Placement::OneOf(places) => places.iter().filter_map(|id| self.net.find(id)).collect(),
            _ => self.net.plan.sites.keys().filter_map(|id| self.net.find(id)).collect(),
        };
        let taken = places.iter().filter(|place| self.takes_people_of(**place)).count();
        match taken {
            0 => false,
            _ if taken == places.len() => true,
            _ => !self.facts.luck(&|| self.net.path(node, "at")),
        }
    }
}
