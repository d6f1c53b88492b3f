//! Solves a circuit: part by part, order by order, under limits that grow.

use std::fmt;

use super::bdd::{Bdd, Op};
use super::circuit::Circuit;
use super::graph::{Graph, Kind};
use super::modules::{self, Leaf, Part};
use super::order::{self, PORTFOLIO};
use super::table::{Diagram, Halt, Table};
use super::zbdd::Zbdd;

/// A limit that suits a machine with some gigabytes: 4 million nodes. A node takes up to about 70 bytes while a
/// diagram is being built.
pub const DEFAULT_NODES: usize = 1 << 22;

/// Limit of the first round. Nearly every part of a real plan is solved in it, within a few milliseconds.
const FIRST_LIMIT: usize = 1 << 14;
const LIMIT_FACTOR: usize = 4;

/// Why there is no exact answer. Singles, pairs (`Circuit::single_points`) and `simulate` need none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsolved {
    /// No order of the portfolio gave diagrams of at most so many nodes.
    Limit {
        /// The limit that was given.
        nodes: usize,
    },
    /// The caller asked to stop.
    Stopped,
}

impl fmt::Display for Unsolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsolved::Limit { nodes } => write!(f, "no decision diagram of at most {nodes} nodes was found"),
            Unsolved::Stopped => f.write_str("stopped before the decision diagrams were finished"),
        }
    }
}

impl std::error::Error for Unsolved {}

/// A circuit's function and its minimal cut sets as diagrams, one pair for each module.
#[derive(Clone, Debug)]
pub struct Solution {
    pub(super) modules: Vec<Module>,
    pub(super) probabilities: Vec<Option<f64>>,
}

/// A solved module.
#[derive(Clone, Debug)]
pub(super) struct Module {
    /// What each level stands for; modules stand before those they are leaves of.
    pub(super) leaves: Vec<Leaf>,
    pub(super) function: Diagram,
    pub(super) cuts: Diagram,
}

/// Exact diagrams of `circuit`.
///
/// `nodes` limits the nodes of any diagram while it is being built, and with them memory and time; `stop` is asked
/// every few thousand steps. The answer is the same on every machine, as long as `stop` says no.
///
/// # Errors
/// `Limit` when every order needs more nodes (or, at the same limit, more than 64 steps a node); `Stopped`.
pub fn solve(circuit: &Circuit, nodes: usize, stop: &dyn Fn() -> bool) -> Result<Solution, Unsolved> {
    let parts = modules::split(&Graph::of(circuit));
    let modules = parts.iter().map(|part| module(part, nodes, stop)).collect::<Result<_, _>>()?;
    let probabilities = circuit.events().map(|event| circuit.probability(event)).collect();
    Ok(Solution { modules, probabilities })
}

/// The first success of the portfolio under a small limit, then under larger ones: a bad order costs little more
/// than a good one needs.
fn module(part: &Part, nodes: usize, stop: &dyn Fn() -> bool) -> Result<Module, Unsolved> {
    let mut limit = FIRST_LIMIT.min(nodes);
    loop {
        for rule in PORTFOLIO {
            match attempt(part, &order::order(&part.graph, rule), limit, stop) {
                Ok(module) => return Ok(module),
                Err(Halt::Stopped) => return Err(Unsolved::Stopped),
                Err(Halt::Limit) => {}
            }
        }
        if limit >= nodes {
            return Err(Unsolved::Limit { nodes });
        }
        limit = limit.saturating_mul(LIMIT_FACTOR).min(nodes);
    }
}

fn attempt(part: &Part, order: &[u32], limit: usize, stop: &dyn Fn() -> bool) -> Result<Module, Halt> {
    let function = function(&part.graph, order, limit, stop)?;
    let cuts = Zbdd::new(Table::new(limit, stop)).minimal(&function)?;
    Ok(Module { leaves: order.iter().map(|leaf| part.leaves[*leaf as usize]).collect(), function, cuts })
}

/// The graph's function, with the leaf `order[i]` at level i.
fn function(graph: &Graph, order: &[u32], limit: usize, stop: &dyn Fn() -> bool) -> Result<Diagram, Halt> {
    let mut bdd = Bdd::new(Table::new(limit, stop));
    let mut levels = vec![0; graph.vertices.len()];
    (0..).zip(order).for_each(|(level, leaf)| levels[*leaf as usize] = level);
    let mut done: Vec<u32> = Vec::with_capacity(graph.vertices.len());
    for vertex in &graph.vertices {
        let mut args = Vec::with_capacity(vertex.args.len());
        for arg in &vertex.args {
            let value = done[arg.node()];
            args.push(if arg.negated() { bdd.not(value)? } else { value });
        }
        done.push(match vertex.kind {
            Kind::True => super::table::ONE,
            Kind::Event(leaf) => bdd.leaf(levels[leaf as usize])?,
            Kind::And => bdd.fold(Op::And, args)?,
            Kind::Or => bdd.fold(Op::Or, args)?,
            Kind::Xor => bdd.fold(Op::Xor, args)?,
            Kind::AtLeast(count) => bdd.at_least(count as usize, args)?,
        });
    }
    let top = done[graph.root.node()];
    let top = if graph.root.negated() { bdd.not(top)? } else { top };
    Ok(Diagram::extract(&bdd.table, top))
}
