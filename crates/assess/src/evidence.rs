//! What was really done and measured. The ledger keeps these records; the engine reads them; nothing here is a
//! prediction.

use std::collections::BTreeMap;

use base::{Id, Span, Timestamp};
use plan::Verb;
use serde::{Deserialize, Serialize};

/// Everything measured so far, and the instant at which it is looked at.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Now: evidence ages.
    pub now: Timestamp,
    /// Copies made, oldest first.
    pub copies: Vec<CopyRecord>,
    /// Drills carried out, oldest first.
    pub drills: Vec<DrillRecord>,
}

impl Evidence {
    /// No evidence.
    pub fn none(now: Timestamp) -> Evidence {
        Evidence { now, copies: Vec::new(), drills: Vec::new() }
    }
}

/// One copy of one data set to one vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopyRecord {
    /// Number of the record in the ledger; 0 before it is written.
    #[serde(default)]
    pub record: u64,
    /// Data set.
    pub data: Id,
    /// Vault or equipment it went to.
    pub to: Id,
    /// Digest of the part of the plan that says how this copy is made.
    pub digest: String,
    /// Instant of the content: what was written later is not in it.
    pub content_time: Timestamp,
    /// From `content_time` until the copy could be used, verification included.
    pub took: Span,
    /// Size of the content in bytes.
    pub bytes: u64,
    /// Bytes added to the vault.
    pub added_bytes: u64,
    /// Files copied.
    pub files: u64,
    /// Snapshot in the vault.
    pub snapshot: String,
    /// Whether it was read back and compared after writing.
    pub verified: bool,
    /// What could not be read: counted here, named in the ledger's record.
    pub problems: Vec<String>,
    /// Business records in it, if the data set has a canary.
    pub records: Option<u64>,
    /// Instant of the newest business record in it.
    pub newest_record: Option<Timestamp>,
}

/// One step of a drill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredStep {
    /// What is done.
    #[serde(with = "verb")]
    pub verb: Verb,
    /// To what.
    pub object: String,
    /// Measured time; nothing if the step was not carried out (a person, a supplier, a delivery).
    pub took: Option<Span>,
}

/// One drill: a service recovered in a sandbox after an injected loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrillRecord {
    /// Number of the record in the ledger; 0 before it is written.
    #[serde(default)]
    pub record: u64,
    /// Service.
    pub service: Id,
    /// Name of the way it was recovered on.
    pub way: String,
    /// Id of the loss that was injected.
    pub loss: String,
    /// Digest of the part of the plan that this drill exercised.
    pub digest: String,
    /// Begin, the instant at which the loss was injected.
    pub at: Timestamp,
    /// Vault each data set was restored from.
    pub sources: BTreeMap<Id, Id>,
    /// Everything that was used: available under a loss, or the drill proves nothing for it.
    pub used: Vec<Id>,
    /// The steps of the way's chain in order, carried out or not.
    pub steps: Vec<MeasuredStep>,
    /// From the loss until the service answered its probes; nothing if it never did.
    pub rta: Option<Span>,
    /// Level reached, 0 to 1.
    pub level: f64,
    /// Bytes restored.
    pub bytes: u64,
    /// Age of the newest business record at the loss, if there is a canary.
    pub record_age: Option<Span>,
    /// Business records made after the copy, lost by it, if known.
    pub records_lost: Option<u64>,
    /// Business records found after recovery.
    pub records: Option<u64>,
    /// Whether the service was found to work.
    pub passed: bool,
    /// Why it failed, in English.
    pub failure: Option<String>,
    /// What separated it from the rest: `directory` or `directory and network`.
    pub isolation: String,
}

mod verb {
    use plan::Verb;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(verb: &Verb, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(verb.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Verb, D::Error> {
        let word = String::deserialize(from)?;
        let found = Verb::ALL.into_iter().find(|verb| verb.as_str() == word);
        found.ok_or_else(|| serde::de::Error::custom(format!("unknown step {word}")))
    }
}
