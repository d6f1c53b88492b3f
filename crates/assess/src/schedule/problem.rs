//! What is to be scheduled: steps, the pools they take from, and the services they bring back.

/// Milliseconds since the first loss.
pub type Time = u64;

/// Not within the horizon.
pub const NEVER: Time = Time::MAX;

/// Something that steps take while they run and give back afterwards: the heads of a team, like machines, a slot at a
/// supplier.
///
/// A condition (the power is on, the road is open) is a pool of unlimited capacity (`u32::MAX`) while it holds and of
/// none while it does not; each step that depends on it needs one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    changes: Vec<(Time, u32)>,
}

impl Pool {
    /// The same number of units at every time.
    pub fn constant(units: u32) -> Self {
        Self { changes: vec![(0, units)] }
    }

    /// Units as a step function: each pair gives the units from its time on, until the next pair; none before the
    /// first. Pairs may come in any order; of several pairs with one time the last counts.
    pub fn changing(changes: impl IntoIterator<Item = (Time, u32)>) -> Self {
        let mut changes: Vec<_> = changes.into_iter().collect();
        changes.sort_by_key(|&(time, _)| time);
        changes.reverse();
        changes.dedup_by_key(|&mut (time, _)| time);
        changes.reverse();
        changes.dedup_by_key(|&mut (_, units)| units);
        Self { changes }
    }

    /// The step function: times ascend, neighbours differ.
    pub fn changes(&self) -> &[(Time, u32)] {
        &self.changes
    }
}

/// Units that a step takes from a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Index of the pool.
    pub pool: usize,
    /// Units taken.
    pub units: u32,
    /// Not given back: taken from the start of the step until the horizon, as a service occupies its standby.
    pub kept: bool,
}

impl Need {
    /// Units taken while the step runs.
    pub fn during(pool: usize, units: u32) -> Self {
        Self { pool, units, kept: false }
    }

    /// Units taken from the start of the step and never given back.
    pub fn kept(pool: usize, units: u32) -> Self {
        Self { pool, units, kept: true }
    }
}

/// A piece of work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Length of the work itself.
    pub duration: Time,
    /// Not before this time.
    pub release: Time,
    /// Steps that must be finished first, by index.
    pub after: Vec<usize>,
    /// Alternative sets of needs (modes): one is chosen for the whole step, so that "any one of these three people"
    /// is three modes. No mode at all means no needs.
    pub modes: Vec<Vec<Need>>,
    /// Keeps what is done when a need fails, and goes on when it holds again (a transfer). Otherwise the step must
    /// run in one piece, as work that starts from zero after each interruption does.
    pub resumes: bool,
}

/// A service that is interrupted and comes back when its last steps are finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// When the interruption starts; RTA and RTO are counted from here.
    pub since: Time,
    /// Longest interruption wanted; none: any time within the horizon will do.
    pub rto: Option<Time>,
    /// Steps that must all be finished, by index.
    pub ends: Vec<usize>,
}

/// Why something cannot be scheduled at all. Positions are indices into what the caller gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Steps that wait for each other in a circle, in that order.
    Circle(Vec<usize>),
    /// `step` waits for a step that does not exist.
    NoSuchStep {
        /// Who waits.
        step: usize,
        /// What it names.
        named: usize,
    },
    /// `step` needs a pool that does not exist.
    NoSuchPool {
        /// Who needs it.
        step: usize,
        /// What it names.
        named: usize,
    },
    /// `service` ends with a step that does not exist.
    NoSuchEnd {
        /// The service.
        service: usize,
        /// What it names.
        named: usize,
    },
    /// More than `u32::MAX` steps, or more than `u16::MAX` modes in `step`.
    TooMany {
        /// The step with too many modes, or the number of steps.
        step: usize,
    },
}

/// Steps, pools and services that fit together: every index exists and no steps wait in a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pools: Vec<Pool>,
    steps: Vec<Step>,
    services: Vec<Service>,
    horizon: Time,
}

impl Problem {
    /// Checks that everything fits together.
    ///
    /// `services` stand in order of rank, the first first. What is not finished by `horizon` is never finished.
    pub fn new(
        pools: Vec<Pool>,
        steps: Vec<Step>,
        services: Vec<Service>,
        horizon: Time,
    ) -> Result<Self, Unusable> {
        indices(&pools, &steps, &services)?;
        if let Some(circle) = circle(&steps) {
            return Err(Unusable::Circle(circle));
        }
        Ok(Self { pools, steps, services, horizon: horizon.min(NEVER - 1) })
    }

    /// The pools, as given.
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// The steps, as given.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The services, first rank first.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The end of time.
    pub fn horizon(&self) -> Time {
        self.horizon
    }
}

fn indices(pools: &[Pool], steps: &[Step], services: &[Service]) -> Result<(), Unusable> {
    if u32::try_from(steps.len()).is_err() {
        return Err(Unusable::TooMany { step: steps.len() });
    }
    for (step, known) in steps.iter().enumerate() {
        if let Some(&named) = known.after.iter().find(|&&other| other >= steps.len()) {
            return Err(Unusable::NoSuchStep { step, named });
        }
        if let Some(need) = known.modes.iter().flatten().find(|need| need.pool >= pools.len()) {
            return Err(Unusable::NoSuchPool { step, named: need.pool });
        }
        if u16::try_from(known.modes.len()).is_err() {
            return Err(Unusable::TooMany { step });
        }
    }
    for (service, known) in services.iter().enumerate() {
        if let Some(&named) = known.ends.iter().find(|&&end| end >= steps.len()) {
            return Err(Unusable::NoSuchEnd { service, named });
        }
    }
    Ok(())
}

/// Steps that wait for each other, if any do.
fn circle(steps: &[Step]) -> Option<Vec<usize>> {
    let waiting = never_ready(steps);
    let first = waiting.iter().position(|&waits| waits)?;
    let mut path = vec![first];
    let mut seen = vec![usize::MAX; steps.len()];
    loop {
        let last = *path.last()?;
        if seen[last] != usize::MAX {
            path.pop();
            return Some(path.split_off(seen[last]));
        }
        seen[last] = path.len() - 1;
        path.push(*steps[last].after.iter().find(|&&other| waiting[other])?);
    }
}

/// Which steps are never ready, however long one waits: those on circles and those behind them.
fn never_ready(steps: &[Step]) -> Vec<bool> {
    let mut behind = vec![Vec::new(); steps.len()];
    let mut missing: Vec<usize> = steps.iter().map(|step| step.after.len()).collect();
    for (index, step) in steps.iter().enumerate() {
        for &other in &step.after {
            behind[other].push(index);
        }
    }
    let mut ready: Vec<usize> = (0..steps.len()).filter(|&step| missing[step] == 0).collect();
    while let Some(step) = ready.pop() {
        for &next in &behind[step] {
            missing[next] -= 1;
            if missing[next] == 0 {
                ready.push(next);
            }
        }
    }
    missing.iter().map(|&count| count > 0).collect()
}
