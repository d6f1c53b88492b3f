//! What of a plan a loss changes at all, for comparing losses.

use std::rc::Rc;

use plan::{Effect, RegionKind};

use crate::facts::Touched;
use crate::interval::Intervals;
use crate::net::{Node, Thing};
use crate::route::leads;
use crate::trace::{Answer, Ask, By, Strike};
use crate::world::World;

impl World<'_> {
    /// Notes that it is asked how a thing is hit.
    pub(crate) fn look(&self, node: Node) {
        let trace = &self.asked.trace;
        if trace.notes_all() && !self.reaches(node).is_empty() {
            trace.apart();
        }
        trace.note(Ask::Struck(node), || self.strikes(node));
    }

    /// Notes that it is asked for how long somebody else was in control.
    pub(crate) fn notes_dwelling(&self) {
        self.asked.trace.note(Ask::Dwelt, || self.dwelt().map_or(Answer::AsEver, Answer::Dwelt));
    }

    /// Whether something gets this answer here.
    pub(crate) fn answers(&self, ask: Ask, answer: &Answer) -> bool {
        match ask {
            Ask::Thing(node) => match (self.known_of(node), answer) {
                (None, Answer::AsEver) => true,
                (Some(is), Answer::Thing(was)) => {
                    Rc::ptr_eq(is, was) || is.condition.fares_like(&was.condition)
                }
                _ => false,
            },
            Ask::Struck(node) => self.reaches(node).is_empty() && self.strikes(node).is(answer, true),
            Ask::Taken(place) => {
                self.asked.trace.aside(|| self.takes_people_of(place)) == matches!(answer, Answer::Taken)
            }
            Ask::StandIn(team) => match (self.asked.trace.aside(|| self.who_is_there(team)), answer) {
                (Some(who), Answer::AsEver) => who == team,
                (who, Answer::StandIn(was)) => who == *was,
                _ => false,
            },
            Ask::Dwelt => self.dwelt().map_or(Answer::AsEver, Answer::Dwelt).is(answer, true),
            Ask::Lines(a, b) => leads(self, a, b).is(answer, true),
            Ask::Service(_) | Ask::Room(_) | Ask::Free(_) => false,
        }
    }

    /// Whether a thing may be hit.
    fn may_be_struck(&self, node: Node) -> bool {
        self.hit.contains_key(&node)
            || self.net.regions(node).iter().any(|region| self.hit.contains_key(region))
            || self.net.thing(node).common().more_regions
    }

    fn strikes(&self, node: Node) -> Answer {
        if !self.may_be_struck(node) {
            return Answer::AsEver;
        }
        let known = self.asked.strikes.borrow().get(&node).cloned();
        let strikes = known.unwrap_or_else(|| {
            let strikes = self.asked.trace.aside(|| self.struck_by(node));
            self.asked.strikes.borrow_mut().insert(node, Rc::clone(&strikes));
            strikes
        });
        if strikes.is_empty() { Answer::AsEver } else { Answer::Struck(strikes) }
    }

    fn struck_by(&self, node: Node) -> Rc<[Strike]> {
        let outage = |effect: Effect, out: &dyn Fn() -> Intervals| match effect {
            Effect::Out => out(),
            Effect::Wiped | Effect::Gone => Intervals::none(),
        };
        let own = self.hit.get(&node).into_iter().flatten().map(|effect| {
            let out = outage(*effect, &|| self.outage_of(node));
            Strike { effect: *effect, by: By::Name, out }
        });
        let regions = self.hit_regions(node).filter_map(|(at, effect)| {
            let Thing::Region(region) = self.net.thing(at) else { return None };
            let grid = region.kind == RegionKind::Power || region.built_in;
            let by = if grid { By::Grid(self.fed_there(node, at)) } else { By::Region };
            Some(Strike { effect, by, out: outage(effect, &|| self.region_outage(at, region)) })
        });
        own.chain(regions).collect()
    }

    /// Lines that do not work as ever.
    pub(crate) fn lines_hit(&self) -> &[Node] {
        self.asked.lines_hit.get_or_init(|| {
            let hit = |node: &Node| matches!(self.net.thing(*node), Thing::Link(_));
            self.known.keys().copied().filter(hit).collect()
        })
    }

    /// Whether how a thing fares rests on no fact that is not known.
    pub(crate) fn is_sure(&self, node: Node) -> bool {
        self.known.get(&node).is_none_or(|known| known.touched == Touched::default())
    }

    /// Everything that may be anything but what it always is.
    pub(crate) fn things_hit(&self) -> impl Iterator<Item = Node> + '_ {
        let members = self.hit.keys().flat_map(|region| self.net.members(*region));
        self.known.keys().chain(self.hit.keys()).chain(members).copied()
    }
}
