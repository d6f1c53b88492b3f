//! Recovery points: which copies can be started from under a loss, and how old their content is at worst.

use base::{Id, Span};
use plan::{Copy, CopyKind, Existence, Fact, Placement};

use crate::assume;
use crate::condition::{Condition, Damage};
use crate::evidence::Evidence;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::net::{Node, Thing};
use crate::wire::WiredCopy;
use crate::world::World;

/// Age of content at the worst moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Age {
    /// Between two points, and since the intrusion began where copies made after it are tainted.
    pub interval: Span,
    /// From the instant of the content until the copy can be used: transfer and verification.
    pub lag: Span,
}

impl Age {
    /// Interval and lag together: the loss comes just before the next point is ready.
    pub fn worst(self) -> Span {
        self.interval + self.lag
    }

    /// The worse of two.
    #[must_use]
    pub fn max(self, other: Age) -> Age {
        if other.worst() > self.worst() { other } else { self }
    }
}

/// A copy from which a data set can be brought back.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The data set.
    pub data: Node,
    /// Vault or equipment that holds it.
    pub source: Node,
    /// How old it is at worst.
    pub age: Age,
    /// When it can be read.
    pub readable: Intervals,
    /// A mirror that stands ready where it is used: nothing has to be restored.
    pub in_step: bool,
    /// Whether it comes over lines rather than being carried.
    pub over_lines: bool,
    /// How long it is carried, if it is.
    pub carried: Span,
    /// Lines it has to come over, if said.
    pub over: Vec<Node>,
}

impl Point {
    fn perfect(data: Node) -> Point {
        Point {
            data,
            source: data,
            age: Age::default(),
            readable: Intervals::always(),
            in_step: true,
            over_lines: false,
            carried: Span::ZERO,
            over: Vec::new(),
        }
    }
}

/// Why a copy does not help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Useless {
    /// The copy's place.
    pub source: Id,
    /// What is to blame: the place itself, its key, the kind of copy.
    pub blame: Blame,
}

/// What keeps a copy from being used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blame {
    /// This thing is lost with it, or is it.
    Lost(Id),
    /// Its key was only where the loss was.
    Key(Id),
    /// A mirror follows corruption.
    Mirror,
    /// It is not really made yet.
    Planned,
    /// Whoever got in could alter it.
    InReach(Id),
    /// Points from before the intrusion are not kept so long.
    NotKept,
}

/// The copies of a data set or of software that survive the loss, and why the others do not.
pub fn points(world: &World<'_>, evidence: &Evidence, node: Node) -> (Vec<Point>, Vec<Useless>) {
    let (mut usable, mut useless) = (Vec::new(), Vec::new());
    let copies = world.net.thing(node).copies();
    let more = matches!(world.net.thing(node), Thing::Data(data) if data.more_copies);
    // A copy that nobody has written down may be the best there could be.
    if (copies.is_none() || more) && world.facts.luck(&|| world.net.path(node, "copies")) {
        usable.push(Point::perfect(node));
    }
    let copies = &world.net.wire(node).copies;
    let finder = Finder { world, evidence, node, copies, id: world.net.id(node) };
    for copy in copies {
        match finder.point(copy) {
            Ok(point) => usable.push(point),
            Err(blame) => useless.push(Useless { source: copy.copy.to.clone(), blame }),
        }
    }
    (usable, useless)
}

struct Finder<'f, 'a> {
    world: &'f World<'a>,
    evidence: &'f Evidence,
    node: Node,
    copies: &'f [WiredCopy<'a>],
    id: &'a Id,
}

impl Finder<'_, '_> {
    fn path(&self, copy: &Copy, key: &str) -> String {
        self.world.net.path(self.node, &format!("copies.{}.{key}", copy.to))
    }

    fn point(&self, wired: &WiredCopy<'_>) -> Result<Point, Blame> {
        static WELL: Condition = Condition::WELL;
        let (world, copy) = (self.world, wired.copy);
        let holder = wired.to.map_or(&WELL, |to| world.condition(to));
        if let Some(blame) = self.lost(wired, holder) {
            return Err(blame);
        }
        let wiped = world.condition(self.node).tainted;
        if wiped && self.follows(wired) {
            return Err(Blame::Mirror);
        }
        let mut age = self.age(copy);
        if wiped {
            age = self.before_intrusion(copy, age)?;
        }
        if holder.damage == Damage::Wiped && !self.locked(copy, age) {
            return Err(Blame::InReach(holder.cause.clone().unwrap_or_else(|| copy.to.clone())));
        }
        let mut readable = holder.out.complement();
        if let (Some(to), Some(key)) = (wired.to, wired.to.and_then(|to| world.net.wire(to).key)) {
            let condition = world.condition(key);
            if condition.damage != Damage::Intact || !self.at_hand(key, &mut vec![to]) {
                return Err(Blame::Key(world.net.id(key).clone()));
            }
            readable = readable.intersect(&condition.up());
        }
        let carried = matches!(copy.how, Fact::Exact(CopyKind::Media)) || copy.carried != Fact::Absent;
        Ok(Point {
            data: self.node,
            source: wired.to.unwrap_or(self.node),
            age,
            readable,
            in_step: is_mirror(copy) && !wired.in_vault,
            over_lines: !carried,
            carried: self.carried(copy),
            over: wired.over.clone(),
        })
    }

    /// Whether the place of the copy is no more, or is not there yet.
    fn lost(&self, wired: &WiredCopy<'_>, holder: &Condition) -> Option<Blame> {
        let in_reach = holder.damage == Damage::Wiped && self.stricken();
        if holder.damage == Damage::Intact || in_reach {
            return None;
        }
        let exists = wired.to.map(|node| &self.world.net.thing(node).common().exists);
        let planned = matches!(exists, Some(Fact::Exact(e)) if *e != Existence::Yes);
        Some(if planned { Blame::Planned } else { Blame::Lost(wired.copy.to.clone()) })
    }

