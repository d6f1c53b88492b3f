//! Whether the ledger is what was written.
//!
//! The chain shows any record that was changed, removed or put in between. It cannot show by itself that its end was
//! cut off: SQLite's counter does unless it was set back too, and a checkpoint kept elsewhere always does.

use base::{Exit, Fault, Message};
use rusqlite::Connection;

use crate::chain::{self, Checkpoint};
use crate::{read, schema};

/// What a verification found.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
    /// Records that are in order, from the first one on.
    pub records: u64,
    /// The newest record that is in order.
    pub head: Option<Checkpoint>,
    /// The first record that is not in order, and why.
    pub broken: Option<(u64, Damage)>,
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Its content does not match its hash.
    Changed,
    /// It is not sealed onto the record before.
    Unlinked,
    /// It is missing.
    Missing,
    /// It differs from a checkpoint that was kept elsewhere.
    Replaced,
    /// The file itself is damaged, as SQLite says it.
    File(String),
}

impl Verification {
    /// Whether everything is as it was written.
    pub fn is_sound(&self) -> bool {
        self.broken.is_none()
    }

    /// What is wrong, for a person.
    pub fn fault(&self) -> Option<Fault> {
        let (number, damage) = self.broken.as_ref()?;
        let message = Message::new("ledger-broken").with("number", number.to_string());
        let message = message.with("what", damage.message());
        Some(Fault::new(Exit::Damaged, message).hint(Message::new("ledger-damaged-hint")))
    }
}

impl Damage {
    /// In words.
    pub fn message(&self) -> Message {
        match self {
            Damage::Changed => Message::new("ledger-damage-changed"),
            Damage::Unlinked => Message::new("ledger-damage-unlinked"),
            Damage::Missing => Message::new("ledger-damage-missing"),
            Damage::Replaced => Message::new("ledger-damage-replaced"),
            Damage::File(said) => Message::new("ledger-damage-file").with("said", said),
        }
    }
}

pub(crate) fn verify(db: &Connection, known: &[Checkpoint]) -> rusqlite::Result<Verification> {
    let mut found = walk(db, known)?;
    if found.broken.is_none() {
        found.broken = file_damage(db)?.map(|said| (found.records + 1, Damage::File(said)));
    }
    Ok(found)
}

fn walk(db: &Connection, known: &[Checkpoint]) -> rusqlite::Result<Verification> {
    let mut found = Verification { records: 0, head: None, broken: None };
    // One read transaction, so that appends meanwhile do not look like damage at the end.
    let tx = db.unchecked_transaction()?;
    let mut query = tx.prepare(
        "SELECT form, number, at, kind, by, digest, body, previous, hash FROM records ORDER BY number",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (fields, hash) = read(row)?;
        let previous = found.head.as_ref().map_or(chain::GENESIS, |head| &head.hash);
        if let Some(damage) = judge(&fields, &hash, found.records, previous, known) {
            let first = if damage == Damage::Missing { found.records + 1 } else { fields.number };
            found.broken = Some((first, damage));
            return Ok(found);
        }
        found.records = fields.number;
        found.head = Some(Checkpoint { number: fields.number, hash });
    }
    let expected = known.iter().map(|c| c.number).fold(schema::counter(&tx)?, u64::max);
    if expected > found.records {
        found.broken = Some((found.records + 1, Damage::Missing));
    }
    Ok(found)
}

fn judge(
    fields: &chain::Fields,
    hash: &str,
    last: u64,
    previous: &str,
    known: &[Checkpoint],
) -> Option<Damage> {
    if fields.number != last + 1 {
        return Some(Damage::Missing);
    }
    if fields.hash() != hash {
        return Some(Damage::Changed);
    }
    if fields.previous != previous {
        return Some(Damage::Unlinked);
    }
    let differs = known.iter().any(|c| c.number == fields.number && c.hash != hash);
    differs.then_some(Damage::Replaced)
}

fn file_damage(db: &Connection) -> rusqlite::Result<Option<String>> {
    let said: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then_some(said))
}
