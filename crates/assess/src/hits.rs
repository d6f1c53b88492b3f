//! What of a plan a loss changes at all, for comparing losses.

use crate::condition::Condition;
use crate::facts::Touched;
use crate::net::{Node, Thing};
use crate::world::World;

impl World<'_> {
    /// Notes that a thing is looked at apart from its condition.
    pub(crate) fn look(&self, node: Node) {
        if self.is_hit(node) { self.asked.trace.hit() } else { self.left().asked.trace.read(node) }
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
