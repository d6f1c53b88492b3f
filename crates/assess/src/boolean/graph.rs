//! The circuit made simple: constants gone, equal gates merged, nested gates of one kind drawn together.

use std::collections::{HashMap, HashSet};

use super::circuit::{Circuit, Gate, Signal};

/// A reference to a node, with a bit that says whether its value is turned round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Edge(u32);

impl Edge {
    /// Node 0 is "true".
    pub(super) const TRUE: Edge = Edge(0);
    pub(super) const FALSE: Edge = Edge(1);

    fn to(place: usize) -> Edge {
        Edge((place as u32) << 1)
    }

    pub(super) fn node(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub(super) fn negated(self) -> bool {
        self.0 & 1 == 1
    }

    pub(super) fn not_if(self, turn: bool) -> Edge {
        Edge(self.0 ^ u32::from(turn))
    }

    fn not(self) -> Edge {
        self.not_if(true)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    True,
    /// Index of the event.
    Event(u32),
    And,
    Or,
    AtLeast(u32),
    Xor,
}

#[derive(Clone, Debug)]
pub(super) struct Vertex {
    pub(super) kind: Kind,
    pub(super) args: Vec<Edge>,
}

/// Gates with at least two inputs each, none of them constant; inputs stand before the gates that use them.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    pub(super) vertices: Vec<Vertex>,
    pub(super) root: Edge,
}

impl Graph {
    /// The circuit's function, simplified until nothing changes.
    pub(super) fn of(circuit: &Circuit) -> Graph {
        let mut maker = Maker::new();
        let mut edges: Vec<Edge> = Vec::with_capacity(circuit.gates.len());
        for gate in &circuit.gates {
            let of = |args: &[Signal]| args.iter().map(|signal| edges[signal.0 as usize]).collect();
            let edge = match gate {
                Gate::Constant(value) => Edge::FALSE.not_if(*value),
                Gate::Event(event) => maker.event(event.0),
                Gate::And(args) => maker.gate(Kind::And, of(args)),
                Gate::Or(args) => maker.gate(Kind::Or, of(args)),
                Gate::AtLeast(count, args) => maker.gate(Kind::AtLeast(*count), of(args)),
                Gate::Xor(args) => maker.gate(Kind::Xor, of(args)),
                Gate::Not(arg) => edges[arg.0 as usize].not(),
            };
            edges.push(edge);
        }
        maker.finish(edges[circuit.top.0 as usize]).settle()
    }

    /// Draws gates together until a round changes nothing: each round can make new neighbours of one kind.
    fn settle(mut self) -> Graph {
        loop {
            let size = self.size();
            let absorbed = self.absorbed();
            self = self.rebuild(|old, place, _, edges| {
                (!absorbed[place]).then(|| old.gathered(place, &absorbed, edges))
            });
            if self.size() == size {
                return self;
            }
        }
    }

    fn size(&self) -> (usize, usize) {
        (self.vertices.len(), self.vertices.iter().map(|vertex| vertex.args.len()).sum())
    }

    /// For each vertex whether the root needs it, and how many inputs it is.
    pub(super) fn uses(&self) -> Vec<u32> {
        let mut uses = vec![0u32; self.vertices.len()];
        uses[self.root.node()] = 1;
        for place in (0..self.vertices.len()).rev() {
            if uses[place] > 0 {
                self.vertices[place].args.iter().for_each(|arg| uses[arg.node()] += 1);
            }
        }
        uses
    }

    /// A new graph of what the root needs. `inputs(self, place, new graph, new edges)` gives the inputs of a gate,
    /// or none if the new graph needs no such gate.
    pub(super) fn rebuild(
        &self,
        inputs: impl Fn(&Graph, usize, &mut Maker, &[Edge]) -> Option<Vec<Edge>>,
    ) -> Graph {
        let uses = self.uses();
        let mut maker = Maker::new();
        let mut edges = vec![Edge::TRUE; self.vertices.len()];
        for (place, vertex) in self.vertices.iter().enumerate().skip(1).filter(|(place, _)| uses[*place] > 0)
        {
            if let Kind::Event(event) = vertex.kind {
                edges[place] = maker.event(event);
            } else if let Some(args) = inputs(self, place, &mut maker, &edges) {
                edges[place] = maker.gate(vertex.kind, args);
            }
        }
        maker.finish(edges[self.root.node()].not_if(self.root.negated()))
    }

    /// Gates used once, by a gate they can be drawn into: `a + (b + c)` is `a + b + c`, and so is `a + (b'·c')'`.
    fn absorbed(&self) -> Vec<bool> {
        let uses = self.uses();
        let mut out = vec![false; self.vertices.len()];
        for (vertex, _) in self.vertices.iter().zip(&uses).filter(|(_, uses)| **uses > 0) {
            for arg in vertex.args.iter().filter(|arg| uses[arg.node()] == 1) {
                out[arg.node()] = match (vertex.kind, self.vertices[arg.node()].kind) {
                    (Kind::And, Kind::And) | (Kind::Or, Kind::Or) => !arg.negated(),
                    (Kind::And, Kind::Or) | (Kind::Or, Kind::And) => arg.negated(),
                    (Kind::Xor, Kind::Xor) => true,
                    _ => false,
                };
            }
        }
        out
    }

