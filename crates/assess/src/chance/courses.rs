//! Chosen courses of events as steps of a network.

use std::collections::BTreeMap;

use base::Span;
use plan::{RegionKind, Verb};

use super::flow::{Use, hand_over};
use super::law::{Law, Sample, weight};
use super::network::{Shared, Step};
use super::planned::{Scene, Varies, twin};
use crate::choice::ChainStep;
use crate::course::Candidate;
use crate::evidence::DrillRecord;
use crate::measured::{Measured, samples};
use crate::net::{Node, Thing};
use crate::proof::{matching, since};
use crate::verdict::Case;
use crate::world::World;

/// Puts the courses of all services that a loss stops together.
pub(super) struct Maker<'m, 's, 'a> {
    scene: &'m Scene<'s, 'a>,
    world: &'m World<'m>,
    strength: f64,
    half_life: Span,
    pub(super) steps: Vec<Step>,
    /// Start of each step in the plan; 0 for outages, which are no steps.
    pub(super) planned: Vec<Span>,
    services: BTreeMap<Node, Chain<'m>>,
}

/// A service's course: its steps' places in the network, in order.
struct Chain<'m> {
    course: &'m Candidate,
    places: Vec<usize>,
    /// Those after which nothing of it comes.
    ends: Vec<usize>,
}

/// One course at the worst, at the best, and with one time that varies at its worst.
struct Views<'m> {
    worst: &'m Candidate,
    best: Option<&'m Candidate>,
    each: Vec<(&'m str, &'m Varies, &'m Candidate)>,
    since: Span,
    drills: Vec<&'m DrillRecord>,
    name: String,
}

