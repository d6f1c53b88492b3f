//! What is asked while something is worked out, in order, with the answers: whatever gets the same answers comes to the
//! same result, be it in another order of work or under another loss.
//!
//! Only the value of an answer counts, not which loss it comes from: how a thing fares, how it is hit, whether its people
//! are lost, which lines lead from one place to another. Nothing else of a loss may be read while a trace is on.

use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use base::Span;
use plan::Effect;
use rustc_hash::FxHasher;

use crate::interval::Intervals;
use crate::net::Node;
use crate::recovery::Settled;
use crate::route::Route;
use crate::world::Known;

/// Questions that are not noted twice if they come again soon.
const RECENT: usize = 64;

/// Something that is asked while a service is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ask {
    /// How a thing fares.
    Thing(Node),
    /// How a thing is hit.
    Struck(Node),
    /// Whether the people of a place are lost with it.
    Taken(Node),
    /// Who does the work of a team.
    StandIn(Node),
    /// How long somebody else was in control of things before anybody noticed.
    Dwelt,
    /// What leads from one place to another.
    Lines(Node, Node),
    /// How another service fares.
    Service(Node),
    /// Units of a machine that better-ranked services have taken, and who took the last.
    Room(Node),
    /// When better-ranked services leave somebody free.
    Free(Node),
}

/// What the answer was.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// As if nothing had happened.
    AsEver,
    Thing(Rc<Known>),
    Struck(Rc<[Strike]>),
    Taken,
    StandIn(Option<Node>),
    Dwelt(Span),
    Lines(Arc<[Route]>),
    Service(Rc<Settled>),
    Room(u32, Node),
    Free(Rc<Intervals>),
}

impl Answer {
    /// Whether two answers are the same; of services every fact they rest on, or where `lean` times and levels only.
    pub(crate) fn is(&self, other: &Answer, lean: bool) -> bool {
        match (self, other) {
            (Answer::AsEver, Answer::AsEver) | (Answer::Taken, Answer::Taken) => true,
            (Answer::Thing(a), Answer::Thing(b)) => Rc::ptr_eq(a, b) || a.condition.fares_like(&b.condition),
            (Answer::Struck(a), Answer::Struck(b)) => a == b,
            (Answer::StandIn(a), Answer::StandIn(b)) => a == b,
            (Answer::Dwelt(a), Answer::Dwelt(b)) => a == b,
            (Answer::Lines(a), Answer::Lines(b)) => Arc::ptr_eq(a, b) || a == b,
            (Answer::Service(a), Answer::Service(b)) => Rc::ptr_eq(a, b) || (lean && a.fares_like(b)),
            (Answer::Room(units, by), Answer::Room(others, who)) => units == others && by == who,
            (Answer::Free(a), Answer::Free(b)) => a == b,
            _ => false,
        }
    }
}

/// Something hits a thing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Strike {
    /// What it does.
    pub(crate) effect: Effect,
    /// What hits it.
    pub(crate) by: By,
    /// How long an outage is.
    pub(crate) out: Intervals,
}

/// What hits a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The loss names it.
    Name,
    /// A grid it lies in, and whether its place may bridge that.
    Grid(bool),
    /// Another region it lies in.
    Region,
}

/// How much is noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Notes {
    /// Nothing.
    #[default]
    Off,
    /// What is asked of other services: enough under one and the same loss.
    Services,
    /// Everything.
    All,
}

/// What was asked, in order; nothing where something was read that cannot be compared.
pub(crate) type Asked = Option<Vec<(Ask, Answer)>>;

/// A place in what has been asked so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    len: usize,
    apart: bool,
}

/// Questions and answers while something is worked out.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    notes: Cell<Notes>,
    all: RefCell<Vec<(Ask, Answer)>>,
    /// Whether anything was read that cannot be compared.
    apart: Cell<bool>,
    recent: Recent,
}

/// What was asked last: much is asked for again and again.
#[derive(Debug)]
struct Recent([Cell<Ask>; RECENT]);

impl Default for Recent {
    fn default() -> Recent {
        Recent([const { Cell::new(Ask::Dwelt) }; RECENT])
    }
}

impl Recent {
    fn forget(&self) {
        self.0.iter().for_each(|cell| cell.set(Ask::Dwelt));
    }

    /// Whether this was not asked lately; it is now.
    fn is_new(&self, ask: Ask) -> bool {
        let mut hash = FxHasher::default();
        ask.hash(&mut hash);
        let place = (hash.finish() >> 40) as usize % RECENT;
        self.0[place].replace(ask) != ask || ask == Ask::Dwelt
    }
}

impl Trace {
    /// Notes from here on, and nothing of what was before.
    pub(crate) fn begin(&self, notes: Notes) {
        self.notes.set(notes);
        self.recent.forget();
        self.apart.set(false);
        self.all.borrow_mut().clear();
    }

    pub(crate) fn notes_all(&self) -> bool {
        self.notes.get() == Notes::All
    }

    /// Does something of which nothing is noted, because its result is.
    pub(crate) fn aside<R>(&self, work: impl FnOnce() -> R) -> R {
        let notes = self.notes.replace(Notes::Off);
        let result = work();
        self.notes.set(notes);
        result
    }

    /// Something was asked of the world.
    pub(crate) fn note(&self, ask: Ask, answer: impl FnOnce() -> Answer) {
        self.note_in(Notes::All, ask, answer);
    }

    /// Something was asked about other services.
    pub(crate) fn note_service(&self, ask: Ask, answer: impl FnOnce() -> Answer) {
        self.note_in(Notes::Services, ask, answer);
    }

    fn note_in(&self, notes: Notes, ask: Ask, answer: impl FnOnce() -> Answer) {
        if self.notes.get() >= notes && self.recent.is_new(ask) {
            let answer = answer();
            self.all.borrow_mut().push((ask, answer));
        }
    }

    /// Something was read that cannot be compared.
    pub(crate) fn apart(&self) {
        self.apart.set(true);
    }

    /// What is asked from here on stands apart until [`Trace::since`].
    pub(crate) fn mark(&self) -> Mark {
        self.recent.forget();
        Mark { len: self.all.borrow().len(), apart: self.apart.replace(false) }
    }

    /// What was asked since the mark.
    pub(crate) fn since(&self, mark: Mark) -> Asked {
        self.recent.forget();
        let apart = self.apart.get();
        self.apart.set(apart || mark.apart);
        (!apart).then(|| self.all.borrow()[mark.len..].to_vec())
    }

    /// What was asked then is as good as asked now.
    pub(crate) fn again(&self, asked: &Asked) {
        self.recent.forget();
        match asked {
            None => self.apart(),
            Some(_) if self.notes.get() == Notes::Off => {}
            Some(asked) => self.all.borrow_mut().extend(asked.iter().cloned()),
        }
    }
}
