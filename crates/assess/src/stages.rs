//! Who goes first where people and machines are scarce (semantics of the plan's times): services are worked out rank by
//! rank, each after those before it. One that is late for what they have taken may go before some of them, or they behind
//! it, as long as none of them gets worse than it was: none is later than before, whoever has a target may be as late as
//! that, and what met its objectives still does. So what holds for a rank depends on nothing that only lower ones use.

use std::collections::BTreeSet;
use std::rc::Rc;

use base::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::net::Node;
use crate::objective::Promise;
use crate::recovery::{Mode, Recovery, Settled};
use crate::trace::{Answer, Ask};

/// Other lines that are tried for one group of services.
const TRIES: usize = 32;

/// Other lines that are tried under one loss.
const TRIES_IN_ALL: usize = 512;

/// What a service asked of others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    /// Teams and machines that others may hold.
    pub(crate) pools: SmallVec<[Node; 4]>,
    /// Services it needs.
    pub(crate) services: SmallVec<[Node; 4]>,
}

impl Links {
    pub(crate) fn of(asked: &[(Ask, Answer)]) -> Links {
        let mut out = Links::default();
        asked.iter().for_each(|(ask, _)| out.add(*ask));
        out
    }

    pub(crate) fn add(&mut self, ask: Ask) {
        match ask {
            Ask::Service(service) => self.services.push(service),
            Ask::Room(pool) | Ask::Free(pool) => self.pools.push(pool),
            _ => {}
        }
    }
}

/// How a service must not get worse.
#[derive(Clone, Copy, Debug)]
struct Ceiling {
    late: Span,
    /// Longest interruption, where nothing says how long it may be.
    rta: Span,
    met: bool,
}

/// One line of groups of services, by position in the order of the net.
pub(crate) struct Stages<'s, 'a> {
    recovery: &'s Recovery<'a>,
    line: Vec<usize>,
    ceilings: FxHashMap<Node, Ceiling>,
    /// Groups for which anything was scarce.
    pressed: FxHashSet<usize>,
    left: usize,
}

/// Another line.
struct Turn {
    line: Vec<usize>,
    /// Up to where it is the same.
    from: usize,
    /// Groups that changed their places.
    moved: BTreeSet<usize>,
}

/// What a try changed, to be taken back.
#[derive(Default)]
struct Undo {
    line: Vec<usize>,
    settled: Vec<(Node, Rc<Settled>, Option<Links>)>,
    pressed: Vec<(usize, bool)>,
}

/// What fares differently in a try.
#[derive(Default)]
struct Changed {
    pools: FxHashSet<Node>,
    services: FxHashSet<Node>,
}

impl<'s, 'a> Stages<'s, 'a> {
    pub(crate) fn new(recovery: &'s Recovery<'a>) -> Stages<'s, 'a> {
        let (ceilings, pressed) = (FxHashMap::default(), FxHashSet::default());
        Stages { recovery, line: Vec::new(), ceilings, pressed, left: TRIES_IN_ALL }
    }

    /// The next group in order of rank.
    pub(crate) fn append(&mut self, group: usize) {
        self.line.push(group);
        for service in self.recovery.members(group) {
            self.recovery.scarce.borrow_mut().append(service);
        }
        self.work_out(group);
        if self.recovery.mode == Mode::Plan {
            self.advance(group);
            self.keep_ceiling(group);
        }
    }

    fn work_out(&mut self, group: usize) {
        if self.recovery.work_out_group(group) {
            self.pressed.insert(group);
        } else {
            self.pressed.remove(&group);
        }
    }

