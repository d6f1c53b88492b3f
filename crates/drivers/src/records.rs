//! Copies and drills as records of the ledger.

use assess::{CopyRecord, DrillRecord, Evidence};
use base::{Exit, Fault, Id, Message, Timestamp};
use ledger::{Filter, Ledger, Record};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Kind of the records of copies.
pub const COPY: &str = "copy";
/// Kind of the records of drills.
pub const DRILL: &str = "drill";

/// Kind of the records of vaults begun anew.
pub const ANEW: &str = "new-vault";

/// Writes a copy down; the record it became carries its number.
pub fn append_copy(ledger: &Ledger<'_>, by: &str, copy: &CopyRecord) -> Result<CopyRecord, Fault> {
    let record = append(ledger, COPY, by, &copy.digest, copy)?;
    Ok(CopyRecord { record: record.number, ..copy.clone() })
}

/// Writes a drill down; the record it became carries its number.
pub fn append_drill(ledger: &Ledger<'_>, by: &str, drill: &DrillRecord) -> Result<DrillRecord, Fault> {
    let record = append(ledger, DRILL, by, &drill.digest, drill)?;
    Ok(DrillRecord { record: record.number, ..drill.clone() })
}

/// Writes down that a vault was lost and begun anew: the copies recorded before are no more.
pub fn append_anew(ledger: &Ledger<'_>, by: &str, vault: &Id) -> Result<(), Fault> {
    append(ledger, ANEW, by, "", &Anew { record: 0, vault: vault.clone() }).map(|_| ())
}

#[derive(Serialize, Deserialize)]
struct Anew {
    #[serde(default)]
    record: u64,
    vault: Id,
}

/// Everything the ledger knows, looked at at `now`.
pub fn evidence(ledger: &Ledger<'_>, now: Timestamp) -> Result<Evidence, Fault> {
    let mut copies = read(ledger, COPY, |copy: &mut CopyRecord, number| copy.record = number)?;
    let mut drills = read(ledger, DRILL, |drill: &mut DrillRecord, number| drill.record = number)?;
    for anew in read(ledger, ANEW, |anew: &mut Anew, number| anew.record = number)? {
        copies.retain(|copy| copy.to != anew.vault || copy.record > anew.record);
        let from_it = |drill: &DrillRecord| drill.sources.values().any(|source| *source == anew.vault);
        drills.retain(|drill| drill.record > anew.record || !from_it(drill));
    }
    Ok(Evidence { now, copies, drills })
}

fn append<T: Serialize>(
    ledger: &Ledger<'_>,
    kind: &str,
    by: &str,
    digest: &str,
    what: &T,
) -> Result<Record, Fault> {
    let mut body = serde_json::to_value(what)
        .map_err(|error| Fault::new(Exit::Unusable, Message::new("drill-record-write")).because(error))?;
    // The number is the ledger's to give; the body does not claim one.
    if let Some(fields) = body.as_object_mut() {
        fields.remove("record");
    }
    ledger.append(kind, by, digest, &body)
}

fn read<T: DeserializeOwned>(
    ledger: &Ledger<'_>,
    kind: &str,
    number: fn(&mut T, u64),
) -> Result<Vec<T>, Fault> {
    let decode = |record: Record| {
        let mut what: T = serde_json::from_value(record.body).map_err(|error| {
            let message = Message::new("drill-record-read").with("number", record.number.to_string());
            Fault::new(Exit::Damaged, message).because(error)
        })?;
        number(&mut what, record.number);
        Ok(what)
    };
    ledger.records(&Filter::kind(kind))?.into_iter().map(decode).collect()
}
