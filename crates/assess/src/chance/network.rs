//! A frozen plan: steps in a partial order, and what has to be done for each goal.

use base::Span;

use super::law::Law;

/// Up to so many steps, arcs that follow from others are found and left out.
const REDUCED: usize = 4096;

/// A time that varies: of a step, or of an outage until which something is out.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its draws are keyed by this name: steps with one name always draw the same state.
    pub name: String,
    /// How its length varies.
    pub law: Law,
    /// Its length in the plan.
    pub nominal: Span,
    /// Not before this time.
    pub release: Span,
    /// Steps that must be finished first, by index.
    pub after: Vec<usize>,
    /// What else varies with it.
    pub shared: Option<Shared>,
}

/// A factor that lengthens or shortens several times together, as in a region where power and telecom come back.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// Name of the factor, such as that of a region.
    pub factor: String,
    /// Correlation of two times that share the factor, on the normal scale (Gaussian copula), 0 to 1.
    pub strength: f64,
}

/// Something that is reached when all its ends are finished.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Name, for the caller.
    pub name: String,
    /// When the interruption starts: its length is counted from here.
    pub since: Span,
    /// Longest interruption that is within the objective; nothing: any that ends.
    pub within: Option<Span>,
    /// Steps that must all be finished, by index; none: reached at the start.
    pub ends: Vec<usize>,
}

/// Why steps and goals do not make a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// `step` waits for a step that does not exist.
    NoSuchStep {
        /// Who waits.
        step: usize,
        /// What it names.
        named: usize,
    },
    /// `goal` ends with a step that does not exist.
    NoSuchEnd {
        /// The goal.
        goal: usize,
        /// What it names.
        named: usize,
    },
    /// This step waits for itself, by way of others or not.
    Circle {
        /// The step.
        step: usize,
    },
    /// There are more steps than `u32::MAX`.
    TooMany,
}

/// Steps and goals that fit together: every index exists and nothing waits for itself.
#[derive(Clone, Debug)]
pub struct Network {
    pub(super) steps: Vec<Step>,
    pub(super) goals: Vec<Goal>,
    /// Steps that some goal depends on, each after all it waits for; those of one goal stand together.
    pub(super) order: Vec<usize>,
    /// What each step waits for, less what follows from the rest.
    pub(super) arcs: Vec<Vec<usize>>,
    /// What ends later than this never ends.
    pub(super) horizon: Span,
}

impl Network {
    /// Checks that everything fits together. What is not finished by `horizon` is never finished.
    ///
    /// # Errors
    /// `Unfit` if something is named that does not exist, or steps wait in a circle.
    pub fn new(steps: Vec<Step>, goals: Vec<Goal>, horizon: Span) -> Result<Network, Unfit> {
        indices(&steps, &goals)?;
        let ends: Vec<usize> = goals.iter().flat_map(|goal| goal.ends.iter().copied()).collect();
        let all = sorted(&steps, (0..steps.len()).collect())?;
        let order = sorted(&steps, ends)?;
        let arcs = reduced(&steps, &all);
        // 4,000 years: whatever is added to that is still exact.
        let horizon = horizon.min(Span::millis(1 << 47));
        Ok(Network { steps, goals, order, arcs, horizon })
    }

    /// The steps, as given.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The goals, as given.
    pub fn goals(&self) -> &[Goal] {
        &self.goals
    }

    /// Start and end of each step at nominal times; `NEVER` beyond the horizon.
    pub fn nominal(&self) -> Vec<(Span, Span)> {
        self.propagate(|step| self.steps[step].nominal)
    }

    /// The same with the planned start of every step that at nominal times would start earlier: the plan says so.
    ///
    /// # Errors
    /// A step that what it waits for lets start only after its planned start.
    pub(super) fn pinned(mut self, planned: &[Span]) -> Result<Network, usize> {
        let starts = |network: &Network| {
            let starts = network.nominal().into_iter().map(|(start, _)| start);
            let all: Vec<(usize, (Span, Span))> = starts.zip(planned.iter().copied()).enumerate().collect();
            all.into_iter().filter(|(_, (_, planned))| !planned.is_never())
        };
        for (step, (start, planned)) in starts(&self) {
            if start < planned {
                self.steps[step].release = planned;
            }
        }
        match starts(&self).find(|(_, (start, planned))| start != planned) {
            Some((step, _)) => Err(step),
            None => Ok(self),
        }
    }

    /// Start and end of each step at the given lengths: each as soon as all it waits for is finished.
    pub fn propagate(&self, length: impl Fn(usize) -> Span) -> Vec<(Span, Span)> {
        let mut out = vec![(Span::NEVER, Span::NEVER); self.steps.len()];
        let all = sorted(&self.steps, (0..self.steps.len()).collect()).unwrap_or_default();
        let in_time = |span: Span| if span > self.horizon { Span::NEVER } else { span };
        for step in all {
            let before = self.arcs[step].iter().map(|other| out[*other].1);
            let start = before.fold(self.steps[step].release, Span::max);
            out[step] = (in_time(start), in_time(start + length(step)));
        }
        out
    }
}

