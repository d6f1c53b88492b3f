//! What of a world is asked about, where that is not everything.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::net::Node;

/// What is asked about a world.
#[derive(Clone, Debug, Default)]
pub(crate) struct Focus {
    /// Places whose people get away although the loss takes those of lost places.
    pub(crate) spared: BTreeSet<Node>,
    /// Things that are asked about, with all that they refer to; all of them if nothing.
    pub(crate) within: Option<Rc<[bool]>>,
}

impl Focus {
    pub(crate) fn leaves_out(&self, node: Node) -> bool {
        self.within.as_ref().is_some_and(|within| !within[node as usize])
    }
}
