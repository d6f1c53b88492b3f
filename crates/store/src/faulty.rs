//! A store that breaks on purpose, by seed, for tests.

use std::sync::{Mutex, PoisonError};

use base::Message;

use crate::{Entry, Error, Folder, Kind, Name, Result, Store};

/// How often each fault happens: once in so many calls of the kind it touches; 0 is never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odds {
    /// A call fails with [`Kind::Temporary`] and does nothing.
    pub fail: u32,
    /// Loaded bytes end early: `load` gives fewer, `load_range` fails.
    pub cut: u32,
    /// One bit of loaded bytes is wrong.
    pub flip: u32,
    /// A save reports success, but the file is not there: a lying disk after a power cut.
    pub lose: u32,
}

impl Odds {
    /// No fault at all.
    pub const NONE: Odds = Odds { fail: 0, cut: 0, flip: 0, lose: 0 };
}

/// Wraps a store and breaks calls by the seed given. The same seed and calls give the same faults.
pub struct Faulty<S> {
    inner: S,
    odds: Odds,
    state: Mutex<State>,
}

struct State {
    random: u64,
    calls: u64,
    /// From this call on every call fails: the process has died.
    dead_from: Option<u64>,
    faults: u64,
}

impl<S: Store> Faulty<S> {
    /// Wraps `inner`.
    pub fn new(inner: S, seed: u64, odds: Odds) -> Faulty<S> {
        let state = State { random: seed, calls: 0, dead_from: None, faults: 0 };
        Faulty { inner, odds, state: Mutex::new(state) }
    }

    /// From call number `call` on (counting from 0) nothing works any more, as after a crash.
    #[must_use]
    pub fn dying_at(self, call: u64) -> Faulty<S> {
        self.with(|state| state.dead_from = Some(call));
        self
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.with(|state| state.calls)
    }

    /// How many faults were injected.
    pub fn faults(&self) -> u64 {
        self.with(|state| state.faults)
    }

    /// The store inside.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Every call passes here first.
    fn enter(&self) -> Result<()> {
        let broken = self.with(|state| {
            state.calls += 1;
            state.dead_from.is_some_and(|from| state.calls > from) || state.strikes(self.odds.fail)
        });
        if broken {
            return Err(Error::new(
                Kind::Temporary,
                Message::new("store-injected").with("place", self.place()),
            ));
        }
        Ok(())
    }

    fn strikes(&self, odds: u32) -> bool {
        self.with(|state| state.strikes(odds))
    }

    fn spoil(&self, bytes: &mut [u8]) {
        if !bytes.is_empty() && self.strikes(self.odds.flip) {
            let bit = self.with(State::next) as usize % (bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

impl State {
    /// SplitMix64: small, seeded, good enough to choose faults.
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn strikes(&mut self, odds: u32) -> bool {
        let hit = odds > 0 && self.next().is_multiple_of(u64::from(odds));
        self.faults += u64::from(hit);
        hit
    }
}

impl<S: Store> Store for Faulty<S> {
    fn place(&self) -> String {
        self.inner.place()
    }

    fn list(&self, folder: Folder) -> Result<Vec<Entry>> {
        self.enter()?;
        self.inner.list(folder)
    }

    fn load(&self, name: &Name) -> Result<Vec<u8>> {
        self.enter()?;
        let mut bytes = self.inner.load(name)?;
        if self.strikes(self.odds.cut) {
            bytes.truncate(self.with(State::next) as usize % bytes.len().max(1));
        }
        self.spoil(&mut bytes);
        Ok(bytes)
    }

    fn load_range(&self, name: &Name, offset: u64, into: &mut [u8]) -> Result<()> {
        self.enter()?;
        if self.strikes(self.odds.cut) {
            return Err(Error::short(name, &self.place()));
        }
        self.inner.load_range(name, offset, into)?;
        self.spoil(into);
        Ok(())
    }

    fn save(&self, name: &Name, bytes: &[u8]) -> Result<()> {
        self.enter()?;
        if self.strikes(self.odds.lose) {
            return Ok(());
        }
        self.inner.save(name, bytes)
    }

    fn remove(&self, name: &Name) -> Result<()> {
        self.enter()?;
        self.inner.remove(name)
    }

    fn size(&self, name: &Name) -> Result<u64> {
        self.enter()?;
        self.inner.size(name)
    }
}
