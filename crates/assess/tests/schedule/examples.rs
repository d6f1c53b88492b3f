//! The examples by which scheduling under scarcity is defined, as they are stated.

use assess::schedule::{
    Budget, NEVER, Need, Pool, Problem, Schedule, Service, Step, Time, quick, search, start_ordered,
};

use crate::checker::faults_of;
use crate::searched;

const HOUR: Time = 3_600_000;
const DAY: Time = 24 * HOUR;
const HORIZON: Time = 90 * DAY;

fn step(hours: Time, needs: &[(usize, u32)]) -> Step {
    let needs = needs.iter().map(|&(pool, units)| Need::during(pool, units)).collect();
    Step { duration: hours * HOUR, modes: vec![needs], ..Step::default() }
}

fn service(rto: Time, ends: &[usize]) -> Service {
    Service { since: 0, rto: Some(rto), ends: ends.to_vec() }
}

fn rtas(problem: &Problem) -> Vec<Time> {
    let found = searched(problem, 500);
    assert_eq!(faults_of(problem, &found), [""; 0]);
    found.services.iter().map(|back| back.rta).collect()
}

/// One admin; A (rank 1) 6 h, RTO 3 d; B 3 h, RTO 4 h.
#[test]
fn deadlines_joined_by_rank_miss_nothing_for_nothing() {
    let steps = vec![step(6, &[(0, 1)]), step(3, &[(0, 1)])];
    let services = vec![service(3 * DAY, &[0]), service(4 * HOUR, &[1])];
    let problem = Problem::new(vec![Pool::constant(1)], steps, services, HORIZON).unwrap();
    for found in [searched(&problem, 500), quick(&problem)] {
        assert_eq!(faults_of(&problem, &found), [""; 0]);
        assert_eq!((found.services[0].rta, found.services[1].rta), (9 * HOUR, 3 * HOUR));
        assert!(found.services[0].met(Some(3 * DAY)) && found.services[1].met(Some(4 * HOUR)));
    }
    assert_eq!(searched(&problem, 500).services[0].ceiling, 3 * DAY);
}

/// Time that no lower rank needs is not wasted: with RTO 10 h for B, A comes first.
#[test]
fn a_higher_rank_waits_only_where_that_saves_a_lower_one() {
    let steps = vec![step(6, &[(0, 1)]), step(3, &[(0, 1)])];
    let services = vec![service(3 * DAY, &[0]), service(10 * HOUR, &[1])];
    let problem = Problem::new(vec![Pool::constant(1)], steps, services, HORIZON).unwrap();
    assert_eq!(rtas(&problem), [6 * HOUR, 9 * HOUR]);
}

/// Graham 1969: 2 people; a 5 h (1), b 3 h (2), c 4 h (1), d 1 h (1) after c.
fn anomaly(a: Time) -> Problem {
    let mut steps = vec![step(a, &[(0, 1)]), step(3, &[(0, 2)]), step(4, &[(0, 1)]), step(1, &[(0, 1)])];
    steps[3].after = vec![2];
    Problem::new(vec![Pool::constant(2)], steps, vec![service(DAY, &[0, 1, 2, 3])], HORIZON).unwrap()
}

#[test]
fn a_shorter_step_is_never_reported_as_slower() {
    // A witness of 8 h, in the order a b c d.
    let starts = [0, 5, 0, 4].map(|hour| hour * HOUR);
    let slower = anomaly(5);
    let placements = starts.iter().zip(slower.steps()).map(|(&start, step)| assess::schedule::Placement {
        start,
        finish: start + step.duration,
        mode: 0,
    });
    let witness = Schedule { placements: placements.collect(), ..Schedule::default() };
    let candidates = [witness];
    // Shortest possible search: the witness is all there is.
    let budget = Budget { seed: 1, schedules: 1, candidates: &candidates };
    let found = search(&anomaly(3), budget, &|| true);
    assert_eq!(faults_of(&anomaly(3), &found), [""; 0]);
    assert!(found.services[0].rta <= 8 * HOUR, "{found:?}");
    assert!(rtas(&anomaly(3)) <= rtas(&anomaly(5)));
}

#[test]
fn one_head_in_two_teams_counts_once() {
    let steps = vec![step(2, &[(0, 1)]), step(2, &[(0, 1)])];
    let services = vec![service(DAY, &[0]), service(DAY, &[1])];
    let problem = Problem::new(vec![Pool::constant(1)], steps, services, HORIZON).unwrap();
    assert_eq!(rtas(&problem), [2 * HOUR, 4 * HOUR]);
}

/// The network team is Sato and Ito, the database team is Sato: the network step must leave Sato to the other.
#[test]
fn who_can_do_less_is_spared_for_it() {
    let mut network = step(2, &[(0, 1)]);
    network.modes.push(vec![Need::during(1, 1)]);
    let steps = vec![network, step(2, &[(0, 1)])];
    let services = vec![service(DAY, &[0]), service(DAY, &[1])];
    let problem = Problem::new(vec![Pool::constant(1), Pool::constant(1)], steps, services, HORIZON).unwrap();
    assert_eq!(rtas(&problem), [2 * HOUR, 2 * HOUR]);
}

