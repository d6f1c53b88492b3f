//! Recovery points: which copies a way can start from under a loss, and how old their content is at worst.

use base::{Id, Span};
use plan::{Copy, CopyKind, Data, Fact};

use crate::assume;
use crate::evidence::Evidence;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::world::{Damage, World};

/// Age of content at the worst moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Age {
    /// Between two points.
    pub interval: Span,
    /// From the instant of the content until the copy can be used: transfer and verification.
    pub lag: Span,
}

impl Age {
    /// Interval and lag together: the loss comes just before the next point is ready.
    pub fn worst(self) -> Span {
        self.interval + self.lag
    }

    /// The worse of two, part by part.
    #[must_use]
    pub fn max(self, other: Age) -> Age {
        if other.worst() > self.worst() { other } else { self }
    }
}

/// A copy from which a data set can be brought back.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The data set.
    pub data: Id,
    /// Vault or equipment that holds it.
    pub source: Id,
    /// How old it is at worst.
    pub age: Age,
    /// When it can be read.
    pub readable: Intervals,
    /// A mirror that stands ready where it is used: nothing has to be restored.
    pub in_step: bool,
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
}

/// The copies of `data` that survive the loss, and why the others do not.
pub fn points(world: &World<'_>, evidence: &Evidence, data_id: &Id) -> (Vec<Point>, Vec<Useless>) {
    let (mut usable, mut useless) = (Vec::new(), Vec::new());
    let Some(data) = world.plan.data.get(data_id) else { return (usable, useless) };
    let Some(copies) = &data.copies else {
        world.facts.corner(&format!("data.{data_id}.copies"));
        return (usable, useless);
    };
    for copy in copies {
        match point(world, evidence, data_id, data, copy) {
            Ok(point) => usable.push(point),
            Err(blame) => useless.push(Useless { source: copy.to.clone(), blame }),
        }
    }
    (usable, useless)
}

fn point(world: &World<'_>, evidence: &Evidence, id: &Id, data: &Data, copy: &Copy) -> Result<Point, Blame> {
    let holder = world.condition(&copy.to);
    if holder.damage != Damage::Intact {
        return Err(Blame::Lost(copy.to.clone()));
    }
    let mirror = is_mirror(copy);
    if mirror && world.condition(id).damage == Damage::Wiped {
        return Err(Blame::Mirror);
    }
    let mut readable = holder.up();
    if let Some(key) = world.plan.vaults.get(&copy.to).and_then(|vault| vault.key.as_ref()) {
        let key_condition = world.condition(key);
        if key_condition.damage != Damage::Intact || key_only_in(world, key, &copy.to) {
            return Err(Blame::Key(key.clone()));
        }
        readable = readable.intersect(&key_condition.up());
    }
    Ok(Point {
        data: id.clone(),
        source: copy.to.clone(),
        age: age(world, evidence, id, data, copy),
        readable,
        in_step: mirror && !world.plan.vaults.contains_key(&copy.to),
    })
}

/// A key kept only inside the vault it opens is no key.
fn key_only_in(world: &World<'_>, key: &Id, vault: &Id) -> bool {
    let place = world.plan.documents.get(key).map(|document| &document.at);
    matches!(place, Some(plan::Placement::At(places)) if places.len() == 1 && places.contains_key(vault))
}

fn is_mirror(copy: &Copy) -> bool {
    let mirror = |kind: &CopyKind| matches!(kind, CopyKind::Sync | CopyKind::Replica);
    matches!(&copy.how, Fact::Exact(kind) if mirror(kind))
}

/// A copy of a copy is older by all that went before it. A circle has no beginning, and ends where it closes.
fn age(world: &World<'_>, evidence: &Evidence, id: &Id, data: &Data, copy: &Copy) -> Age {
    let mut out = own_age(world, evidence, id, data, copy);
    let (mut seen, mut last) = (vec![&copy.to], copy);
    while let Some(from) = last.from.as_ref().filter(|from| !seen.contains(from)) {
        let Some(upstream) = data.copies.iter().flatten().find(|other| other.to == *from) else { break };
        let before = own_age(world, evidence, id, data, upstream);
        out = Age { interval: out.interval + before.interval, lag: out.lag + before.lag };
        seen.push(from);
        last = upstream;
    }
    out
}

/// Age that one copy adds by itself.
fn own_age(world: &World<'_>, evidence: &Evidence, id: &Id, data: &Data, copy: &Copy) -> Age {
    let facts = world.facts;
    let path = |key: &str| format!("data.{id}.copies.{}.{key}", copy.to);
    let interval = match &copy.how {
        Fact::Exact(CopyKind::Sync) => Span::ZERO,
        _ => facts.span(&path("every"), &copy.every, Direction::MoreIsWorse, None),
    };
    let carried = match copy.carried {
        Fact::Absent => Span::ZERO,
        ref fact => facts.span(&path("carried"), fact, Direction::MoreIsWorse, None),
    };
    if is_mirror(copy) {
        // A mirror's `every` is its lag already.
        return Age { interval, lag: carried };
    }
    let takes = copy_time(world, evidence, id, data, copy);
    // Copies that take longer than their interval come as often as they can.
    Age { interval: interval.max(takes), lag: carried + takes }
}

/// How long making the copy takes: the longest measured; else what its size and the assumed rate give.
fn copy_time(world: &World<'_>, evidence: &Evidence, id: &Id, data: &Data, copy: &Copy) -> Span {
    let measured = evidence.copies.iter().filter(|record| record.data == *id && record.to == copy.to);
    if let Some(longest) = measured.map(|record| record.took).max() {
        return longest;
    }
    if world.facts.assumes() {
        return match &data.size {
            Fact::Exact(size) => world.facts.assumed(("copy-rate", assume::COPY_RATE.transfer(*size))),
            _ => world.facts.assumed(assume::COPY),
        };
    }
    let path = format!("data.{id}.copies.{}.takes", copy.to);
    world.facts.span(&path, &Fact::Absent, Direction::MoreIsWorse, None)
}