    /// Services of a group whose times count.
    fn promises(&self, group: usize) -> impl Iterator<Item = (Node, Promise<'a>)> + use<'a> {
        let world = self.recovery.world;
        let own = self.recovery.members(group).into_iter().filter(|node| !world.net.is_function(*node));
        own.filter_map(|node| {
            let service = world.net.service(node)?;
            Some((node, Promise::new(world.net.id(node), service, world.loss.class)))
        })
    }

    fn measure(&self, node: Node, promise: &Promise<'_>) -> Ceiling {
        let (facts, settled) = (self.recovery.world.facts, self.recovery.settled_of(node));
        let course = settled.as_ref().and_then(|settled| settled.course());
        let late = promise.late(course, facts);
        let rta = if promise.has_target() {
            Span::NEVER
        } else {
            course.map_or(Span::NEVER, |course| promise.rta(course, facts))
        };
        let met = course.is_some_and(|course| course.broken.is_none() && promise.met_all(course, facts));
        Ceiling { late, rta, met }
    }

    fn keep_ceiling(&mut self, group: usize) {
        for (node, promise) in self.promises(group) {
            let ceiling = self.measure(node, &promise);
            self.ceilings.insert(node, ceiling);
        }
    }

    /// Whether no service of a group fares worse than it may.
    fn within_ceiling(&self, group: usize) -> bool {
        self.promises(group).all(|(node, promise)| {
            self.ceilings.get(&node).is_none_or(|ceiling| {
                let now = self.measure(node, &promise);
                now.late <= ceiling.late && now.rta <= ceiling.rta && (now.met || !ceiling.met)
            })
        })
    }

    fn late(&self, group: usize) -> Span {
        let facts = self.recovery.world.facts;
        let late = |(node, promise): (Node, Promise<'_>)| {
            promise.late(self.recovery.settled_of(node).as_ref().and_then(|settled| settled.course()), facts)
        };
        self.promises(group).map(late).max().unwrap_or(Span::ZERO)
    }

    /// Looks for a better line for a group that is late for what others have taken.
    fn advance(&mut self, group: usize) {
        if self.pressed.is_empty() {
            return;
        }
        let mut tries = TRIES.min(self.left);
        let before = tries;
        loop {
            let late = self.late(group);
            if late == Span::ZERO || tries == 0 || !self.step(group, late, &mut tries) {
                break;
            }
        }
        self.left -= before - tries;
    }

    /// One change of the line that makes a group less late.
    fn step(&mut self, group: usize, late: Span, tries: &mut usize) -> bool {
        let own = self.with_needs(group);
        if !own.iter().any(|group| self.pressed.contains(group)) {
            return false;
        }
        let blamed = self.blamed(&own);
        let places: Vec<usize> =
            (0..self.line.len()).filter(|place| blamed.contains(&self.line[*place])).collect();
        // If even the first place does not help, none does.
        let Some(first) = places.first() else { return false };
        let goal = (group, late);
        if !self.try_line(self.moved_up(&own, *first), goal, tries, false) {
            return false;
        }
        let up = places.iter().rev().map(|place| self.moved_up(&own, *place));
        let back = places.iter().rev().filter_map(|place| self.moved_back(&own, *place));
        let all: Vec<Turn> = up.chain(back).collect();
        all.into_iter().any(|turn| self.try_line(turn, goal, tries, true))
    }

    /// A group with all it needs, of those in line.
    fn with_needs(&self, group: usize) -> BTreeSet<usize> {
        let order = self.recovery.world.net.order();
        let (mut out, mut todo) = (BTreeSet::from([group]), vec![group]);
        while let Some(next) = todo.pop() {
            let needed = order.group(next).iter().flat_map(|node| order.needs(*node));
            let needed = needed.filter(|node| self.recovery.world.services.contains(node));
            todo.extend(needed.map(|node| order.position(*node)).filter(|group| out.insert(*group)));
        }
        out
    }

    /// Groups that hold what these ask for.
    fn blamed(&self, own: &BTreeSet<usize>) -> BTreeSet<usize> {
        let (scarce, order) = (self.recovery.scarce.borrow(), self.recovery.world.net.order());
        let links = self.recovery.links.borrow();
        let services = own.iter().flat_map(|group| self.recovery.members(*group));
        let pools: FxHashSet<Node> = services
            .filter_map(|node| links.get(&node))
            .flat_map(|links| links.pools.iter().copied())
            .collect();
        let holders = pools.iter().flat_map(|pool| scarce.holders(*pool));
        holders.map(|node| order.position(node)).filter(|group| !own.contains(group)).collect()
    }

    /// The line with these moved to a place, as far as they stand behind it.
    fn moved_up(&self, own: &BTreeSet<usize>, place: usize) -> Turn {
        let moved: BTreeSet<usize> = own.iter().filter(|g| self.line[place..].contains(g)).copied().collect();
        let (mut line, rest) = (self.line[..place].to_vec(), &self.line[place..]);
        line.extend(rest.iter().filter(|group| moved.contains(group)));
        line.extend(rest.iter().filter(|group| !moved.contains(group)));
        Turn { line, from: place, moved }
    }

    /// The line with what stands at a place, and all that needs it, moved to the end; nothing where these need it too.
    fn moved_back(&self, own: &BTreeSet<usize>, place: usize) -> Option<Turn> {
        let order = self.recovery.world.net.order();
        let mut back = BTreeSet::from([self.line[place]]);
        for group in &self.line[place + 1..] {
            let mut needed = order.group(*group).iter().flat_map(|node| order.needs(*node));
            if needed.any(|node| back.contains(&order.position(*node))) {
                back.insert(*group);
            }
        }
        if own.iter().any(|group| back.contains(group)) {
            return None;
        }
        let (mut line, rest) = (self.line[..place].to_vec(), &self.line[place..]);
        line.extend(rest.iter().filter(|group| !back.contains(group)));
        line.extend(rest.iter().filter(|group| back.contains(group)));
        Some(Turn { line, from: place, moved: back })
    }

    /// Whether a group is less late in another line and no other fares worse than it may. Then that is the line, if it is
    /// to be kept; else everything is as before.
    fn try_line(&mut self, turn: Turn, goal: (usize, Span), tries: &mut usize, keep: bool) -> bool {
        if *tries == 0 {
            return false;
        }
        *tries -= 1;
        let mut undo = Undo { line: std::mem::replace(&mut self.line, turn.line), ..Undo::default() };
        self.line_up();
        let good = self.pass_on((turn.from, &turn.moved), goal, !keep, &mut undo);
        if !good || !keep {
            self.take_back(undo);
        }
        good
    }

    fn line_up(&self) {
        let services = self.line.iter().flat_map(|group| self.recovery.members(*group));
        self.recovery.scarce.borrow_mut().line_up(services);
    }

    /// Works out what fares differently in the line as it is now. `alone`: only until it is known how late the group is.
    fn pass_on(
        &mut self,
        (from, moved): (usize, &BTreeSet<usize>),
        (group, late): (usize, Span),
        alone: bool,
        undo: &mut Undo,
    ) -> bool {
        let mut changed = Changed::default();
        for group in moved {
            self.held(*group, &mut changed);
            let links = self.recovery.links.borrow();
            let own = self.recovery.members(*group).into_iter().filter_map(|service| links.get(&service));
            changed.pools.extend(own.flat_map(|links| links.pools.iter().copied()));
        }
        for place in from..self.line.len() {
            let next = self.line[place];
            if self.is_touched(next, &changed) {
                self.anew(next, &mut changed, undo);
                if next != group && !self.within_ceiling(next) {
                    return false;
                }
            }
            if next == group {
                if self.late(group) >= late {
                    return false;
                }
                if alone {
                    return true;
                }
            }
        }
        true
    }

    fn held(&self, group: usize, changed: &mut Changed) {
        let scarce = self.recovery.scarce.borrow();
        for service in self.recovery.members(group) {
            changed.pools.extend(scarce.held(service));
        }
    }

    fn is_touched(&self, group: usize, changed: &Changed) -> bool {
        let links = self.recovery.links.borrow();
        self.recovery.members(group).iter().any(|service| {
            links.get(service).is_none_or(|links| {
                links.pools.iter().any(|pool| changed.pools.contains(pool))
                    || links.services.iter().any(|service| changed.services.contains(service))
            })
        })
    }

    /// Works a group out once more.
    fn anew(&mut self, group: usize, changed: &mut Changed, undo: &mut Undo) {
        let members = self.recovery.members(group);
        let before: Vec<(Node, Option<Rc<Settled>>)> =
            members.iter().map(|node| (*node, self.recovery.settled_of(*node))).collect();
        self.held(group, changed);
        undo.pressed.push((group, self.pressed.contains(&group)));
        for (node, settled) in &before {
            let links = self.recovery.links.borrow().get(node).cloned();
            undo.settled.extend(settled.clone().map(|settled| (*node, settled, links)));
        }
        self.work_out(group);
        self.held(group, changed);
        for (node, settled) in before {
            let now = self.recovery.settled_of(node);
            if !matches!((&now, &settled), (Some(now), Some(was)) if Rc::ptr_eq(now, was)) {
                changed.services.insert(node);
            }
        }
    }

    fn take_back(&mut self, undo: Undo) {
        self.line = undo.line;
        self.line_up();
        for (node, settled, links) in undo.settled.into_iter().rev() {
            self.recovery.put_back(node, settled, links);
        }
        for (group, pressed) in undo.pressed.into_iter().rev() {
            if pressed {
                self.pressed.insert(group)
            } else {
                self.pressed.remove(&group)
            };
        }
    }
}
