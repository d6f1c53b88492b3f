//! What can go wrong in a store, and whether trying again can help.

use std::error::Error as StdError;
use std::{fmt, io};

use base::{Exit, Fault, Message};

use crate::Name;

/// Result of a call to a store.
pub type Result<T> = std::result::Result<T, Error>;

/// What kind of failure it is: says whether a repetition can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The file or the place is not there. Permanent.
    Missing,
    /// The file is there already and may not be replaced. Permanent.
    Exists,
    /// The store does not allow it: rights, read-only medium. Permanent.
    Refused,
    /// There is no room left. Permanent until somebody makes room.
    Full,
    /// The file is shorter than it should be. Permanent.
    Short,
    /// Worth a repetition: interrupted, timed out.
    Temporary,
    /// May be either.
    Unknown,
}

/// A failed call: what was tried on what, and why it failed.
#[derive(Debug)]
pub struct Error {
    /// Permanent, temporary or unknown.
    pub kind: Kind,
    message: Message,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A failure of `kind` with its text.
    pub fn new(kind: Kind, message: Message) -> Error {
        Error { kind, message, source: None }
    }

    /// A failure of the system below, in doing `task` (a message id that takes `name` and `place`).
    pub(crate) fn system(
        task: &'static str,
        name: impl fmt::Display,
        place: &str,
        source: io::Error,
    ) -> Error {
        let message = Message::new(task).with("name", name.to_string()).with("place", place);
        Error { kind: kind_of(&source), message, source: Some(Box::new(source)) }
    }

    pub(crate) fn missing(name: &Name, place: &str) -> Error {
        Error::new(
            Kind::Missing,
            Message::new("store-missing").with("name", name.to_string()).with("place", place),
        )
    }

    pub(crate) fn exists(name: &Name, place: &str) -> Error {
        Error::new(
            Kind::Exists,
            Message::new("store-exists").with("name", name.to_string()).with("place", place),
        )
    }

    pub(crate) fn short(name: &Name, place: &str) -> Error {
        Error::new(
            Kind::Short,
            Message::new("store-short").with("name", name.to_string()).with("place", place),
        )
    }

    /// The text for people.
    pub fn message(&self) -> &Message {
        &self.message
    }

    fn exit(&self) -> Exit {
        match self.kind {
            Kind::Short => Exit::Damaged,
            _ => Exit::Unusable,
        }
    }
}

fn kind_of(error: &io::Error) -> Kind {
    match error.kind() {
        io::ErrorKind::NotFound => Kind::Missing,
        io::ErrorKind::AlreadyExists => Kind::Exists,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Kind::Refused,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Kind::Full,
        io::ErrorKind::UnexpectedEof => Kind::Short,
        io::ErrorKind::Interrupted | io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Kind::Temporary,
        _ => Kind::Unknown,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|e| e as &(dyn StdError + 'static))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        let mut fault = Fault::new(error.exit(), error.message.clone());
        if error.kind == Kind::Full {
            fault = fault.hint(Message::new("store-full-hint"));
        }
        match error.source {
            Some(source) => fault.because(source),
            None => fault,
        }
    }
}
