//! Ids of things. One namespace for all kinds, so an id alone says which thing is meant.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Id of a thing in a plan: letters of any script, digits, `-`, `_`, `.`, and `/` for built-in regions.
///
/// Cheap to clone: plans refer to the same ids everywhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(Arc<str>);

impl Id {
    /// An id from text that is known to be well formed (checked when a plan is read).
    pub fn new(text: &str) -> Id {
        Id(Arc::from(text))
    }

    /// An id from text that is shared already, without a copy of it.
    pub fn shared(text: &Arc<str>) -> Id {
        Id(Arc::clone(text))
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `text` may stand as an id.
    pub fn is_valid(text: &str) -> bool {
        !text.is_empty()
            && text.len() <= 200
            && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
            && text.chars().next().is_some_and(char::is_alphanumeric)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Id {
        Id::new(text)
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Id {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Id {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn ids_may_be_japanese_but_not_spaced() {
        assert!(Id::is_valid("住民台帳"));
        assert!(Id::is_valid("jp/iwate"));
        assert!(Id::is_valid("erp-db.1"));
        for bad in ["", "a b", "-a", "a:b", "a\u{3000}b"] {
            assert!(!Id::is_valid(bad), "{bad:?}");
        }
    }
}