    /// Whether corruption of the original reaches the copy. What goes to a machine and not to a vault may be either.
    fn follows(&self, wired: &WiredCopy<'_>) -> bool {
        let (copy, vault) = (wired.copy, wired.in_vault);
        match &copy.how {
            Fact::Exact(_) => is_mirror(copy),
            Fact::Absent if vault => false,
            Fact::Disputed(_) if is_mirror(copy) => true,
            _ => !self.world.facts.luck(&|| self.path(copy, "how")),
        }
    }

    /// Whether somebody else is in control of a domain of administration.
    fn stricken(&self) -> bool {
        self.world.notes_dwelling();
        self.world.stricken().next().is_some()
    }

    /// Copies made after somebody got in are tainted: the newest clean one is older by the time until it was noticed,
    /// and must have been kept that long.
    fn before_intrusion(&self, copy: &Copy, age: Age) -> Result<Age, Blame> {
        let facts = self.world.facts;
        self.world.notes_dwelling();
        let dwell = self.world.dwelt().unwrap_or(Span::ZERO);
        if dwell == Span::ZERO {
            return Ok(age);
        }
        let keep = facts.span(&|| self.path(copy, "keep"), &copy.keep, Direction::MoreIsBetter, None);
        if keep < dwell + age.interval {
            return Err(Blame::NotKept);
        }
        Ok(Age { interval: age.interval + dwell, lag: age.lag })
    }

    /// Whether a copy in reach was locked from before the intrusion until it was noticed. Who locks copies says so.
    fn locked(&self, copy: &Copy, age: Age) -> bool {
        let lock = match copy.immutable {
            Fact::Absent => Span::ZERO,
            ref fact => {
                self.world.facts.span(&|| self.path(copy, "immutable"), fact, Direction::MoreIsBetter, None)
            }
        };
        lock > Span::ZERO && lock >= age.worst()
    }

    /// Whether a key is kept anywhere but behind locks that it opens itself, by way of others or not.
    fn at_hand(&self, key: Node, locked: &mut Vec<Node>) -> bool {
        let net = self.world.net;
        let Thing::Document(plan::Document { at: Placement::At(_), .. }) = net.thing(key) else {
            return true;
        };
        net.wire(key).at.iter().any(|(place, _)| {
            if self.world.condition(*place).damage != Damage::Intact || locked.contains(place) {
                return false;
            }
            let Some(other) = net.wire(*place).key else { return true };
            locked.push(*place);
            self.at_hand(other, locked)
        })
    }

    /// A copy of a copy is older by all that went before it. A circle of copies has no original.
    fn age(&self, copy: &Copy) -> Age {
        let mut out = self.own_age(copy);
        let (mut seen, mut last) = (vec![&copy.to], copy);
        while let Some(from) = &last.from {
            let upstream = self.copies.iter().map(|wired| wired.copy).find(|other| other.to == *from);
            let Some(upstream) = upstream else { break };
            if seen.contains(&from) {
                return Age { interval: Span::NEVER, lag: out.lag };
            }
            let before = self.own_age(upstream);
            out = Age { interval: out.interval + before.interval, lag: out.lag + before.lag };
            seen.push(from);
            last = upstream;
        }
        out
    }

    /// Age that one copy adds by itself.
    fn own_age(&self, copy: &Copy) -> Age {
        let facts = self.world.facts;
        let worse = Direction::MoreIsWorse;
        let interval = match &copy.how {
            Fact::Exact(CopyKind::Sync) => Span::ZERO,
            _ => facts.span(&|| self.path(copy, "every"), &copy.every, worse, None),
        };
        let carried = self.carried(copy);
        if is_mirror(copy) {
            // A mirror's `every` is its lag already.
            return Age { interval, lag: carried };
        }
        let takes = self.copy_time(copy);
        // Copies that take longer than their interval come as often as they can.
        Age { interval: interval.max(takes), lag: carried + takes }
    }

    /// How long a medium is on its way; nothing is carried unless somebody says so.
    fn carried(&self, copy: &Copy) -> Span {
        match copy.carried {
            Fact::Absent => Span::ZERO,
            ref fact => {
                self.world.facts.span(&|| self.path(copy, "carried"), fact, Direction::MoreIsWorse, None)
            }
        }
    }

    /// How long making the copy takes: the longest measured; else what its size and the assumed rate give.
    fn copy_time(&self, copy: &Copy) -> Span {
        let facts = self.world.facts;
        let measured = self.evidence.copies.iter().filter(|c| c.data == *self.id && c.to == copy.to);
        if let Some(longest) = measured.map(|record| record.took).max() {
            return longest;
        }
        if facts.assumes() {
            return match self.world.net.thing(self.node) {
                Thing::Data(data) => match &data.size {
                    Fact::Exact(size) => facts.assumed(("copy-rate", assume::COPY_RATE.transfer(*size))),
                    _ => facts.assumed(assume::COPY),
                },
                _ => facts.assumed(assume::COPY),
            };
        }
        facts.span(&|| self.path(copy, "takes"), &Fact::Absent, Direction::MoreIsWorse, None)
    }
}

fn is_mirror(copy: &Copy) -> bool {
    let mirror = |how: &Fact<CopyKind>| matches!(how, Fact::Exact(CopyKind::Sync | CopyKind::Replica));
    // Sources may dispute which kind of mirror it is.
    mirror(&copy.how) || matches!(&copy.how, Fact::Disputed(all) if all.iter().all(|(_, how)| mirror(how)))
}
