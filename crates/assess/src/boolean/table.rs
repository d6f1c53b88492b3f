//! Where the nodes of decision diagrams live: one arena, handles of 32 bits, each node once.

/// Handle of the diagram of "never" and of the empty family.
pub(super) const ZERO: u32 = 0;
/// Handle of the diagram of "always" and of the family that holds only the empty set.
pub(super) const ONE: u32 = 1;
/// Level of the two ends: below all others.
pub(super) const END: u32 = u32::MAX;

/// Handles must leave two bits for the operation in the cache's keys.
const MOST_NODES: usize = 1 << 30;
/// How many steps pass between two questions to the caller whether to stop.
const STEPS_BETWEEN_STOPS: u64 = 1 << 14;

/// Why a diagram was not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// It needs more nodes, or far more steps, than allowed.
    Limit,
    /// The caller wants to stop.
    Stopped,
}

/// A node: the variable at `level` decides between the diagrams `high` and `low`. Smaller levels stand above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) level: u32,
    pub(super) high: u32,
    pub(super) low: u32,
}

#[derive(Clone, Copy)]
struct Entry {
    f: u32,
    g: u32,
    result: u32,
}

const VACANT: Entry = Entry { f: u32::MAX, g: u32::MAX, result: 0 };

/// Nodes, the index that keeps each unique, and a cache of results of operations that forgets on collision.
pub(super) struct Table<'a> {
    nodes: Vec<Node>,
    /// Open addressing, 0 for vacant: handle 0 is an end and never looked up.
    slots: Vec<u32>,
    cache: Vec<Entry>,
    /// Results remembered since the cache last grew.
    remembered: usize,
    limit: usize,
    steps: u64,
    stop: &'a dyn Fn() -> bool,
}

impl<'a> Table<'a> {
    /// An arena for at most `limit` nodes; `stop` is asked now and then.
    pub(super) fn new(limit: usize, stop: &'a dyn Fn() -> bool) -> Table<'a> {
        let end = |side| Node { level: END, high: side, low: side };
        Table {
            nodes: vec![end(ZERO), end(ONE)],
            slots: vec![0; 1 << 8],
            cache: vec![VACANT; 1 << 8],
            remembered: 0,
            limit: limit.min(MOST_NODES),
            steps: 0,
            stop,
        }
    }

    pub(super) fn get(&self, handle: u32) -> Node {
        self.nodes[handle as usize]
    }

    pub(super) fn level(&self, handle: u32) -> u32 {
        self.nodes[handle as usize].level
    }

    /// The node with these parts, made if it is not there yet. Reduction rules are the caller's.
    pub(super) fn unique(&mut self, node: Node) -> Result<u32, Halt> {
        let mask = self.slots.len() - 1;
        let mut place = hash(node.level ^ node.high.rotate_left(16), node.low) as usize & mask;
        loop {
            match self.slots[place] {
                0 => break,
                handle if self.nodes[handle as usize] == node => return Ok(handle),
                _ => place = (place + 1) & mask,
            }
        }
        if self.nodes.len() >= self.limit {
            return Err(Halt::Limit);
        }
        // The limit keeps lengths far below 2^32.
        let handle = self.nodes.len() as u32;
        self.nodes.push(node);
        self.slots[place] = handle;
        if self.nodes.len() * 2 > self.slots.len() {
            self.grow();
        }
        Ok(handle)
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        self.slots = vec![0; mask + 1];
        for (handle, node) in self.nodes.iter().enumerate().skip(2) {
            let mut place = hash(node.level ^ node.high.rotate_left(16), node.low) as usize & mask;
            while self.slots[place] != 0 {
                place = (place + 1) & mask;
            }
            self.slots[place] = handle as u32;
        }
    }

    /// The remembered result of an operation on two keys, if it was not forgotten.
    pub(super) fn recall(&self, f: u32, g: u32) -> Option<u32> {
        let entry = self.cache[hash(f, g) as usize & (self.cache.len() - 1)];
        (entry.f == f && entry.g == g).then_some(entry.result)
    }

    pub(super) fn remember(&mut self, f: u32, g: u32, result: u32) {
        self.remembered += 1;
        if self.remembered > self.cache.len() && self.cache.len() < self.limit * 2 {
            self.grow_cache();
        }
        let place = hash(f, g) as usize & (self.cache.len() - 1);
        self.cache[place] = Entry { f, g, result };
    }

    /// Operations meet more pairs of nodes than there are nodes, so the cache grows with the work done.
    fn grow_cache(&mut self) {
        let mask = self.cache.len() * 2 - 1;
        let old = std::mem::replace(&mut self.cache, vec![VACANT; mask + 1]);
        for entry in old.into_iter().filter(|entry| entry.f != u32::MAX) {
            self.cache[hash(entry.f, entry.g) as usize & mask] = entry;
        }
        self.remembered = 0;
    }

    /// Counts a step of work. An operation that makes few nodes but takes for ever ends here.
    pub(super) fn step(&mut self) -> Result<(), Halt> {
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS_BETWEEN_STOPS) {
            if (self.stop)() {
                return Err(Halt::Stopped);
            }
            if self.steps / 64 > self.limit as u64 {
                return Err(Halt::Limit);
            }
        }
        Ok(())
    }
}

