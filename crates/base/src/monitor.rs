//! What a library may ask of the world without touching it: the time, and a listener for progress.

use jiff::Timestamp;

use crate::words::Message;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present instant, UTC.
    fn now(&self) -> Timestamp;
}

/// Listens to long work. Libraries report here and never print.
///
/// Called from several threads; implementations must be cheap: a call a file or a blob is usual.
pub trait Monitor: Send + Sync {
    /// Work begins: `total` in the unit of the task (bytes or things) if it is known.
    fn begin(&self, _task: &Message, _total: Option<u64>) {}
    /// What is being done now within the task; of interest only while it lasts.
    fn phase(&self, _what: &Message) {}
    /// `amount` more of the task's unit is done.
    fn advance(&self, _amount: u64) {}
    /// The task will come to this total, which was not known when it began.
    fn expect(&self, _total: u64) {}
    /// So many more things, files mostly, are done; the amount itself is told to `advance`.
    fn count(&self, _things: u64) {}
    /// Whether somebody looks on: only then is it worth finding out how much there is to do.
    fn watched(&self) -> bool {
        false
    }
    /// The task begun last is over.
    fn end(&self) {}
    /// Something went wrong that does not stop the work; the caller also counts it in its result.
    fn problem(&self, _what: &Message) {}
    /// Something worth telling the person at the terminal.
    fn notice(&self, _what: &Message) {}
    /// Whether the work should stop as soon as it is safe.
    fn interrupted(&self) -> bool {
        false
    }
}

/// A monitor that hears nothing.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Monitor for Silent {}
