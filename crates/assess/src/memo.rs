//! What was worked out for a service, used again wherever everything it asked gets the same answers.
//!
//! What is asked next follows from the answers so far, so the results for one service make a tree: at each branch a
//! question, and for each answer seen so far what comes after it. Looking a result up asks once what working it out would
//! ask, and nothing more.

use std::cell::RefCell;
use std::hash::Hash;
use std::rc::Rc;

use base::Span;
use plan::Class;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::net::Node;
use crate::trace::{Answer, Ask, Asked};

/// Results kept; then all are forgotten, to begin anew.
const KEPT: usize = 50_000;

/// One result.
#[derive(Debug)]
pub(crate) struct Past<R> {
    /// Whether anything was scarce.
    pub(crate) pressed: bool,
    pub(crate) result: R,
}

/// A number of a branch.
type Next = u32;

#[derive(Debug)]
enum Branch<R> {
    /// The answer to all of these is that it is as ever.
    Run(Box<[Ask]>, Next),
    /// What comes after each answer.
    Fork(Ask, SmallVec<[(Answer, Next); 2]>),
    /// Nothing more is asked.
    Leaf(Rc<Past<R>>),
}

/// Results by what they are of.
#[derive(Debug)]
pub(crate) struct Memo<K, R>(RefCell<Trees<K, R>>);

#[derive(Debug)]
struct Trees<K, R> {
    roots: FxHashMap<K, Next>,
    branches: Vec<Branch<R>>,
    leaves: usize,
}

impl<K, R> Default for Memo<K, R> {
    fn default() -> Memo<K, R> {
        let (roots, branches) = (FxHashMap::default(), Vec::new());
        Memo(RefCell::new(Trees { roots, branches, leaves: 0 }))
    }
}

impl<K: Eq + Hash, R> Memo<K, R> {
    /// The result for which everything that is asked gets the answer of then, as `is` says. `note` is told of all that
    /// was asked.
    pub(crate) fn find(
        &self,
        of: &K,
        is: impl Fn(Ask, &Answer) -> bool,
        mut note: impl FnMut(Ask, &Answer),
    ) -> Option<Rc<Past<R>>> {
        let trees = self.0.borrow();
        let mut path: SmallVec<[(Next, usize); 32]> = SmallVec::new();
        let mut at = *trees.roots.get(of)?;
        loop {
            match &trees.branches[at as usize] {
                Branch::Run(asks, next) => {
                    if !asks.iter().all(|ask| is(*ask, &Answer::AsEver)) {
                        return None;
                    }
                    path.push((at, 0));
                    at = *next;
                }
                Branch::Fork(ask, ways) => {
                    let way = ways.iter().position(|(answer, _)| is(*ask, answer))?;
                    path.push((at, way));
                    at = ways[way].1;
                }
                Branch::Leaf(past) => {
                    path.iter()
                        .for_each(|(branch, way)| trees.branches[*branch as usize].tell(*way, &mut note));
                    return Some(Rc::clone(past));
                }
            }
        }
    }

    /// Keeps a result with what was asked for it, if that can be compared.
    pub(crate) fn keep(&self, of: K, asked: &Asked, past: &Rc<Past<R>>, lean: bool) {
        let Some(asked) = asked else { return };
        let mut trees = self.0.borrow_mut();
        if trees.leaves >= KEPT {
            (trees.roots, trees.branches, trees.leaves) = Default::default();
        }
        match trees.roots.get(&of).copied() {
            Some(root) => trees.graft(root, asked, past, lean),
            None => {
                let root = trees.grow(asked, past);
                trees.roots.insert(of, root);
            }
        }
    }
}

impl<R> Branch<R> {
    fn tell(&self, way: usize, note: &mut dyn FnMut(Ask, &Answer)) {
        match self {
            Branch::Run(asks, _) => asks.iter().for_each(|ask| note(*ask, &Answer::AsEver)),
            Branch::Fork(ask, ways) => note(*ask, &ways[way].0),
            Branch::Leaf(_) => {}
        }
    }
}

impl<K, R> Trees<K, R> {
    fn add(&mut self, branch: Branch<R>) -> Next {
        self.branches.push(branch);
        Next::try_from(self.branches.len() - 1).unwrap_or(Next::MAX)
    }

    /// A tree of its own, from the leaf down.
    fn grow(&mut self, asked: &[(Ask, Answer)], past: &Rc<Past<R>>) -> Next {
        self.leaves += 1;
        let mut at = self.add(Branch::Leaf(Rc::clone(past)));
        let mut rest = asked;
        while let Some(((ask, answer), before)) = rest.split_last() {
            if !matches!(answer, Answer::AsEver) {
                at = self.add(Branch::Fork(*ask, SmallVec::from_iter([(answer.clone(), at)])));
                rest = before;
                continue;
            }
            let well = rest.iter().rev().take_while(|(_, answer)| matches!(answer, Answer::AsEver)).count();
            let (before, run) = rest.split_at(rest.len() - well);
            at = self.add(Branch::Run(run.iter().map(|(ask, _)| *ask).collect(), at));
            rest = before;
        }
        at
    }

    /// Adds what differs from what is known. What was asked in another order is not kept.
    fn graft(&mut self, root: Next, asked: &[(Ask, Answer)], past: &Rc<Past<R>>, lean: bool) {
        let (mut at, mut rest) = (root, asked);
        loop {
            let Some(((ask, answer), after)) = rest.split_first() else { return };
            match &self.branches[at as usize] {
                Branch::Run(run, next) => {
                    let known = |(n, ask): &(usize, &Ask)| {
                        rest.get(*n)
                            .is_some_and(|(asked, answer)| asked == *ask && matches!(answer, Answer::AsEver))
                    };
                    let same = run.iter().enumerate().take_while(known).count();
                    if same < run.len() {
                        return self.split(at, same, &rest[same..], past);
                    }
                    (at, rest) = (*next, &rest[same..]);
                }
                Branch::Fork(own, ways) if own == ask => {
                    match ways.iter().find(|(known, _)| known.is(answer, lean)) {
                        Some((_, next)) => (at, rest) = (*next, after),
                        None => return self.fork(at, answer, after, past),
                    }
                }
                _ => return,
            }
        }
    }

    /// A new answer at a fork.
    fn fork(&mut self, at: Next, answer: &Answer, after: &[(Ask, Answer)], past: &Rc<Past<R>>) {
        let next = self.grow(after, past);
        if let Branch::Fork(_, ways) = &mut self.branches[at as usize] {
            ways.push((answer.clone(), next));
        }
    }

    /// A run forks where for once something is not as ever.
    fn split(&mut self, at: Next, same: usize, rest: &[(Ask, Answer)], past: &Rc<Past<R>>) {
        let Branch::Run(run, next) = &self.branches[at as usize] else { return };
        let (run, mut next) = (run.clone(), *next);
        let Some(((ask, answer), after)) = rest.split_first().filter(|((ask, _), _)| *ask == run[same])
        else {
            return;
        };
        if same + 1 < run.len() {
            next = self.add(Branch::Run(run[same + 1..].into(), next));
        }
        let other = self.grow(after, past);
        let ways = SmallVec::from_iter([(Answer::AsEver, next), (answer.clone(), other)]);
        let fork = Branch::Fork(*ask, ways);
        self.branches[at as usize] = if same == 0 {
            fork
        } else {
            let fork = self.add(fork);
            Branch::Run(run[..same].into(), fork)
        };
    }
}

/// A service, and what every result of it rests on: the class of the loss, and the moment at which it happens.
pub(crate) type When = (Node, Class, Option<Span>);