    /// Inputs of a gate in the new graph's edges, those of absorbed gates in the place of these.
    fn gathered(&self, place: usize, absorbed: &[bool], edges: &[Edge]) -> Vec<Edge> {
        let parity = self.vertices[place].kind == Kind::Xor;
        let mut out = Vec::new();
        let mut open: Vec<Edge> = self.vertices[place].args.iter().rev().copied().collect();
        while let Some(arg) = open.pop() {
            if absorbed[arg.node()] {
                let inner = self.vertices[arg.node()].args.iter().rev();
                open.extend(inner.map(|edge| edge.not_if(arg.negated() && !parity)));
                out.extend((arg.negated() && parity).then_some(Edge::TRUE));
            } else {
                out.push(edges[arg.node()].not_if(arg.negated()));
            }
        }
        out
    }

    /// Value of each vertex when no event is true.
    pub(super) fn values_at_nothing(&self) -> Vec<bool> {
        let mut values: Vec<bool> = Vec::with_capacity(self.vertices.len());
        for vertex in &self.vertices {
            let count = vertex.args.iter().filter(|arg| values[arg.node()] != arg.negated()).count();
            values.push(match vertex.kind {
                Kind::True => true,
                Kind::Event(_) => false,
                Kind::And => count == vertex.args.len(),
                Kind::Or => count > 0,
                Kind::Xor => count % 2 == 1,
                Kind::AtLeast(least) => count >= least as usize,
            });
        }
        values
    }
}

/// Builds a graph in which no gate is trivial and none stands twice.
pub(super) struct Maker {
    vertices: Vec<Vertex>,
    known: HashMap<(Kind, Vec<Edge>), Edge>,
}

impl Maker {
    pub(super) fn new() -> Maker {
        Maker { vertices: vec![Vertex { kind: Kind::True, args: Vec::new() }], known: HashMap::new() }
    }

    pub(super) fn finish(self, root: Edge) -> Graph {
        Graph { vertices: self.vertices, root }
    }

    pub(super) fn event(&mut self, index: u32) -> Edge {
        self.vertex(Kind::Event(index), Vec::new())
    }

    /// The gate with these inputs, or what it comes down to.
    pub(super) fn gate(&mut self, kind: Kind, args: Vec<Edge>) -> Edge {
        match kind {
            Kind::And => match alternatives(args, Edge::TRUE) {
                None => Edge::FALSE,
                Some(args) => self.vertex(Kind::And, args),
            },
            Kind::Or => match alternatives(args, Edge::FALSE) {
                None => Edge::TRUE,
                Some(args) => self.vertex(Kind::Or, args),
            },
            Kind::Xor => self.parity(args),
            Kind::AtLeast(count) => self.at_least(count, args),
            Kind::True | Kind::Event(_) => self.vertex(kind, args),
        }
    }

    fn parity(&mut self, args: Vec<Edge>) -> Edge {
        let truths = args.iter().filter(|arg| arg.node() == 0).count();
        let turned = truths + args.iter().filter(|arg| arg.negated()).count();
        let mut odd = HashSet::new();
        for node in args.iter().map(|arg| arg.node()).filter(|node| *node != 0) {
            if !odd.remove(&node) {
                odd.insert(node);
            }
        }
        let once = args.iter().map(|arg| arg.node()).filter(|node| odd.remove(node)).map(Edge::to).collect();
        self.vertex(Kind::Xor, once).not_if(turned % 2 == 1)
    }

    fn at_least(&mut self, count: u32, args: Vec<Edge>) -> Edge {
        let sure = args.iter().filter(|arg| **arg == Edge::TRUE).count();
        let count = (count as usize).saturating_sub(sure);
        let open: Vec<Edge> = args.into_iter().filter(|arg| arg.node() != 0).collect();
        match count {
            0 => Edge::TRUE,
            1 => self.gate(Kind::Or, open),
            n if n > open.len() => Edge::FALSE,
            n if n == open.len() => self.gate(Kind::And, open),
            n => self.vertex(Kind::AtLeast(n as u32), open),
        }
    }

    /// The vertex with these parts, made if it is not there yet.
    fn vertex(&mut self, kind: Kind, args: Vec<Edge>) -> Edge {
        match (kind, args.as_slice()) {
            (Kind::And, []) => return Edge::TRUE,
            (Kind::Or | Kind::Xor, []) => return Edge::FALSE,
            (Kind::And | Kind::Or | Kind::Xor, [single]) => return *single,
            _ => {}
        }
        let mut sorted = args.clone();
        sorted.sort_unstable();
        let place = self.vertices.len();
        let edge = *self.known.entry((kind, sorted)).or_insert(Edge::to(place));
        if edge.node() == place {
            self.vertices.push(Vertex { kind, args });
        }
        edge
    }
}

/// Inputs of an and (`neutral` true) or or (`neutral` false), each once, without the neutral; none when the others
/// do not matter, because one is the opposite of the neutral or of another. The order of first mention is kept.
fn alternatives(args: Vec<Edge>, neutral: Edge) -> Option<Vec<Edge>> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for arg in args.into_iter().filter(|arg| *arg != neutral) {
        if arg == neutral.not() || seen.contains(&arg.not()) {
            return None;
        }
        if seen.insert(arg) {
            out.push(arg);
        }
    }
    Some(out)
}
