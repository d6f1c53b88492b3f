//! Faults of a vault.

use std::error::Error;

use base::{Arg, Exit, Fault, Message};

pub(crate) type Result<T> = std::result::Result<T, Fault>;

/// Stored bytes are not what they were when they were written.
pub(crate) fn damaged(id: &'static str) -> Fault {
    Fault::new(Exit::Damaged, Message::new(id))
}

/// A failure and its causes, first things first, as an argument of a message: each in the reader's language if it can be.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> Vec<Arg> {
    let told = |error: &(dyn Error + 'static)| match error.downcast_ref::<Fault>() {
        Some(fault) => Arg::Message(fault.message.clone()),
        None => Arg::Text(error.to_string()),
    };
    let (mut out, mut next) = (Vec::new(), Some(error));
    while let Some(error) = next {
        out.push(told(error));
        next = error.source();
    }
    out
}

/// The request cannot be carried out.
pub(crate) fn unusable(id: &'static str) -> Fault {
    Fault::new(Exit::Unusable, Message::new(id))
}

/// Somebody asked for the work to end.
pub(crate) fn interrupted() -> Fault {
    Fault::new(Exit::Interrupted, Message::new("vault-interrupted"))
}

/// Damage of one named file of the vault.
pub(crate) fn damaged_file(id: &'static str, name: impl ToString) -> Fault {
    Fault::new(Exit::Damaged, Message::new(id).with("name", name.to_string()))
}
