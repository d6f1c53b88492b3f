//! Minimal sets by trying every subset, with a reading of the objective of its own.

use std::collections::{BTreeMap, BTreeSet};

use assess::facts::{Corner, Facts};
use assess::interval::Intervals;
use assess::loss::Loss;
use assess::net::Net;
use assess::objective::{HORIZON, Part};
use assess::recovery::{Mode, recover};
use assess::structure::{Event, Question};
use assess::world::World;
use base::Span;
use plan::{Plan, PointTarget};

/// Some of the events. A loss takes people from all places or from none: so places are lost with them, or without.
pub(crate) fn choose(events: &[Event], people: bool, picks: &[usize]) -> Vec<Event> {
    let placed =
        |event: &Event| matches!(event.loss.trim_end_matches("+people"), "hall" | "school" | "coast");
    let fitting: Vec<&Event> = events.iter().filter(|e| !placed(e) || e.people == people).collect();
    let picks: BTreeSet<usize> = picks.iter().map(|pick| pick % fitting.len()).collect();
    picks.into_iter().map(|pick| fitting[pick].clone()).collect()
}

/// The minimal subsets under which the objective is missed, by the names of their losses.
pub(crate) fn minimal(plan: &Plan, question: &Question, events: &[Event]) -> BTreeSet<BTreeSet<String>> {
    smallest(events, usize::MAX, &|events| missed(plan, question, events))
}

/// The minimal subsets of at most two events under which the plan misses the recovery time, or nothing could meet it.
pub(crate) fn minimal_in_plan(
    plan: &Plan,
    question: &Question,
    events: &[Event],
) -> BTreeSet<BTreeSet<String>> {
    smallest(events, 2, &|events| missed(plan, question, events) || plan_misses(plan, question, events))
}

fn smallest(
    events: &[Event],
    order: usize,
    missed: &dyn Fn(&[&Event]) -> bool,
) -> BTreeSet<BTreeSet<String>> {
    let mut found: Vec<usize> = Vec::new();
    let mut sets: Vec<usize> =
        (0..1 << events.len()).filter(|set: &usize| set.count_ones() as usize <= order).collect();
    sets.sort_by_key(|set| set.count_ones());
    for set in sets {
        if !found.iter().any(|cut| cut & set == *cut) && missed(&chosen(events, set)) {
            found.push(set);
        }
    }
    let named = |set: usize| chosen(events, set).iter().map(|event| event.loss.clone()).collect();
    found.into_iter().map(named).collect()
}

/// The minimal sets among `all`, of those listed: who loses a place with its people has lost the place.
pub(crate) fn within(
    listed: &BTreeSet<BTreeSet<String>>,
    all: &BTreeSet<String>,
) -> BTreeSet<BTreeSet<String>> {
    let worse = |name: &String| {
        let people = format!("{name}+people");
        if all.contains(&people) { people } else { name.clone() }
    };
    let sets: BTreeSet<BTreeSet<String>> = listed.iter().map(|set| set.iter().map(worse).collect()).collect();
    let inside: Vec<&BTreeSet<String>> = sets.iter().filter(|set| set.is_subset(all)).collect();
    let least = |set: &&&BTreeSet<String>| !inside.iter().any(|other| other != *set && other.is_subset(set));
    inside.iter().filter(least).map(|set| (*set).clone()).collect()
}

fn chosen(events: &[Event], set: usize) -> Vec<&Event> {
    (0..events.len()).filter(|bit| set >> bit & 1 == 1).map(|bit| &events[bit]).collect()
}

fn loss(question: &Question, events: &[&Event]) -> Loss {
    Loss {
        id: "brute".into(),
        events: events.iter().map(|event| (event.thing.clone(), event.effect)).collect(),
        extents: std::collections::BTreeMap::new(),
        takes_people: events.iter().any(|event| event.people),
        class: question.class,
        moment: None,
    }
}

fn plan_misses(plan: &Plan, question: &Question, events: &[&Event]) -> bool {
    [Corner::Worst, Corner::Best].into_iter().any(|corner| plan_misses_at(corner, plan, question, events))
}

fn plan_misses_at(corner: Corner, plan: &Plan, question: &Question, events: &[&Event]) -> bool {
    let (net, evidence) = (Net::new(plan), crate::nothing());
    let loss = loss(question, events);
    let facts = Facts::new(corner, BTreeMap::new(), question.class, plan.assume);
    let world = World::new(&net, &loss, &facts);
    let settled = recover(&world, &evidence, Mode::Plan);
    let Some(own) = settled.get(&net.find(&question.service).unwrap()) else { return false };
    let rto = plan.services[&question.service].disaster.rto.agreed().copied().unwrap();
    !own.fate.stops.is_never()
        && own.course().is_none_or(|course| course.level < 1.0 || longest(&course.up, rto) > rto)
}

/// Whether the objective is missed with every course of events that is possible at best; the plans of these tests ask
/// for full level, so that the level of a course is 1 or does not count.
fn missed(plan: &Plan, question: &Question, events: &[&Event]) -> bool {
    let net = Net::new(plan);
    let loss = loss(question, events);
    let facts = Facts::new(Corner::Worst, BTreeMap::new(), question.class, plan.assume);
    let world = World::new(&net, &loss, &facts);
    let evidence = crate::nothing();
    let settled = recover(&world, &evidence, Mode::Bound);
    let Some(own) = settled.get(&net.find(&question.service).unwrap()) else { return false };
    if own.fate.stops.is_never() {
        return false;
    }
    let service = &plan.services[&question.service];
    let (rto, rpo) = (service.disaster.rto.agreed().copied(), service.disaster.rpo.agreed().copied());
    let asks = |part: Part| question.target.parts().contains(&part);
    let rpo = rpo.filter(|_| asks(Part::Rpo));
    let fresh = |age: Option<assess::points::Age>| match (rpo, age) {
        (Some(PointTarget::Age(most)), Some(age)) => age.worst() <= most,
        _ => true,
    };
    let alive = own.fate.candidates.iter().filter(|course| course.broken.is_none() && fresh(course.age));
    let up = |least: f64| {
        let good = alive.clone().filter(|course| course.level >= least);
        good.fold(Intervals::none(), |sum, course| sum.union(&course.up))
    };
    let late = rto.filter(|_| asks(Part::Rto)).is_some_and(|rto| longest(&up(1.0), rto) > rto);
    let lost = rpo.is_some() && longest(&up(0.0), rto.unwrap_or(Span::ZERO)).is_never();
    late || lost
}

/// Longest time without service that begins within the horizon; for ever if it goes on beyond.
fn longest(up: &Intervals, rto: Span) -> Span {
    let horizon = HORIZON.max(rto * 2);
    let gaps = up.complement();
    let lengths = gaps.iter().filter(|(from, _)| *from < horizon);
    lengths.map(|(from, to)| if to > horizon { Span::NEVER } else { to - from }).max().unwrap_or(Span::ZERO)
}
