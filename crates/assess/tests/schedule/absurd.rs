//! What makes no sense gets a typed answer, not a panic and not an endless loop.

use assess::schedule::{Budget, NEVER, Need, Placement, Pool, Problem, Schedule, Service, Step, Unusable};
use assess::schedule::{quick, search, start_ordered};

use crate::checker::faults_of;
use crate::searched;

fn one(step: Step, pool: Pool, horizon: u64) -> Problem {
    let service = Service { since: 0, rto: Some(0), ends: vec![0] };
    Problem::new(vec![pool], vec![step], vec![service], horizon).unwrap()
}

fn after(after: &[usize]) -> Step {
    Step { after: after.to_vec(), ..Step::default() }
}

#[test]
fn a_circle_is_named() {
    let steps = vec![after(&[2]), after(&[0]), after(&[1]), after(&[0])];
    let fault = Problem::new(vec![], steps, vec![], 10).unwrap_err();
    let Unusable::Circle(mut circle) = fault else { panic!("{fault:?}") };
    circle.sort_unstable();
    assert_eq!(circle, [0, 1, 2]);
    let own = Problem::new(vec![], vec![after(&[0])], vec![], 10);
    assert_eq!(own, Err(Unusable::Circle(vec![0])));
}

#[test]
fn what_does_not_exist_is_named() {
    assert_eq!(
        Problem::new(vec![], vec![after(&[7])], vec![], 10),
        Err(Unusable::NoSuchStep { step: 0, named: 7 })
    );
    let needy = Step { modes: vec![vec![Need::during(1, 1)]], ..Step::default() };
    assert_eq!(
        Problem::new(vec![Pool::constant(1)], vec![needy], vec![], 10),
        Err(Unusable::NoSuchPool { step: 0, named: 1 })
    );
    let service = Service { ends: vec![3], ..Service::default() };
    assert_eq!(
        Problem::new(vec![], vec![Step::default()], vec![service], 10),
        Err(Unusable::NoSuchEnd { service: 0, named: 3 })
    );
    let modes = Step { modes: vec![vec![]; 70_000], ..Step::default() };
    assert_eq!(Problem::new(vec![], vec![modes], vec![], 10), Err(Unusable::TooMany { step: 0 }));
}

#[test]
fn nobody_means_never() {
    for pool in [Pool::constant(0), Pool::default(), Pool::constant(1)] {
        for resumes in [false, true] {
            let step =
                Step { duration: 1, resumes, modes: vec![vec![Need::during(0, 2)]], ..Step::default() };
            let problem = one(step, pool.clone(), 1_000);
            for found in [searched(&problem, 50), quick(&problem)] {
                assert_eq!(found.services[0].rta, NEVER);
                assert_eq!(found.services[0].bound, NEVER);
                assert!(!found.services[0].met(None));
            }
        }
    }
}

#[test]
fn nothing_to_do_is_done_at_once() {
    let empty = Problem::new(vec![], vec![], vec![], 0).unwrap();
    assert!(searched(&empty, 10).exact() && quick(&empty).exact());
    let service = Service { since: 5, rto: Some(0), ends: vec![] };
    let problem = Problem::new(vec![], vec![], vec![service], 10).unwrap();
    assert_eq!(searched(&problem, 10).services[0].rta, 0);
    let step = Step { modes: vec![vec![Need::during(0, 9)]], ..Step::default() };
    let problem = one(step, Pool::constant(0), 10);
    assert_eq!(searched(&problem, 10).services[0].rta, 0);
    assert_eq!(quick(&problem).services[0].rta, 0);
}

#[test]
fn huge_numbers_do_not_overflow() {
    for duration in [NEVER, NEVER - 1, NEVER / 2] {
        for resumes in [false, true] {
            let needs = vec![Need::during(0, u32::MAX), Need::kept(0, u32::MAX)];
            let mut steps = vec![
                Step {
                    duration,
                    release: NEVER / 2,
                    modes: vec![needs.clone(), needs],
                    resumes,
                    ..Step::default()
                };
                3
            ];
            steps[1].release = NEVER;
            steps[2].after = vec![0, 0];
            let service = Service { since: NEVER, rto: Some(NEVER), ends: vec![0, 1, 2] };
            let pools = vec![Pool::changing([(0, 0), (NEVER - 2, u32::MAX), (NEVER, 1)])];
            let problem = Problem::new(pools, steps, vec![service; 2], NEVER).unwrap();
            for found in [searched(&problem, 50), quick(&problem)] {
                assert_eq!(found.services.len(), 2);
            }
            start_ordered(&problem, &[0, 0, 2, 1, 99]);
        }
    }
}

#[test]
fn candidates_from_elsewhere_are_turned_away() {
    let step = Step { duration: 4, release: 1, modes: vec![vec![Need::during(0, 1)]], ..Step::default() };
    let problem = one(step, Pool::constant(1), 20);
    let at = |start, finish, mode| Schedule {
        placements: vec![Placement { start, finish, mode }],
        ..Schedule::default()
    };
    let mut torn = at(1, 5, 0);
    torn.pieces.insert(0, vec![(9, 3), (NEVER, 0)]);
    let nonsense = [
        Schedule::default(),
        at(0, 4, 0),
        at(NEVER - 1, 3, 0),
        at(1, 5, 9),
        at(19, 23, 0),
        at(NEVER, NEVER, 0),
        torn,
    ];
    for candidate in nonsense {
        let candidates = [candidate];
        let found = search(&problem, Budget { seed: 0, schedules: 9, candidates: &candidates }, &|| false);
        assert_eq!(faults_of(&problem, &found), [""; 0]);
        assert_eq!(found.services[0].rta, 5);
    }
}

#[test]
fn no_time_still_gives_a_schedule() {
    let steps: Vec<Step> = (0..6)
        .map(|n| Step { duration: 2 + n, modes: vec![vec![Need::during(0, 1)]], ..Step::default() })
        .collect();
    let services = (0..6).map(|end| Service { since: 0, rto: Some(3), ends: vec![end] }).collect();
    let problem = Problem::new(vec![Pool::constant(2)], steps, services, 100).unwrap();
    for schedules in [0, 1, u64::MAX] {
        let found = search(&problem, Budget { seed: 0, schedules, candidates: &[] }, &|| true);
        assert_eq!(faults_of(&problem, &found), [""; 0]);
        assert!(found.services.iter().all(|back| back.rta != NEVER));
    }
}