/// Mixes two words; the high half of the product is the well-mixed one.
fn hash(a: u32, b: u32) -> u32 {
    let key = u64::from(a) << 32 | u64::from(b);
    let mixed = (key ^ key >> 29).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ mixed >> 32).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 32) as u32
}

/// One finished diagram, copied out of its arena: nodes below stand before nodes above, 0 and 1 are the ends.
#[derive(Clone, Debug)]
pub(super) struct Diagram {
    pub(super) nodes: Vec<Node>,
    pub(super) root: u32,
}

impl Diagram {
    /// What is reachable from `root`. In the arena, nodes below were made before nodes above, and stay in order.
    pub(super) fn extract(table: &Table<'_>, root: u32) -> Diagram {
        let top = root as usize;
        let mut reached = vec![false; top + 1];
        reached[top] = true;
        let mut place = vec![0; top + 1];
        for handle in (2..=top).rev() {
            if reached[handle] {
                let node = table.nodes[handle];
                reached[node.high as usize] = true;
                reached[node.low as usize] = true;
            }
        }
        let mut nodes = table.nodes[..2].to_vec();
        if let Some(one) = place.get_mut(1) {
            *one = 1;
        }
        for handle in 2..=top {
            if reached[handle] {
                let Node { level, high, low } = table.nodes[handle];
                place[handle] = nodes.len() as u32;
                nodes.push(Node { level, high: place[high as usize], low: place[low as usize] });
            }
        }
        Diagram { nodes, root: place[top] }
    }

    /// For each node how many others (and the outside, for the root) refer to it.
    pub(super) fn uses(&self) -> Vec<u32> {
        let mut uses = vec![0; self.nodes.len()];
        uses[self.root as usize] = 1;
        for node in self.nodes.iter().skip(2) {
            uses[node.high as usize] += 1;
            uses[node.low as usize] += 1;
        }
        uses
    }

    /// Computes a value per node, ends first: `ends` for 0 and 1, then `step(node, value of high, value of low)`.
    pub(super) fn upwards<T: Clone>(&self, ends: [T; 2], step: impl Fn(&Node, &T, &T) -> T) -> Vec<T> {
        let mut out = Vec::with_capacity(self.nodes.len());
        out.extend(ends);
        for node in self.nodes.iter().skip(2) {
            let value = step(node, &out[node.high as usize], &out[node.low as usize]);
            out.push(value);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(level: u32) -> Node {
        Node { level, high: ONE, low: ZERO }
    }

    #[test]
    fn a_node_stands_once_however_much_the_table_grew_since() {
        let never = || false;
        let mut table = Table::new(100_000, &never);
        let first: Vec<u32> = (0..5000).map(|level| table.unique(node(level)).unwrap()).collect();
        let again: Vec<u32> = (0..5000).map(|level| table.unique(node(level)).unwrap()).collect();
        assert_eq!(first, again);
        assert_eq!(first, (2..5002).collect::<Vec<u32>>());
    }

    #[test]
    fn the_limit_counts_the_ends_too_and_known_nodes_are_still_found() {
        let never = || false;
        let mut table = Table::new(4, &never);
        assert!(table.unique(node(0)).is_ok() && table.unique(node(1)).is_ok());
        assert_eq!(table.unique(node(2)), Err(Halt::Limit));
        assert_eq!(table.unique(node(1)), Ok(3));
    }

    #[test]
    fn work_without_nodes_ends_at_64_steps_a_node() {
        let never = || false;
        let mut table = Table::new(1000, &never);
        let steps = (0..200_000).take_while(|_| table.step().is_ok()).count() as u64;
        assert_eq!(steps, STEPS_BETWEEN_STOPS * (64 * 1000 / STEPS_BETWEEN_STOPS + 1) - 1);
    }

    #[test]
    fn results_are_those_of_their_keys_or_forgotten() {
        let never = || false;
        let mut table = Table::new(10_000, &never);
        (0..5000).for_each(|f| table.remember(f, f / 2, f + 7));
        let known =
            (0..5000).filter(|f| table.recall(*f, f / 2).inspect(|r| assert_eq!(*r, f + 7)).is_some());
        let known = known.count();
        assert!(known > 2000, "{known}");
        assert_eq!(table.recall(3, 3), None);
    }
}
