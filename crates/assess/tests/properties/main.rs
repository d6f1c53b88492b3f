//! What holds of every plan: more loss never helps, better facts never hurt, a fact left out never makes a verdict
//! better, names do not matter, and whatever is asked is answered.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod plans;
#[path = "../common/text.rs"]
mod text;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use assess::facts::{Corner, Facts};
use assess::interval::Intervals;
use assess::loss::Loss;
use assess::net::Net;
use assess::recovery::{Mode, Settled, recover};
use assess::world::World;
use assess::{Context, Evidence, Part, State, Timelines, Verdict, assess};
use base::{Id, Timestamp};
use plan::{Class, Effect, Plan};
use plans::{Draw, mirrored, read};
use proptest::prelude::*;

/// Losses that hit the same things in other ways: for another time, in part, again.
const SCENARIOS: &str = "
scenarios:
  away: { every: teams, effect: out, absent: 50%, lasts: 3d }
  half: { every: teams, effect: out, absent: 50% }
  rolling: { every: power-areas, effect: out, lasts: 2h, again: { every: 1d, times: 3 } }
  later: { every: power-areas, effect: out, starts: 1d, lasts: 1d }
  dwelt: { every: domains, effect: wiped, dwell: 40d }
  each-machine: { each: equipment, effect: out, lasts: 5h }
";

const EFFECTS: [Effect; 3] = [Effect::Out, Effect::Wiped, Effect::Gone];

fn nothing() -> Evidence {
    Evidence::none(Timestamp::UNIX_EPOCH)
}

/// When each service runs at best under a loss: nothing scarce, any way.
fn at_best(plan: &Plan, loss: &Loss) -> BTreeMap<Id, (Intervals, Intervals)> {
    let net = Net::new(plan);
    let facts = Facts::new(Corner::Worst, BTreeMap::new(), loss.class, plan.assume);
    let world = World::new(&net, loss, &facts);
    let bound = recover(&world, &nothing(), Mode::Bound);
    let planned = recover(&world, &nothing(), Mode::Plan);
    let up = |id: &Id| {
        let node = net.find(id).unwrap();
        let of = |map: &BTreeMap<_, Rc<Settled>>| {
            map.get(&node).map_or_else(Intervals::always, |known| known.up.clone())
        };
        (of(&bound), of(&planned))
    };
    plan.services.keys().map(|id| (id.clone(), up(id))).collect()
}

fn loss(events: &[(String, Effect)]) -> Loss {
    let events = events.iter().map(|(id, effect)| (Id::new(id), *effect)).collect();
    Loss {
        id: "x".into(),
        events,
        extents: BTreeMap::new(),
        takes_people: false,
        class: Class::Disaster,
        moment: None,
    }
}

/// Services that run by the plan when they cannot run at best, and when.
fn better_than_possible(plan: &Plan, lost: &str, effect: Effect) -> Vec<(Id, Intervals)> {
    let all = at_best(plan, &loss(&[(lost.to_owned(), effect)])).into_iter();
    all.map(|(id, (bound, planned))| (id, planned.minus(&bound)))
        .filter(|(_, extra)| !extra.is_empty())
        .collect()
}

/// Plans that random ones have turned up: files of `found`.
#[test]
fn plans_found_by_chance_stay_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/properties/found");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let reading = read(&text);
        for (lost, effect) in Draw::things().iter().flat_map(|lost| EFFECTS.map(|effect| (lost, effect))) {
            assert_eq!(better_than_possible(&reading.plan, lost, effect), [], "{lost} {effect:?}\n{text}");
        }
    }
}

fn states(text: &str, evidence: &Evidence) -> BTreeMap<(String, String, Part), State> {
    let reading = read(text);
    let assessment = assess(&reading.plan, evidence, &|paths| reading.evidence_digest(paths));
    let all = assessment.verdicts().into_iter();
    // Who gets a scarce machine may change with any fact of another service: only what no order can mend is claimed.
    let state = |v: &Verdict| if v.state == State::Missed && !v.certain { State::Unknown } else { v.state };
    all.map(|v| ((v.service.to_string(), v.loss.clone(), v.part), state(v))).collect()
}

