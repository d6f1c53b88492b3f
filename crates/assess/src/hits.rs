//! What of a plan a loss changes at all, for comparing losses.

use std::rc::Rc;

use plan::{Effect, RegionKind};

use crate::condition::Condition;
use crate::facts::Touched;
use crate::interval::Intervals;
use crate::net::{Node, Thing};
use crate::route::leads_alike;
use crate::trace::{By, Seen, Strike};
use crate::world::World;

impl World<'_> {
    /// Notes that it is asked how a thing is hit.
    pub(crate) fn look(&self, node: Node) {
        let trace = &self.asked.trace;
        if !trace.is_on() {
        } else if !self.is_hit(node) {
            trace.read(node);
        } else if self.reaches(node).is_empty() {
            trace.saw(node, || Seen::Struck(node, self.strikes(node)));
        } else {
            trace.apart();
        }
    }

    /// Notes that it is asked for how long somebody else was in control.
    pub(crate) fn notes_dwelling(&self) {
        self.asked.trace.saw(Node::MAX, || Seen::Dwelt(self.dwelt()));
    }

    /// Whether what was seen under another loss is to be seen here too.
    pub(crate) fn answers_alike(&self, seen: &Seen) -> bool {
        match seen {
            Seen::Struck(node, strikes) if !self.is_hit(*node) => strikes.is_empty(),
            Seen::Struck(node, strikes) => {
                self.reaches(*node).is_empty() && *self.strikes(*node) == **strikes
            }
            Seen::Taken(place, taken) => self.asked.trace.aside(|| self.takes_people_of(*place)) == *taken,
            Seen::Dwelt(dwelt) => self.dwelt() == *dwelt,
            Seen::Lines(a, b, routes) => leads_alike(self, *a, *b, routes),
        }
    }

    fn strikes(&self, node: Node) -> Rc<[Strike]> {
        let known = self.asked.strikes.borrow().get(&node).cloned();
        known.unwrap_or_else(|| {
            let strikes = self.asked.trace.aside(|| self.struck_by(node));
            self.asked.strikes.borrow_mut().insert(node, Rc::clone(&strikes));
            strikes
        })
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
        self.known.get(&node).is_none_or(|(_, touched)| *touched == Touched::default())
    }

    /// Whether a thing may be anything but what it always is.
    pub(crate) fn is_hit(&self, node: Node) -> bool {
        let (word, bit) = (node as usize / 64, node % 64);
        self.asked.hit.get_or_init(|| self.hit_bits())[word] >> bit & 1 == 1
    }

    /// A bit for each thing that is hit.
    fn hit_bits(&self) -> Vec<u64> {
        let mut bits = vec![0; self.net.nodes().len().div_ceil(64)];
        self.things_hit().for_each(|node| bits[node as usize / 64] |= 1 << (node % 64));
        bits
    }

    /// Everything that may be anything but what it always is.
    pub(crate) fn things_hit(&self) -> impl Iterator<Item = Node> + '_ {
        let members = self.hit.keys().flat_map(|region| self.net.members(*region));
        self.known.keys().chain(self.hit.keys()).chain(members).copied()
    }

    /// How a thing fares under the loss, for comparing.
    pub(crate) fn fares(&self, node: Node) -> &Condition {
        static WELL: Condition = Condition::WELL;
        self.known.get(&node).map_or(&WELL, |(condition, _)| condition)
    }
}