impl<'m, 's, 'a> Maker<'m, 's, 'a> {
    pub(super) fn new(
        scene: &'m Scene<'s, 'a>,
        world: &'m World<'m>,
        strength: f64,
        half_life: Span,
    ) -> Maker<'m, 's, 'a> {
        let (steps, planned) = (Vec::new(), Vec::new());
        Maker { scene, world, strength, half_life, steps, planned, services: BTreeMap::new() }
    }

    /// Last steps of a service.
    pub(super) fn ends(&self, service: Node) -> Vec<usize> {
        self.services.get(&service).map(|chain| chain.ends.clone()).unwrap_or_default()
    }

    /// Every chosen course, one step after the other; people and deliveries that come at the same time side by side.
    pub(super) fn chains(&mut self) {
        for (node, settled) in &self.scene.stage.worst.settled {
            let course = settled.course().filter(|course| course.broken.is_none());
            let Some(course) = course.filter(|_| !settled.fate.stops.is_never()) else { continue };
            let chain = self.chain(&self.views(*node, course, settled.fate.stops));
            self.services.insert(*node, chain);
        }
    }

    /// Whether some step takes longer when a time that varies is shorter: who is called sooner may have to come a longer
    /// way before their hours begin. Such a plan is no network, in which nothing longer ends anything earlier.
    pub(super) fn shrinks(&self) -> bool {
        let longer = |one: &Candidate, worst: &Candidate| {
            one.choice.steps.iter().zip(&worst.choice.steps).any(|(a, b)| a.takes > b.takes)
        };
        self.services.iter().any(|(node, chain)| {
            let answers = self.scene.each.values().map(|(_, answer)| answer).chain([&self.scene.best]);
            let mut twins = answers.filter_map(|answer| twin(answer, *node, chain.course));
            twins.any(|one| longer(one, chain.course))
        })
    }

    fn views(&self, node: Node, worst: &'m Candidate, since: Span) -> Views<'m> {
        let scene = self.scene;
        let best = twin(&scene.best, node, worst);
        let each = scene.each.iter().filter(|_| best.is_some());
        let each = each
            .filter_map(|(path, (varies, answer))| Some((path.as_str(), varies, twin(answer, node, worst)?)));
        let case = Case::new(scene.stage, node);
        let drills =
            if worst.choice.original { Vec::new() } else { matching(&case, self.world, &worst.choice) };
        let name = format!("{}/{}", case.id, worst.choice.way);
        Views { worst, best, each: each.collect(), since, drills, name }
    }

    fn chain(&mut self, views: &Views<'m>) -> Chain<'m> {
        let steps = &views.worst.choice.steps;
        let (mut before, mut group, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for at in 0..steps.len() {
            if !side_by_side(steps, at) && !group.is_empty() {
                before = std::mem::take(&mut group);
            }
            let place = self.step(views, at, &before);
            group.push(place);
            places.push(place);
        }
        Chain { course: views.worst, places, ends: group }
    }

    fn step(&mut self, views: &Views<'_>, at: usize, before: &[usize]) -> usize {
        let step = &views.worst.choice.steps[at];
        let mut after = before.to_vec();
        let begins = views.best.and_then(|best| waits(best, at, views.since));
        let mut release = begins.unwrap_or(Span::ZERO).max(if at == 0 { views.since } else { Span::ZERO });
        for (path, varies, one) in &views.each {
            match outage(views, at, varies, one) {
                Some(Ok(law)) => after.push(self.outage(path, law)),
                Some(Err(until)) => release = release.max(until),
                None => {}
            }
        }
        let (law, path) = lasts(views, at);
        let law = law.mixed(&self.measured(views, step));
        let own = || format!("{}/{}-{}", views.name, step.verb.as_str(), step.object);
        let name = path.filter(|_| views.drills.is_empty()).map_or_else(own, str::to_owned);
        self.steps.push(Step { name, law, nominal: step.takes, release, after, shared: None });
        self.planned.push(step.starts);
        self.steps.len() - 1
    }

    /// The end of an outage of which a time that varies is the length.
    fn outage(&mut self, path: &str, law: Law) -> usize {
        let nominal = law.ends().1;
        let shared = self.region(path).map(|factor| Shared { factor, strength: self.strength });
        let (name, release, after) = (path.to_owned(), Span::ZERO, Vec::new());
        self.steps.push(Step { name, law, nominal, release, after, shared });
        self.planned.push(Span::ZERO);
        self.steps.len() - 1
    }

    /// What outages of power, telecom and the like in one region have in common: the place that these regions lie in.
    fn region(&self, path: &str) -> Option<String> {
        let regions = &self.scene.stage.context.plan.regions;
        let mut id = regions.keys().find(|id| path == format!("regions.{id}.outage"))?;
        // A circle of regions is a mistake elsewhere; here it only must end.
        for _ in 0..regions.len() {
            let outer = regions[id].common.regions.iter().find_map(|id| regions.get_key_value(id));
            match outer {
                Some((next, region)) if region.kind == RegionKind::Place => id = next,
                _ => break,
            }
        }
        Some(format!("regions.{id}"))
    }

    /// What drills of this very course measured of a step, weighted by age.
    fn measured(&self, views: &Views<'_>, step: &ChainStep) -> Vec<Sample> {
        let evidence = self.scene.stage.context.evidence;
        let weigh =
            |m: Measured| Sample { took: m.took, weight: weight(since(m.at, evidence.now), self.half_life) };
        let samples = samples(evidence, &views.worst.choice, step, &views.drills);
        samples.into_iter().map(weigh).collect()
    }

    /// A service that another one needs is back before the other one starts, wherever the plan has it so.
    pub(super) fn needs(&mut self) {
        let order = self.scene.stage.context.net.order();
        let mut arcs: Vec<(usize, Vec<usize>)> = Vec::new();
        for (node, chain) in &self.services {
            for need in order.needs(*node) {
                let Some(needed) = self.services.get(need) else { continue };
                let back = needed.course.choice.steps.iter().map(end).fold(Span::ZERO, Span::max);
                arcs.extend(self.user(chain, *need, back).map(|at| (chain.places[at], needed.ends.clone())));
            }
        }
        arcs.into_iter().for_each(|(place, ends)| self.steps[place].after.extend(ends));
    }

    /// The first step that uses a service which is back at `back`.
    fn user(&self, chain: &Chain<'_>, need: Node, back: Span) -> Option<usize> {
        let id = self.scene.stage.context.net.id(need);
        let choice = &chain.course.choice;
        choice.steps.iter().position(|step| {
            let runs =
                matches!(step.verb, Verb::Start | Verb::Switch | Verb::Check) || step.object == choice.way;
            step.starts >= back && (runs || step.waits_for.as_ref() == Some(id))
        })
    }

    /// Who hands people over to whom, team by team.
    pub(super) fn people(&mut self) {
        let mut uses: BTreeMap<Node, Vec<Use>> = BTreeMap::new();
        for chain in self.services.values() {
            let mut open: Vec<(&ChainStep, usize)> =
                chain.course.choice.steps.iter().zip(chain.places.iter().copied()).collect();
            for claim in &chain.course.claims {
                let same = |(step, _): &(&ChainStep, usize)| {
                    !step.auto && step.starts == claim.from && end(step) == claim.to
                };
                let Some(found) = open.iter().position(same) else { continue };
                let (_, step) = open.remove(found);
                uses.entry(claim.team).or_default().push(Use {
                    step,
                    from: claim.from,
                    to: claim.to,
                    units: 1,
                });
            }
        }
        uses.into_iter().for_each(|(team, uses)| self.team(team, &uses));
    }

    fn team(&mut self, node: Node, uses: &[Use]) {
        let Thing::Team(team) = self.world.net.thing(node) else { return };
        let heads = self.world.heads(node, team).0.max(1);
        let linked = |from: usize, to: usize| self.steps[to].after.contains(&from);
        match hand_over(&[(Span::ZERO, heads)], uses, &linked) {
            Some(handed) => handed.arcs.into_iter().for_each(|(from, to)| self.steps[to].after.push(from)),
            // More at work than there are heads, as where some are away for a time: everybody at the planned hour.
            None => uses.iter().for_each(|one| {
                let step = &mut self.steps[one.step];
                step.release = step.release.max(one.from);
            }),
        }
    }
}

fn end(step: &ChainStep) -> Span {
    step.starts + step.takes
}

/// Whether a step runs beside the one before it: people who come, things that are delivered.
fn side_by_side(steps: &[ChainStep], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &steps[before]) else { return false };
    let step = &steps[at];
    step.verb == before.verb && matches!(step.verb, Verb::Arrive | Verb::Deliver) && step.starts < end(before)
}

/// When a step starts that starts later than all before it are done, those beside it left out.
fn waits(course: &Candidate, at: usize, since: Span) -> Option<Span> {
    let steps = &course.choice.steps;
    let group = (0..=at).rev().find(|place| !side_by_side(steps, *place)).unwrap_or(0);
    let before = steps[..group].iter().map(end).fold(since, Span::max);
    Some(steps[at].starts).filter(|start| *start > before && !start.is_never())
}

/// How the start of a step follows a time that varies: later by as much (a law), in another way (its latest start), or
/// not at all.
fn outage(views: &Views<'_>, at: usize, varies: &Varies, one: &Candidate) -> Option<Result<Law, Span>> {
    let (least, greatest) = varies.ends;
    let until = waits(one, at, views.since)?;
    let begins = views.best.map_or(Span::ZERO, |best| best.choice.steps[at].starts);
    if until <= begins {
        return None;
    }
    // At its least the outage may be over before the step comes, so the start moves by less; it never moves by more.
    let law = varies.law.clone().shifted(signed(until) - signed(greatest));
    Some(if until - begins <= greatest - least { Ok(law) } else { Err(until) })
}

fn signed(span: Span) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// How the length of a step varies, and the path of the fact that it follows.
fn lasts<'m>(views: &Views<'m>, at: usize) -> (Law, Option<&'m str>) {
    let takes = |course: &Candidate| course.choice.steps[at].takes;
    let worst = takes(views.worst);
    let constant = (Law::constant(worst), None);
    let Some(best) = views.best.map(takes) else { return constant };
    let mut follows = views.each.iter().filter(|(_, _, one)| takes(one) > best);
    match (follows.next(), follows.next()) {
        (Some((path, varies, one)), None)
            if takes(one) == worst && !worst.is_never() && worst - best <= varies.ends.1 - varies.ends.0 =>
        {
            let by = signed(worst) - signed(varies.ends.1);
            (varies.law.clone().shifted(by).at_least(best), Some(path))
        }
        _ => constant,
    }
}
