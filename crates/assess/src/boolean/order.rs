//! Orders of a part's leaves. The size of a diagram depends on them, and no rule is best for all: a few are tried.

use std::cmp::Reverse;

use super::graph::{Graph, Kind};

/// A rule that puts leaves in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Leaves that occur in the same gates near each other.
    Near,
    /// Walk from the top, inputs with few leaves first.
    Light,
    /// Walk from the top, inputs with many leaves first.
    Heavy,
    /// Walk from the top, inputs as written: people write what belongs together side by side.
    Written,
    /// Deepest leaves first, of these the most used first.
    Upwards,
}

/// In the order in which they are tried.
pub(super) const PORTFOLIO: [Rule; 5] = [Rule::Near, Rule::Light, Rule::Heavy, Rule::Written, Rule::Upwards];

/// Rounds after which `Rule::Near` takes what it has; it rarely needs as many.
const ROUNDS: usize = 60;

/// The leaves of `graph` by index, uppermost level first.
pub(super) fn order(graph: &Graph, rule: Rule) -> Vec<u32> {
    let weights = weights(graph);
    let vertices = match rule {
        Rule::Near => near(graph, walk(graph, |node| weights[node])),
        Rule::Light => walk(graph, |node| weights[node]),
        Rule::Heavy => walk(graph, |node| Reverse(weights[node])),
        Rule::Written => walk(graph, |_| ()),
        Rule::Upwards => upwards(graph),
    };
    let leaf = |node: usize| match graph.vertices[node].kind {
        Kind::Event(leaf) => Some(leaf),
        _ => None,
    };
    vertices.into_iter().filter_map(leaf).collect()
}

/// Number of leaves below each vertex, each counted as often as it is met.
fn weights(graph: &Graph) -> Vec<u64> {
    let mut weights: Vec<u64> = Vec::with_capacity(graph.vertices.len());
    for vertex in &graph.vertices {
        let sum = vertex.args.iter().fold(0u64, |sum, arg| sum.saturating_add(weights[arg.node()]));
        weights.push(sum.max(1));
    }
    weights
}

/// Leaves as a walk from the root meets them first, inputs of each gate by `key`.
fn walk<K: Ord>(graph: &Graph, key: impl Fn(usize) -> K) -> Vec<usize> {
    let mut seen = vec![false; graph.vertices.len()];
    let (mut out, mut open) = (Vec::new(), vec![graph.root.node()]);
    while let Some(node) = open.pop() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        let mut args: Vec<usize> = graph.vertices[node].args.iter().map(|arg| arg.node()).collect();
        if args.is_empty() {
            out.push(node);
        }
        args.sort_by_key(|arg| key(*arg));
        open.extend(args.into_iter().rev());
    }
    out
}

fn upwards(graph: &Graph) -> Vec<usize> {
    let uses = graph.uses();
    let mut depths = vec![0; graph.vertices.len()];
    for place in (0..graph.vertices.len()).rev() {
        for arg in &graph.vertices[place].args {
            depths[arg.node()] = depths[arg.node()].max(depths[place] + 1);
        }
    }
    let mut leaves = walk(graph, |_| ());
    leaves.sort_by_key(|leaf| (Reverse(depths[*leaf]), Reverse(uses[*leaf])));
    leaves
}

/// Moves each leaf to the mean place of the gates it is used in, again and again. After FORCE (Aloul, Markov and
/// Sakallah 2003); a gate stands between the mean of its inputs and that of the gates it is used in.
fn near(graph: &Graph, start: Vec<usize>) -> Vec<usize> {
    let mut order = start;
    for _ in 0..ROUNDS {
        let pull = pull(graph, &order);
        let mut next = order.clone();
        next.sort_by(|a, b| pull[*a].total_cmp(&pull[*b]));
        if next == order {
            break;
        }
        order = next;
    }
    order
}

/// For each vertex the mean place of the gates it is used in, when the leaves stand in `order`.
fn pull(graph: &Graph, order: &[usize]) -> Vec<f64> {
    let count = graph.vertices.len();
    let mut places = vec![0.0; count];
    order.iter().enumerate().for_each(|(place, leaf)| places[*leaf] = place as f64);
    for (node, vertex) in graph.vertices.iter().enumerate().filter(|(_, vertex)| !vertex.args.is_empty()) {
        places[node] =
            vertex.args.iter().map(|arg| places[arg.node()]).sum::<f64>() / vertex.args.len() as f64;
    }
    let (mut sums, mut uses) = (vec![0.0; count], vec![0.0; count]);
    for (node, vertex) in graph.vertices.iter().enumerate().rev() {
        if uses[node] > 0.0 {
            sums[node] /= uses[node];
            places[node] = f64::midpoint(places[node], sums[node]);
        }
        for arg in &vertex.args {
            sums[arg.node()] += places[node];
            uses[arg.node()] += 1.0;
        }
    }
    sums
}
