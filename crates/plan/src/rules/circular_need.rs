//! # circular-need
//!
//! **Finds** things that need each other in a circle: equipment by its needs, and services through all their ways.
//!
//! **Why** what runs keeps running, but once everything in the circle has stopped, nothing in it can start first.
//!
//! **Example** a directory server that runs on a hypervisor whose administrators must log in through that directory.
//!
//! **What to do** give one of them a way to start without the other: a local console, a local account.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use base::{Arg, Id, Message};

use crate::diagnostic::Diagnostic;
use crate::model::{Need, Plan};
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let edges = caught(edges(subject.plan));
    let mut done: BTreeSet<&Id> = BTreeSet::new();
    for start in edges.keys() {
        if done.contains(start) {
            continue;
        }
        if let Some(circle) = circle(&edges, start) {
            let kind = if subject.plan.services.contains_key(*start) { "services" } else { "equipment" };
            let names: Vec<Arg> = circle.iter().chain([&circle[0]]).map(|id| Arg::from(*id)).collect();
            let message = Message::new("plan-circular-need").with("circle", names);
            let diagnostic =
                Diagnostic::error("circular-need", subject.mark(&format!("{kind}.{start}")), message);
            out.push(diagnostic.help(Message::new("plan-circular-need-help")));
            done.extend(circle);
        }
    }
}

/// What may lie on a circle: without everything that in the end needs nothing of the rest, or that nothing of the rest
/// needs. Usually nothing is left, so that large plans cost no time.
fn caught<'p>(edges: BTreeMap<&'p Id, Vec<&'p Id>>) -> BTreeMap<&'p Id, Vec<&'p Id>> {
    let startable = peeled(&edges);
    let left = without(edges, &startable);
    let mut reversed: BTreeMap<&Id, Vec<&Id>> = left.keys().map(|id| (*id, Vec::new())).collect();
    for (id, needs) in &left {
        needs.iter().for_each(|need| reversed.entry(need).or_default().push(id));
    }
    let unneeded = peeled(&reversed);
    without(left, &unneeded)
}

/// Everything from which no path leads to a circle: first what needs nothing, then what needs only such things.
fn peeled<'p>(edges: &BTreeMap<&'p Id, Vec<&'p Id>>) -> HashSet<&'p Id> {
    let mut open: HashMap<&Id, usize> = HashMap::new();
    let mut needed_by: HashMap<&Id, Vec<&'p Id>> = HashMap::new();
    for (id, needs) in edges {
        let known = needs.iter().filter(|need| edges.contains_key(*need));
        open.insert(id, known.clone().count());
        known.for_each(|need| needed_by.entry(need).or_default().push(id));
    }
    let mut ready: Vec<&'p Id> = edges.keys().copied().filter(|id| open.get(id) == Some(&0)).collect();
    let mut out = HashSet::new();
    while let Some(id) = ready.pop() {
        out.insert(id);
        for user in needed_by.get(id).into_iter().flatten() {
            if let Some(left) = open.get_mut(user) {
                *left -= 1;
                ready.extend((*left == 0).then_some(*user));
            }
        }
    }
    out
}

fn without<'p>(
    mut edges: BTreeMap<&'p Id, Vec<&'p Id>>,
    gone: &HashSet<&Id>,
) -> BTreeMap<&'p Id, Vec<&'p Id>> {
    edges.retain(|id, _| !gone.contains(id));
    let left: HashSet<&Id> = edges.keys().copied().collect();
    edges.values_mut().for_each(|needs| needs.retain(|id| left.contains(id)));
    edges
}

/// What a thing cannot do without. A service with a way that needs nothing of the circle is not held by it.
fn edges(plan: &Plan) -> BTreeMap<&Id, Vec<&Id>> {
    let mut out: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
    for (id, equipment) in &plan.equipment {
        out.insert(id, equipment.needs.iter().collect());
    }
    for (id, service) in &plan.services {
        let mut ways = service.ways.iter().flatten().map(|way| {
            let mut needed: Vec<&Id> = way.runs_on.iter().collect();
            certain(&way.needs, &mut needed);
            needed
        });
        let first = ways.next().unwrap_or_default();
        let common =
            ways.fold(first, |common, way| common.into_iter().filter(|id| way.contains(id)).collect());
        out.insert(id, common);
    }
    out
}

fn certain<'p>(need: &'p Need, out: &mut Vec<&'p Id>) {
    match need {
        Need::Thing(id) => out.push(id),
        Need::All(parts) => parts.iter().for_each(|part| certain(part, out)),
        Need::AtLeast(k, parts) if *k >= parts.len() => parts.iter().for_each(|part| certain(part, out)),
        Need::Unknown | Need::Any(_) | Need::AtLeast(..) => {}
    }
}

/// The shortest circle through `start`, breadth first.
fn circle<'p>(edges: &BTreeMap<&'p Id, Vec<&'p Id>>, start: &'p Id) -> Option<Vec<&'p Id>> {
    let mut came_from: BTreeMap<&Id, &Id> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for next in edges.get(at).into_iter().flatten() {
            if *next == start {
                let mut path = vec![at];
                while let Some(before) =
                    came_from.get(path[path.len() - 1]).filter(|_| path[path.len() - 1] != start)
                {
                    path.push(before);
                }
                path.reverse();
                return Some(path);
            }
            if !came_from.contains_key(*next) {
                came_from.insert(next, at);
                queue.push_back(next);
            }
        }
    }
    None
}
