//! Faults of a vault.

use base::{Exit, Fault, Message};

pub(crate) type Result<T> = std::result::Result<T, Fault>;

/// Stored bytes are not what they were when they were written.
pub(crate) fn damaged(id: &'static str) -> Fault {
    Fault::new(Exit::Damaged, Message::new(id))
}

/// The request cannot be carried out.
pub(crate) fn unusable(id: &'static str) -> Fault {
    Fault::new(Exit::Unusable, Message::new(id))
}

/// Damage of one named file of the vault.
pub(crate) fn damaged_file(id: &'static str, name: impl ToString) -> Fault {
    Fault::new(Exit::Damaged, Message::new(id).with("name", name.to_string()))
}
