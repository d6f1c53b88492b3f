//! Stores that fail, lie and die, by seed: what was reported as saved is there, what is restored is right.

use std::sync::Arc;

use store::{Faulty, Memory, Odds};

use super::*;

/// Everything that was reported as saved comes back, byte for byte.
fn all_there(vault: &Vault, saved: &[(String, std::path::PathBuf)], seed: u64) {
    let report = vault.check(true, &Later(0), &Heard::default()).unwrap();
    assert!(report.problems.is_empty(), "seed {seed}: {:?}", report.problems);
    for (id, source) in saved {
        let target = tempfile::tempdir().unwrap();
        let report = restore(vault, id, target.path()).unwrap();
        assert!(report.problems.is_empty(), "seed {seed}: {:?}", report.problems);
        assert_eq!(content(&below(target.path(), source)), content(source), "seed {seed}");
    }
}

#[test]
fn a_backup_that_dies_at_any_call_loses_nothing() {
    let (one, two) = (sample(), sample());
    std::fs::write(two.path().join("more"), noise(500, 1 << 20)).unwrap();
    let start = Arc::new(Memory::new());
    let vault = made(&start);
    let first = backup(&vault, one.path()).unwrap().snapshot.id();
    let calls = {
        let store = Arc::new(Faulty::new(start.copy(), 0, Odds::NONE));
        backup(&over(&vault, &store), two.path()).unwrap();
        store.calls()
    };
    assert!(calls > 10, "{calls} calls");
    for call in 0..calls {
        let store = Arc::new(Faulty::new(start.copy(), 0, Odds::NONE).dying_at(call));
        let mut saved = vec![(first.clone(), one.path().to_owned())];
        let second = backup(&over(&vault, &store), two.path());
        saved.extend(second.ok().map(|report| (report.snapshot.id(), two.path().to_owned())));
        let left = over(&vault, &Arc::new(store.inner().copy()));
        all_there(&left, &saved, call);
        // And the next one takes it up.
        let again = backup(&left, two.path()).unwrap();
        saved.push((again.snapshot.id(), two.path().to_owned()));
        all_there(&left, &saved, call);
    }
}

#[test]
fn calls_that_fail_now_and_then_lose_nothing() {
    let source = sample();
    let mut outcomes = (0, 0);
    let start = Arc::new(Memory::new());
    let vault = made(&start);
    for seed in 0..60 {
        let odds = Odds { fail: 12, ..Odds::NONE };
        let store = Arc::new(Faulty::new(start.copy(), seed, odds));
        let mut saved = Vec::new();
        for _ in 0..3 {
            match backup(&over(&vault, &store), source.path()) {
                Ok(report) => saved.push((report.snapshot.id(), source.path().to_owned())),
                Err(fault) => {
                    outcomes.1 += 1;
                    assert!(
                        fault.chain(base::Lang::En).join(" ").contains("injected"),
                        "seed {seed}: {fault:?}"
                    );
                }
            }
        }
        outcomes.0 += saved.len();
        all_there(&over(&vault, &Arc::new(store.inner().copy())), &saved, seed);
    }
    assert!(outcomes.0 > 10 && outcomes.1 > 10, "both must happen: {outcomes:?}");
}

#[test]
fn what_is_read_wrongly_is_never_restored_wrongly() {
    let source = sample();
    let start = Arc::new(Memory::new());
    let vault = made(&start);
    let id = backup(&vault, source.path()).unwrap().snapshot.id();
    let expected = content(source.path());
    let (mut whole, mut part) = (0, 0);
    for seed in 0..80 {
        let odds = Odds { flip: 80, cut: 80, fail: 200, ..Odds::NONE };
        let store = Arc::new(Faulty::new(start.copy(), seed, odds));
        let target = tempfile::tempdir().unwrap();
        let back = below(target.path(), source.path());
        let report = restore(&over(&vault, &store), &id, target.path());
        // Whatever is there is right; and what is not was named.
        let found = if back.exists() { content(&back) } else { Default::default() };
        for (path, (_, _, bytes)) in &found {
            assert_eq!(*bytes, expected[path].2, "seed {seed}: {}", path.display());
        }
        match report {
            Ok(report) if report.problems.is_empty() => {
                whole += 1;
                assert_eq!(found, expected, "seed {seed}");
            }
            Ok(report) => {
                part += 1;
                let missing = expected.keys().filter(|path| !found.contains_key(*path)).count();
                assert!(missing == 0 || !report.problems.is_empty(), "seed {seed}");
            }
            Err(_) => part += 1,
        }
    }
    assert!(whole > 0 && part > 10, "{whole} whole, {part} not");
}

#[test]
fn packs_that_a_lying_store_lost_are_found() {
    let source = sample();
    let mut found = 0;
    let start = Arc::new(Memory::new());
    let vault = made(&start);
    for seed in 0..60 {
        let store = Arc::new(Faulty::new(start.copy(), seed, Odds { lose: 3, ..Odds::NONE }));
        let lying = over(&vault, &store);
        let report =
            backup(&lying, source.path()).and_then(|report| lying.verify(&report, &Heard::default()));
        let left = over(&vault, &Arc::new(store.inner().copy()));
        let checked = left.check(false, &Later(0), &Heard::default()).unwrap();
        let snapshots = left.snapshots().unwrap().0.len();
        if report.is_ok() && snapshots == 1 {
            assert!(
                checked.problems.is_empty(),
                "seed {seed}: read back, but not there: {:?}",
                checked.problems
            );
        } else {
            found += 1;
        }
    }
    assert!(found > 3, "{found}");
}