fn indices(steps: &[Step], goals: &[Goal]) -> Result<(), Unfit> {
    if u32::try_from(steps.len() + goals.len()).is_err() {
        return Err(Unfit::TooMany);
    }
    let missing = |named: &&usize| **named >= steps.len();
    for (step, known) in steps.iter().enumerate() {
        if let Some(&named) = known.after.iter().find(missing) {
            return Err(Unfit::NoSuchStep { step, named });
        }
    }
    for (goal, known) in goals.iter().enumerate() {
        if let Some(&named) = known.ends.iter().find(missing) {
            return Err(Unfit::NoSuchEnd { goal, named });
        }
    }
    Ok(())
}

/// These steps and all they wait for, each after what it waits for: depth first, so that what belongs together stands
/// together.
fn sorted(steps: &[Step], wanted: Vec<usize>) -> Result<Vec<usize>, Unfit> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; steps.len()];
    let mut out = Vec::with_capacity(steps.len());
    for first in wanted {
        let mut todo = vec![first];
        while let Some(&step) = todo.last() {
            if marks[step] != Mark::New {
                todo.pop();
                if marks[step] == Mark::Open {
                    marks[step] = Mark::Done;
                    out.push(step);
                }
                continue;
            }
            marks[step] = Mark::Open;
            if let Some(&other) = steps[step].after.iter().find(|&&other| marks[other] == Mark::Open) {
                return Err(Unfit::Circle { step: other });
            }
            todo.extend(steps[step].after.iter().copied().filter(|&other| marks[other] == Mark::New));
        }
    }
    Ok(out)
}

/// Arcs without those that follow from others: whoever waits for b need not wait for an a that b waits for.
fn reduced(steps: &[Step], order: &[usize]) -> Vec<Vec<usize>> {
    let mut arcs: Vec<Vec<usize>> = steps.iter().map(|step| step.after.clone()).collect();
    let mut place = vec![0; steps.len()];
    order.iter().enumerate().for_each(|(n, step)| place[*step] = n);
    for known in &mut arcs {
        known.sort_by_key(|other| std::cmp::Reverse(place[*other]));
        known.dedup();
    }
    if steps.len() > REDUCED {
        return arcs;
    }
    let words = steps.len().div_ceil(64);
    let mut before = vec![0u64; words * steps.len()];
    for &step in order {
        let mut known = vec![0u64; words];
        // The latest first: whatever stands before it may follow from it.
        arcs[step].retain(|&other| {
            let new = known[other / 64] >> (other % 64) & 1 == 0;
            let theirs = &before[other * words..(other + 1) * words];
            known.iter_mut().zip(theirs).for_each(|(own, theirs)| *own |= theirs);
            new
        });
        known[step / 64] |= 1 << (step % 64);
        before[step * words..(step + 1) * words].copy_from_slice(&known);
    }
    arcs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(after: &[&[usize]]) -> Vec<Step> {
        let step = |(n, after): (usize, &&[usize])| Step {
            name: n.to_string(),
            law: Law::constant(Span::hours(1)),
            nominal: Span::hours(1),
            release: Span::ZERO,
            after: after.to_vec(),
            shared: None,
        };
        after.iter().enumerate().map(step).collect()
    }

    fn goal(ends: &[usize]) -> Vec<Goal> {
        vec![Goal { name: "g".into(), since: Span::ZERO, within: None, ends: ends.to_vec() }]
    }

    fn unfit(after: &[&[usize]], ends: &[usize]) -> Unfit {
        Network::new(steps(after), goal(ends), Span::days(90)).unwrap_err()
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_place() {
        assert_eq!(unfit(&[&[], &[7]], &[]), Unfit::NoSuchStep { step: 1, named: 7 });
        assert_eq!(unfit(&[&[]], &[3]), Unfit::NoSuchEnd { goal: 0, named: 3 });
        assert_eq!(unfit(&[&[0]], &[]), Unfit::Circle { step: 0 });
        assert!(matches!(unfit(&[&[2], &[0], &[1], &[]], &[3]), Unfit::Circle { .. }));
    }

    #[test]
    fn arcs_that_follow_from_others_are_left_out() {
        let after: [&[usize]; 4] = [&[], &[0], &[0, 1], &[2, 0, 1, 1]];
        let network = Network::new(steps(&after), goal(&[3]), Span::days(90)).unwrap();
        assert_eq!(network.arcs, [vec![], vec![0], vec![1], vec![2]]);
        assert_eq!(network.nominal()[3], (Span::hours(3), Span::hours(4)));
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_steps_is_no_matter() {
        let after: Vec<Vec<usize>> =
            (0..100_000usize).map(|n| n.checked_sub(1).into_iter().collect()).collect();
        let after: Vec<&[usize]> = after.iter().map(Vec::as_slice).collect();
        let network = Network::new(steps(&after), goal(&[99_999]), Span::days(5000)).unwrap();
        assert_eq!(network.nominal()[99_999].1, Span::hours(100_000));
    }

    #[test]
    fn beyond_the_horizon_is_never() {
        let network = Network::new(steps(&[&[], &[0]]), goal(&[1]), Span::minutes(90)).unwrap();
        assert_eq!(network.nominal(), [(Span::ZERO, Span::hours(1)), (Span::hours(1), Span::NEVER)]);
    }
}