fn rank(state: State) -> (bool, bool) {
    (state >= State::Predicted, state > State::Missed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn more_loss_never_helps(draw in Draw::any(), lost in prop::collection::vec((0usize..40, 0u8..3), 1..4)) {
        let reading = read(&draw.text());
        let things = Draw::things();
        let events: Vec<(String, Effect)> =
            lost.iter().map(|(n, e)| (things[n % things.len()].clone(), EFFECTS[usize::from(*e)])).collect();
        let less = at_best(&reading.plan, &loss(&events[1..]));
        let more = at_best(&reading.plan, &loss(&events));
        for (service, (up, _)) in &more {
            let extra = up.minus(&less[service].0);
            prop_assert!(extra.is_empty(), "{service} is up in {extra:?} only because of {:?}\n{}", events[0], draw.text());
        }
    }

    #[test]
    fn the_plan_is_never_better_than_what_is_possible(draw in Draw::any(), n in 0usize..40, e in 0u8..3) {
        let things = Draw::things();
        let lost = &things[n % things.len()];
        let better = better_than_possible(&read(&draw.text()).plan, lost, EFFECTS[usize::from(e)]);
        prop_assert!(better.is_empty(), "{better:?} {lost}\n{}", draw.text());
    }

    #[test]
    fn a_better_fact_never_hurts(draw in Draw::any(), which in 0usize..64, n in 0usize..40) {
        let better = draw.better(which);
        let things = Draw::things();
        let loss = loss(&[(things[n % things.len()].clone(), Effect::Out)]);
        let (before, after) = (at_best(&read(&draw.text()).plan, &loss), at_best(&read(&better.text()).plan, &loss));
        for (service, (up, _)) in &before {
            let lost = up.minus(&after[service].0);
            prop_assert!(lost.is_empty(), "{service} {lost:?}\n{}\n{}", draw.text(), better.text());
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_fact_left_out_makes_no_verdict_better(draw in Draw::any(), which in 0usize..64) {
        let text = draw.text();
        let less = draw.without(which);
        let (before, after) = (states(&text, &nothing()), states(&less, &nothing()));
        for (key, state) in &after {
            let was = before[key];
            prop_assert!(
                rank(*state) <= rank(was) || *state == State::Unknown,
                "{key:?}: {was:?} became {state:?}\n{text}\n{less}"
            );
            prop_assert!(!(was >= State::Predicted && *state == State::Missed), "{key:?} {was:?} {state:?}\n{text}\n{less}");
        }
    }

    #[test]
    fn what_was_worked_out_for_other_losses_changes_no_timeline(draw in Draw::any()) {
        let reading = read(&format!("{}{SCENARIOS}", draw.text()));
        let net = Net::new(&reading.plan);
        let evidence = nothing();
        let context = Context { plan: &reading.plan, net: &net, evidence: &evidence, digest: &|_| String::new() };
        let timelines = Timelines::new(context);
        let short = |all: &BTreeMap<_, Rc<Settled>>| -> BTreeMap<_, _> {
            all.iter().map(|(node, known)| (*node, (known.up.clone(), known.level))).collect()
        };
        for loss in assess::loss::generate(&reading.plan) {
            let facts = Facts::new(Corner::Worst, BTreeMap::new(), loss.class, reading.plan.assume);
            let world = World::new(&net, &loss, &facts);
            let alone = recover(&world, &evidence, Mode::Plan);
            prop_assert_eq!(short(&timelines.under(&loss)), short(&alone), "{}\n{}", loss.id, draw.text());
        }
    }

    #[test]
    fn names_do_not_matter(draw in Draw::any()) {
        let text = draw.text();
        let renamed: BTreeMap<_, _> = states(&text, &nothing())
            .into_iter()
            .map(|((service, loss, part), state)| ((mirrored(&service), mirrored(&loss), part), state))
            .collect();
        prop_assert_eq!(renamed, states(&mirrored(&text), &nothing()), "{}", text);
    }
}
