//! How a thing fares: what is destroyed, and when it does not work although nothing is.

use base::{Id, Span};

use crate::interval::Intervals;

/// Damage of a body and its content. It gets better only by a step of recovery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// Nothing is destroyed.
    #[default]
    Intact,
    /// Body stays, content unusable.
    Wiped,
    /// Body and content destroyed.
    Gone,
}

/// How a thing fares under a loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Damage from t = 0 on.
    pub damage: Damage,
    /// Whether its content was wiped, be the body still there or not: what mirrors it is wiped too.
    pub tainted: bool,
    /// Machines of several that are lost; of a team 1 if nobody of its own people is left.
    pub fewer: u32,
    /// When it does not function although it is not destroyed.
    pub out: Intervals,
    /// Share of its normal capacity that is left, 0 to 1.
    pub share: f64,
    /// Until another unit has taken over; after that nothing has to be started again.
    pub takeover: Span,
    /// The thing from which it suffers this; itself if it is hit directly.
    pub cause: Option<Id>,
    /// Whether the loss hits it by itself, not through what it stands in or is fed by.
    pub own: bool,
}

impl Default for Condition {
    fn default() -> Condition {
        Condition::WELL
    }
}

impl Condition {
    /// Nothing is wrong with it.
    pub const WELL: Condition = Condition {
        damage: Damage::Intact,
        tainted: false,
        fewer: 0,
        out: Intervals::NONE,
        share: 1.0,
        takeover: Span::ZERO,
        cause: None,
        own: false,
    };

    /// Whether it works as ever.
    pub fn is_well(&self) -> bool {
        let whole = self.damage == Damage::Intact && self.share >= 1.0;
        whole && self.out.is_empty() && self.takeover == Span::ZERO
    }

    /// Whether both fare alike, whatever the cause.
    pub fn fares_like(&self, other: &Condition) -> bool {
        self.damage == other.damage
            && self.tainted == other.tainted
            && self.fewer == other.fewer
            && self.takeover == other.takeover
            && self.out == other.out
            && self.share == other.share
            && self.own == other.own
    }

    /// When it works.
    pub fn up(&self) -> Intervals {
        if self.damage == Damage::Intact { self.out.complement() } else { Intervals::none() }
    }

    /// Suffers damage, by a cause that stays to blame while nothing worse happens.
    pub fn damaged(&mut self, damage: Damage, cause: &Id) {
        self.tainted |= damage == Damage::Wiped;
        if damage > self.damage {
            self.damage = damage;
            self.cause = Some(cause.clone());
        }
    }

    /// Suffers an outage.
    pub fn outage(&mut self, out: &Intervals, cause: &Id) {
        if out.is_empty() {
            return;
        }
        let wider = self.out.union(out);
        if wider != self.out {
            self.out = wider;
            if self.damage == Damage::Intact && self.cause.is_none() {
                self.cause = Some(cause.clone());
            }
        }
    }

    /// Both at once.
    #[must_use]
    pub fn worse_of(&self, other: &Condition) -> Condition {
        let worse = if other.damage > self.damage || self.cause.is_none() { other } else { self };
        Condition {
            damage: self.damage.max(other.damage),
            tainted: self.tainted || other.tainted,
            fewer: self.fewer.max(other.fewer),
            out: self.out.union(&other.out),
            share: self.share.min(other.share),
            takeover: self.takeover.max(other.takeover),
            cause: worse.cause.clone(),
            own: self.own || other.own,
        }
    }

    /// What both have in common.
    #[must_use]
    pub fn better_of(&self, other: &Condition) -> Condition {
        let better = if other.damage < self.damage { other } else { self };
        let out = Condition {
            damage: self.damage.min(other.damage),
            tainted: self.tainted && other.tainted,
            fewer: self.fewer.min(other.fewer),
            out: self.out.intersect(&other.out),
            share: self.share.max(other.share),
            takeover: self.takeover.min(other.takeover),
            cause: better.cause.clone(),
            own: self.own && other.own,
        };
        if out.is_well() { Condition::WELL } else { out }
    }
}
