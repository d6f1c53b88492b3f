//! Binary decision diagrams: exact functions of a module's leaves.
//!
//! Bryant 1986, "Graph-based algorithms for Boolean function manipulation". Without complement edges: they share a
//! diagram with its negation, and a monotone function that is not constant never meets its negation.

use super::table::{Halt, Node, ONE, Table, ZERO};

/// Operations of two diagrams. The number goes into the key of the cache, above the 30 bits of a handle.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    And = 0,
    Or = 1,
    Xor = 2,
}

/// An operation half done: at `level`, `high` is known or still `PENDING`.
struct Frame {
    f: u32,
    g: u32,
    level: u32,
    high: u32,
}

const PENDING: u32 = u32::MAX;

pub(super) struct Bdd<'a> {
    pub(super) table: Table<'a>,
    /// Explicit, since a plan may have more events than the thread's stack has room for.
    stack: Vec<Frame>,
}

impl<'a> Bdd<'a> {
    pub(super) fn new(table: Table<'a>) -> Bdd<'a> {
        Bdd { table, stack: Vec::new() }
    }

    /// The function that is true when the leaf at `level` is.
    pub(super) fn leaf(&mut self, level: u32) -> Result<u32, Halt> {
        self.node(level, ONE, ZERO)
    }

    pub(super) fn not(&mut self, f: u32) -> Result<u32, Halt> {
        self.apply(Op::Xor, f, ONE)
    }

    fn node(&mut self, level: u32, high: u32, low: u32) -> Result<u32, Halt> {
        if high == low { Ok(high) } else { self.table.unique(Node { level, high, low }) }
    }

    /// Both sides of `f` at `level`, which is not below its root.
    fn sides(&self, f: u32, level: u32) -> (u32, u32) {
        let node = self.table.get(f);
        if node.level == level { (node.high, node.low) } else { (f, f) }
    }

    /// `f op g`.
    pub(super) fn apply(&mut self, op: Op, mut f: u32, mut g: u32) -> Result<u32, Halt> {
        self.stack.clear();
        loop {
            if f > g {
                (f, g) = (g, f);
            }
            let known = trivial(op, f, g).or_else(|| self.table.recall(key(op, f), g));
            let Some(result) = known else {
                self.table.step()?;
                let level = self.table.level(f).min(self.table.level(g));
                let next = (self.sides(f, level).0, self.sides(g, level).0);
                self.stack.push(Frame { f, g, level, high: PENDING });
                (f, g) = next;
                continue;
            };
            match self.climb(op, result)? {
                Climb::Done(result) => return Ok(result),
                Climb::Next(a, b) => (f, g) = (a, b),
            }
        }
    }

    /// Hands `result` up until some frame still lacks its low side.
    fn climb(&mut self, op: Op, mut result: u32) -> Result<Climb, Halt> {
        while let Some(frame) = self.stack.last_mut() {
            if frame.high == PENDING {
                frame.high = result;
                let (f, g, level) = (frame.f, frame.g, frame.level);
                return Ok(Climb::Next(self.sides(f, level).1, self.sides(g, level).1));
            }
            let Frame { f, g, level, high } = *frame;
            self.stack.pop();
            result = self.node(level, high, result)?;
            self.table.remember(key(op, f), g, result);
        }
        Ok(Climb::Done(result))
    }

    /// All of `inputs` combined. Deepest first: each further step then works near the root only.
    pub(super) fn fold(&mut self, op: Op, mut inputs: Vec<u32>) -> Result<u32, Halt> {
        inputs.sort_by_key(|f| std::cmp::Reverse(self.table.level(*f)));
        let neutral = if op == Op::And { ONE } else { ZERO };
        inputs.into_iter().try_fold(neutral, |all, f| self.apply(op, f, all))
    }

    /// At least `count` of `inputs`: with the inputs one after another, row j is "at least j of those seen so far".
    /// Takes at most `count` times the number of inputs operations, each on functions of the gate's own.
    pub(super) fn at_least(&mut self, count: usize, mut inputs: Vec<u32>) -> Result<u32, Halt> {
        inputs.sort_by_key(|f| std::cmp::Reverse(self.table.level(*f)));
        let mut rows = vec![ZERO; count + 1];
        rows[0] = ONE;
        for f in inputs {
            for j in (1..=count).rev() {
                let with = self.apply(Op::And, f, rows[j - 1])?;
                rows[j] = self.apply(Op::Or, with, rows[j])?;
            }
        }
        Ok(rows[count])
    }
}

enum Climb {
    Done(u32),
    Next(u32, u32),
}

fn key(op: Op, f: u32) -> u32 {
    f | (op as u32) << 30
}

/// Results that need no look at the nodes; `f <= g`.
fn trivial(op: Op, f: u32, g: u32) -> Option<u32> {
    match (op, f) {
        (Op::And, ZERO) => Some(ZERO),
        (Op::And, ONE) | (Op::Or | Op::Xor, ZERO) => Some(g),
        (Op::Or, ONE) => Some(ONE),
        (Op::Xor, _) if f == g => Some(ZERO),
        (Op::And | Op::Or, _) if f == g => Some(f),
        _ => None,
    }
}