/// `spare` 100 % is a way of both A and B, site gone: A on the spare, B never; B's bound says met.
#[test]
fn a_spare_serves_one_of_two_services() {
    let on_spare = || Step { duration: HOUR, modes: vec![vec![Need::kept(0, 1)]], ..Step::default() };
    let services = vec![service(4 * HOUR, &[0]), service(4 * HOUR, &[1])];
    let problem =
        Problem::new(vec![Pool::constant(1)], vec![on_spare(), on_spare()], services, HORIZON).unwrap();
    for found in [searched(&problem, 500), quick(&problem)] {
        assert_eq!(faults_of(&problem, &found), [""; 0]);
        assert_eq!((found.services[0].rta, found.services[1].rta), (HOUR, NEVER));
        assert_eq!(found.services[1].bound, HOUR);
        assert!(found.services[0].met(Some(4 * HOUR)) && !found.services[1].met(Some(4 * HOUR)));
    }
}

/// A without an RTO still takes the spare before B.
#[test]
fn no_rto_is_not_no_claim() {
    let on_spare = || Step { duration: HOUR, modes: vec![vec![Need::kept(0, 1)]], ..Step::default() };
    let first = Service { since: 0, rto: None, ends: vec![0] };
    let steps = vec![on_spare(), on_spare()];
    let problem =
        Problem::new(vec![Pool::constant(1)], steps, vec![first, service(HOUR, &[1])], HORIZON).unwrap();
    assert_eq!(rtas(&problem), [HOUR, NEVER]);
}

/// One admin; A 6 h (RTO 6 h), B 3 h (RTO 8 h). Both stopped: B at 9 h, missed. A's only backup lost too: the admin
/// is free, B at 3 h, met.
#[test]
fn more_loss_may_help_a_lower_rank() {
    let problem = |backup: u32| {
        let pools = vec![Pool::constant(1), Pool::constant(backup)];
        let steps = vec![step(6, &[(0, 1), (1, 1)]), step(3, &[(0, 1)])];
        let services = vec![service(6 * HOUR, &[0]), service(8 * HOUR, &[1])];
        Problem::new(pools, steps, services, HORIZON).unwrap()
    };
    let both = searched(&problem(u32::MAX), 500);
    assert_eq!((both.services[0].rta, both.services[1].rta), (6 * HOUR, 9 * HOUR));
    assert!(both.services[0].met(Some(6 * HOUR)) && !both.services[1].met(Some(8 * HOUR)));
    let without = searched(&problem(0), 500);
    assert_eq!((without.services[0].rta, without.services[1].rta), (NEVER, 3 * HOUR));
    assert!(!without.services[0].met(Some(6 * HOUR)) && without.services[1].met(Some(8 * HOUR)));
}

/// Restore 4 h from 3 h on, generator dry [5 h, 72 h): restarting ends at 76 h, resuming at 74 h.
#[test]
fn an_interrupted_step_restarts_or_resumes() {
    let power = Pool::changing([(0, u32::MAX), (5 * HOUR, 0), (72 * HOUR, u32::MAX)]);
    let ends = |resumes: bool| {
        let restore = Step { release: 3 * HOUR, resumes, ..step(4, &[(0, 1)]) };
        let problem =
            Problem::new(vec![power.clone()], vec![restore], vec![service(DAY, &[0])], HORIZON).unwrap();
        let found = searched(&problem, 100);
        assert_eq!(faults_of(&problem, &found), [""; 0]);
        assert_eq!(found.services[0].bound, found.services[0].rta);
        found.services[0].rta
    };
    assert_eq!((ends(false), ends(true)), (76 * HOUR, 74 * HOUR));
}

/// Steps whose pools are never short take as long as their chain, whatever the order.
#[test]
fn what_does_not_bind_does_not_delay() {
    let mut steps = vec![step(2, &[(0, 1)]), step(3, &[(0, 2)]), step(1, &[(0, 1)])];
    steps[2].after = vec![0, 1];
    let problem = Problem::new(vec![Pool::constant(3)], steps, vec![service(HOUR, &[2])], HORIZON).unwrap();
    let found = searched(&problem, 100);
    assert!(found.exact());
    assert_eq!(found.services[0].rta, 4 * HOUR);
}

/// In the anomaly's own list, the schedule in which starts follow the list is slower but never anomalous.
#[test]
fn a_start_ordered_schedule_has_no_anomaly() {
    let end = |a: Time| {
        let spans = start_ordered(&anomaly(a), &[0, 1, 2, 3]);
        spans.iter().map(|span| span.1).max()
    };
    assert!(end(3) <= end(5), "{:?} {:?}", end(3), end(5));
}

/// Shifts: work that does not fit into what is left of a shift waits for the next one.
#[test]
fn a_shift_that_ends_ends_the_work() {
    let shifts = (0..90).flat_map(|day| [(day * DAY, 1), (day * DAY + 8 * HOUR, 0)]);
    let steps = vec![step(5, &[(0, 1)]), step(4, &[(0, 1)])];
    let services = vec![service(DAY, &[0]), service(DAY, &[1])];
    let problem = Problem::new(vec![Pool::changing(shifts)], steps, services, HORIZON).unwrap();
    assert_eq!(rtas(&problem), [5 * HOUR, DAY + 4 * HOUR]);
}

/// Two standbys that take no time to occupy cannot both be had from a pool of one, before work or after it.
#[test]
fn what_is_kept_is_kept_though_nothing_follows() {
    for before in [0, 5] {
        let keeping = Step { after: vec![0], modes: vec![vec![Need::kept(0, 1)]], ..Step::default() };
        let steps = vec![step(before, &[]), keeping.clone(), keeping];
        let services = vec![service(DAY, &[1]), service(DAY, &[2])];
        let problem = Problem::new(vec![Pool::constant(1)], steps, services, HORIZON).unwrap();
        assert_eq!(rtas(&problem), [before * HOUR, NEVER]);
    }
}
