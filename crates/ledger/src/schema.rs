//! The layout of the file, and how older ones are brought up to date.

use rusqlite::{Connection, TransactionBehavior};

/// Version of the layout that this program writes, as `PRAGMA user_version` holds it.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// `OKIL`: marks the file as a ledger, so that no other database is ever taken for one.
pub(crate) const APPLICATION: i64 = 0x4f4b_494c;

/// Step n brings version n to n + 1. Kept for ever: a ledger of any age has to open.
const MIGRATIONS: [&str; 2] = [V1, V2];

const V1: &str = "
    PRAGMA application_id = 1330334028;
    CREATE TABLE records (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        digest TEXT NOT NULL,
        body TEXT NOT NULL,
        previous TEXT NOT NULL UNIQUE,
        hash TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TRIGGER records_stay BEFORE UPDATE ON records
        BEGIN SELECT RAISE(ABORT, 'records of the ledger are never changed'); END;
    CREATE TRIGGER records_remain BEFORE DELETE ON records
        BEGIN SELECT RAISE(ABORT, 'records of the ledger are never removed'); END;
";

/// Who did it, and the form a record is sealed in: those of version 1 keep their hashes.
const V2: &str = "
    ALTER TABLE records ADD COLUMN by TEXT NOT NULL DEFAULT '';
    ALTER TABLE records ADD COLUMN form INTEGER NOT NULL DEFAULT 1;
    CREATE INDEX records_by_kind ON records (kind, number);
";

/// What stands in the file.
pub(crate) enum Found {
    /// Nothing yet.
    Empty,
    /// A ledger of this version.
    Version(u32),
    /// Somebody else's database.
    Foreign,
}

pub(crate) fn look(db: &Connection) -> rusqlite::Result<Found> {
    // One transaction: half of what another process is just making would look like a stranger's database.
    let tx = db.unchecked_transaction()?;
    let version: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = tx.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: u32 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, version, tables) {
        (APPLICATION, 1.., _) => Found::Version(version),
        (0, 0, 0) => Found::Empty,
        _ => Found::Foreign,
    })
}

/// Brings an older layout up to date, all of it or nothing.
pub(crate) fn migrate(db: &mut Connection) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Looked at again under the lock: another process may have done it meanwhile.
    let from: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for step in MIGRATIONS.iter().skip(from as usize) {
        tx.execute_batch(step)?;
    }
    if from < SCHEMA_VERSION {
        tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    }
    tx.commit()
}

/// The greatest number ever given, by SQLite's own counter.
pub(crate) fn counter(db: &Connection) -> rusqlite::Result<u64> {
    let found = db.query_row("SELECT seq FROM sqlite_sequence WHERE name = 'records'", [], |row| row.get(0));
    match found {
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(0),
        other => other.map(crate::unsigned),
    }
}
