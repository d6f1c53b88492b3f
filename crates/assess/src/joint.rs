//! Losses that come together: all pairs of shared causes, and chosen sets of more.
//!
//! An objective is promised for every single event; what several at once do is for the report (semantics 6). A set of
//! causes is *new* where it makes a service miss what it meets under every smaller set. Causes that reach no service, no
//! person and no standby machine in common do not act on each other: under both, every service fares as under the one
//! that reaches it, so such a set is never worked out.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use base::Id;
use plan::Plan;
use rustc_hash::FxHashSet;

use crate::facts::{Corner, Facts};
use crate::loss::{self, Loss};
use crate::net::{Net, Node, Thing};
use crate::objective::Part;
use crate::verdict::{Context, Stage, State};
use crate::world::World;

/// What several causes together do and no smaller set of them does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Missed, or unknown.
    pub state: State,
    /// The service.
    pub service: Id,
    /// The part of its objective for disasters.
    pub part: Part,
    /// The causes.
    pub causes: Vec<Id>,
    /// Whether it takes the people of lost places being lost too.
    pub with_people: bool,
    /// Whether no order of work could meet it.
    pub certain: bool,
}

/// Objectives that are not met at the worst.
type Short = Rc<BTreeSet<(Node, Part)>>;

/// Sets of shared causes of one plan. Not for several threads at once: each makes its own and works on a range.
pub struct Joint<'a> {
    context: Context<'a>,
    causes: Vec<Loss>,
    /// For each cause: all services that may fare differently, at the worst.
    reached: Vec<FxHashSet<Node>>,
    /// For each cause: people and machines that those services may take.
    pools: Vec<FxHashSet<Node>>,
    known: RefCell<BTreeMap<(Vec<usize>, bool), Short>>,
    worked: Cell<usize>,
}

impl std::fmt::Debug for Joint<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Joint").field("causes", &self.causes.len()).finish_non_exhaustive()
    }
}

impl<'a> Joint<'a> {
    /// All shared causes of the plan: regions, sites, suppliers.
    pub fn new(context: Context<'a>) -> Joint<'a> {
        let causes = loss::shared(context.plan);
        let uses = Uses::of(context.net);
        let reached: Vec<FxHashSet<Node>> =
            causes.iter().map(|cause| uses.reached(&context, cause)).collect();
        let pools = reached.iter().map(|services| uses.pools(context.net, services)).collect();
        Joint { context, causes, reached, pools, known: RefCell::default(), worked: Cell::new(0) }
    }

    /// The causes, by number.
    pub fn causes(&self) -> impl ExactSizeIterator<Item = &str> {
        self.causes.iter().map(|cause| cause.id.as_str())
    }

    /// Number of pairs.
    pub fn pairs(&self) -> usize {
        let n = self.causes.len();
        n * n.saturating_sub(1) / 2
    }

    /// Losses that were worked out so far; the others follow from these.
    pub fn worked(&self) -> usize {
        self.worked.get()
    }

    /// What pairs do that neither of the two does; of all pairs those with these numbers.
    pub fn of_pairs(&self, range: Range<usize>) -> Vec<Finding> {
        let n = self.causes.len();
        let all = (0..n).flat_map(|a| (a + 1..n).map(move |b| [a, b]));
        let mut out: Vec<Finding> =
            all.skip(range.start).take(range.len()).flat_map(|pair| self.of(&pair)).collect();
        out.sort();
        out
    }

    /// What chosen causes do together that no smaller set of them does. Causes that the plan does not have are left out.
    pub fn of_causes(&self, ids: &[&str]) -> Vec<Finding> {
        let number = |id: &&str| self.causes.iter().position(|cause| cause.id == **id);
        let set: BTreeSet<usize> = ids.iter().filter_map(number).collect();
        self.of(&set.into_iter().collect::<Vec<_>>())
    }

    /// What a set does that no smaller one does: people safe, and people lost with their places.
    fn of(&self, set: &[usize]) -> Vec<Finding> {
        if set.len() < 2 || self.parts(set).len() > 1 {
            return Vec::new();
        }
        let mut out = Vec::new();
        let mut before: BTreeSet<(Node, Part)> = BTreeSet::new();
        for people in [false, true] {
            if people && !self.takes_people(set) {
                continue;
            }
            for left_out in set {
                let smaller: Vec<usize> = set.iter().filter(|cause| *cause != left_out).copied().collect();
                before.extend(self.short(&smaller, people).iter());
            }
            let short = self.short(set, people);
            let new: BTreeSet<(Node, Part)> = short.difference(&before).copied().collect();
            if !new.is_empty() {
                out.extend(self.findings(set, people, &new));
            }
            before.extend(new);
        }
        out
    }

    fn takes_people(&self, set: &[usize]) -> bool {
        set.iter().any(|cause| loss::with_people(self.context.plan, &self.causes[*cause]).is_some())
    }

    fn loss(&self, set: &[usize], people: bool) -> Loss {
        let mut loss = loss::join(set.iter().map(|cause| &self.causes[*cause]));
        loss.takes_people = people;
        loss
    }

    /// Objectives missed or open under a set of causes: of those that act on each other worked out, of others the sum.
    fn short(&self, set: &[usize], people: bool) -> Short {
        let people = people && self.takes_people(set);
        let key = (set.to_vec(), people);
        if let Some(known) = self.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        let parts = self.parts(set);
        let short: Short = match parts.as_slice() {
            [_] => {
                self.worked.set(self.worked.get() + 1);
                let loss = self.loss(set, people);
                Rc::new(Stage::new(self.context, &loss).shortfalls())
            }
            _ => {
                let all = parts.iter().map(|part| self.short(part, people));
                Rc::new(all.flat_map(|short| short.iter().copied().collect::<Vec<_>>()).collect())
            }
        };
        self.known.borrow_mut().insert(key, Rc::clone(&short));
        short
    }

    /// The set in parts that do not act on each other.
    fn parts(&self, set: &[usize]) -> Vec<Vec<usize>> {
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for cause in set {
            let (mut joined, apart): (Vec<Vec<usize>>, Vec<Vec<usize>>) =
                parts.into_iter().partition(|part| part.iter().any(|other| self.act(*cause, *other)));
            joined.push(vec![*cause]);
            let mut part: Vec<usize> = joined.concat();
            part.sort_unstable();
            parts = apart;
            parts.push(part);
        }
        parts
    }

    /// Whether two causes may act on each other.
    fn act(&self, a: usize, b: usize) -> bool {
        let meet = |sets: &[FxHashSet<Node>]| {
            let (less, more) = if sets[a].len() < sets[b].len() { (a, b) } else { (b, a) };
            sets[less].iter().any(|node| sets[more].contains(node))
        };
        meet(&self.reached) || meet(&self.pools)
    }

    fn findings(&self, set: &[usize], people: bool, new: &BTreeSet<(Node, Part)>) -> Vec<Finding> {
        let loss = self.loss(set, people);
        let stage = Stage::new(self.context, &loss);
        let causes: Vec<Id> = set.iter().map(|cause| Id::new(&self.causes[*cause].id)).collect();
        let one = |(node, part): &(Node, Part)| {
            let (state, certain) = stage.how_short(*node, *part);
            let service = self.context.net.id(*node).clone();
            Finding { state, service, part: *part, causes: causes.clone(), with_people: people, certain }
        };
        new.iter().map(one).collect()
    }
}

/// What uses what, in any way at all and of whatever readiness.
struct Uses {
    /// For each thing: what refers to it.
    users: Vec<Vec<Node>>,
    /// For each thing: what it refers to.
    used: Vec<Vec<Node>>,
    /// Data and software that may have to be brought over lines.
    copied: Vec<Node>,
}

impl Uses {
    fn of(net: &Net<'_>) -> Uses {
        let used: Vec<Vec<Node>> = net.nodes().map(|node| named_by(net, node)).collect();
        let mut users = vec![Vec::new(); used.len()];
        for (node, all) in net.nodes().zip(&used) {
            all.iter().for_each(|other| users[*other as usize].push(node));
        }
        let copied =
            net.nodes().filter(|node| matches!(net.thing(*node), Thing::Data(_) | Thing::Software(_)));
        Uses { users, used, copied: copied.collect() }
    }

