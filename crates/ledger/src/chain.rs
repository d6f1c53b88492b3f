//! A record, and the hash that seals it.
//!
//! The hash is SHA-256 over these fields, each as its length in bytes (8 bytes, big endian) followed by its bytes:
//!
//! | form 1 | form 2 |
//! |---|---|
//! | `okiagari ledger record 1` | `okiagari ledger record 2` |
//! | number, decimal | number, decimal |
//! | at, as stored | at, as stored |
//! | kind | kind |
//! | | by |
//! | digest | digest |
//! | body, as stored | body, as stored |
//! | previous, hexadecimal | previous, hexadecimal |
//!
//! Lengths make the encoding unambiguous: no text can be moved from one field into the next. Text is hashed as it is
//! stored, so that no later JSON library can change a hash. `previous` of the first record is 64 zeros.

use base::Timestamp;
use sha2::{Digest, Sha256};

/// The form that new records are sealed in.
pub(crate) const FORM: u32 = 2;

/// What the first record is sealed onto.
pub(crate) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// 1 for the first, without gaps.
    pub number: u64,
    /// When it was written, by the clock of the machine.
    pub at: Timestamp,
    /// What kind of thing: `copy`, `drill`, ...
    pub kind: String,
    /// Who or what did it; empty in records from before this was kept.
    pub by: String,
    /// The part of the plan that it is evidence for, or empty.
    pub digest: String,
    /// The rest; its shape depends on the kind.
    pub body: serde_json::Value,
    /// Hash of the record before.
    pub previous: String,
    /// Hash of this record, the one before included.
    pub hash: String,
}

/// Where the chain stood: kept apart from the ledger, it shows later whether the end was cut off.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Checkpoint {
    /// Number of the newest record.
    pub number: u64,
    /// Its hash.
    pub hash: String,
}

/// A record as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) form: u32,
    pub(crate) number: u64,
    pub(crate) at: String,
    pub(crate) kind: String,
    pub(crate) by: String,
    pub(crate) digest: String,
    pub(crate) body: String,
    pub(crate) previous: String,
}

/// A stored field that nothing of ours can have written.
#[derive(Debug)]
pub(crate) struct Unreadable(Box<dyn std::error::Error + Send + Sync>);

impl Unreadable {
    pub(crate) fn into_sqlite(self) -> rusqlite::Error {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, self.0)
    }
}

impl Fields {
    /// The hash that seals these fields.
    pub(crate) fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        let mut add = |text: &str| {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        };
        add(&format!("okiagari ledger record {}", self.form));
        add(&self.number.to_string());
        add(&self.at);
        add(&self.kind);
        if self.form >= 2 {
            add(&self.by);
        }
        add(&self.digest);
        add(&self.body);
        add(&self.previous);
        hexadecimal(&hasher.finalize())
    }

    pub(crate) fn into_record(self, hash: String) -> Result<Record, Unreadable> {
        let at: Timestamp = self.at.parse().map_err(|e: jiff::Error| Unreadable(e.into()))?;
        let body = serde_json::from_str(&self.body).map_err(|e| Unreadable(e.into()))?;
        Ok(Record {
            number: self.number,
            at,
            kind: self.kind,
            by: self.by,
            digest: self.digest,
            body,
            previous: self.previous,
            hash,
        })
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields() -> Fields {
        Fields {
            form: FORM,
            number: 7,
            at: "2026-01-02T03:04:05Z".into(),
            kind: "copy".into(),
            by: "oki".into(),
            digest: "abc".into(),
            body: "{}".into(),
            previous: GENESIS.into(),
        }
    }

    #[test]
    fn the_encoding_never_changes() {
        let form_2 = fields().hash();
        let form_1 = Fields { form: 1, ..fields() }.hash();
        assert_eq!(form_2, "cafc8d728e9c3a022789a152d0acad319ebff7aebd458e4e7dec5927942315ea");
        assert_eq!(form_1, "14924925802b48c2a016472d1bed131a4876af9c03da6bba6a2fdd93d1cbd96b");
    }

    proptest! {
        #[test]
        fn text_moved_between_fields_changes_the_hash(text in "[a-z]{2,8}", cut in 0usize..8) {
            let cut = cut.min(text.len() - 1);
            let whole = Fields { kind: text.clone(), by: String::new(), ..fields() };
            let split = Fields { kind: text[..cut].into(), by: text[cut..].into(), ..fields() };
            prop_assert_ne!(whole.hash(), split.hash());
        }
    }
}