    /// Services that may fare differently under a loss, its people lost too.
    fn reached(&self, context: &Context<'_>, cause: &Loss) -> FxHashSet<Node> {
        let loss = loss::with_people(context.plan, cause).unwrap_or_else(|| cause.clone());
        let facts = Facts::new(Corner::Worst, BTreeMap::new(), loss.class, context.plan.assume);
        let world = World::new(context.net, &loss, &facts);
        let mut todo: Vec<Node> = world.things_hit().collect();
        // Any line may be the one over which something is brought back.
        if todo.iter().any(|node| matches!(context.net.thing(*node), Thing::Link(_))) {
            todo.extend(&self.copied);
        }
        todo.extend(world.services.iter());
        let mut seen: FxHashSet<Node> = todo.iter().copied().collect();
        while let Some(node) = todo.pop() {
            todo.extend(self.users[node as usize].iter().filter(|user| seen.insert(**user)));
        }
        seen.retain(|node| context.net.service(*node).is_some());
        seen
    }

    /// People whom these services may need and machines that they may move to.
    fn pools(&self, net: &Net<'_>, services: &FxHashSet<Node>) -> FxHashSet<Node> {
        let mut out = FxHashSet::default();
        let mut seen: FxHashSet<Node> = services.clone();
        let mut todo: Vec<Node> = services.iter().copied().collect();
        while let Some(node) = todo.pop() {
            if matches!(net.thing(node), Thing::Team(_)) {
                out.insert(node);
            }
            let others = net.wire(node).ways.iter().skip(1);
            out.extend(others.flat_map(|way| way.bodies.iter().copied()));
            let further = self.used[node as usize].iter().copied();
            todo.extend(
                further.filter(|next| net.service(*next).is_none()).filter(|next| seen.insert(*next)),
            );
        }
        out
    }
}

/// Everything that a thing names.
fn named_by(net: &Net<'_>, node: Node) -> Vec<Node> {
    let wire = net.wire(node);
    let mut out = [&wire.on[..], &wire.shops, &wire.deputies].concat();
    out.extend(wire.at.iter().map(|(place, _)| *place));
    out.extend(wire.key);
    out.extend(wire.copies.iter().flat_map(|copy| copy.to.into_iter().chain(copy.over.iter().copied())));
    for way in &wire.ways {
        let lists = [&way.bodies, &way.places, &way.data, &way.run_leaves, &way.need_leaves, &way.by];
        out.extend(lists.into_iter().flatten());
        out.extend(way.steps.iter().flat_map(|step| step.object.iter().chain(&step.named)));
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Losses for a plan as a whole: what all pairs of shared causes do that neither of the two does.
pub fn pairs(plan: &Plan, evidence: &crate::Evidence, digest: &dyn Fn(&[String]) -> String) -> Vec<Finding> {
    let net = Net::new(plan);
    let joint = Joint::new(Context { plan, net: &net, evidence, digest });
    joint.of_pairs(0..joint.pairs())
}
