//! What happened: records that are only ever added, each sealed with the hash of the one before.
//!
//! One SQLite file. An append that has returned survives `kill -9` and, as far as the disk keeps its word, a power
//! cut. Several processes may append at once; they keep one chain.
//!
//! Invariant: nothing here changes or removes a record, and nothing here knows what a record's body means.

mod chain;
mod open;
mod schema;
mod verify;

pub use chain::{Checkpoint, Record};
pub use schema::SCHEMA_VERSION;
pub use verify::{Damage, Verification};

use std::path::{Path, PathBuf};

use base::{Clock, Exit, Fault, Message};
use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};

/// The ledger of one plan.
pub struct Ledger<'c> {
    db: Connection,
    path: PathBuf,
    clock: &'c dyn Clock,
}

/// Which records to read. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<String>,
    /// Only records with a greater number.
    pub after: u64,
    /// Only the last so many of them.
    pub last: Option<u32>,
}

impl Filter {
    /// All records of one kind.
    pub fn kind(kind: &str) -> Filter {
        Filter { kind: Some(kind.to_owned()), ..Filter::default() }
    }
}

impl<'c> Ledger<'c> {
    /// Opens the ledger at `path`, made on first use with its folder; an older layout is brought up to date.
    ///
    /// Refused: a layout of a later program, a file that is something else, a damaged file.
    pub fn open(path: &Path, clock: &'c dyn Clock) -> Result<Ledger<'c>, Fault> {
        let db = open::open(path)?;
        Ok(Ledger { db, path: path.to_owned(), clock })
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a record. `by` is who or what did it, `digest` the part of the plan it is evidence for (or empty).
    ///
    /// Earlier tampering does not stop it: what happens now has to be written down, and `verify` still tells.
    pub fn append(
        &self,
        kind: &str,
        by: &str,
        digest: &str,
        body: &serde_json::Value,
    ) -> Result<Record, Fault> {
        self.append_now(kind, by, digest, body).map_err(|error| self.fault("ledger-append", error))
    }

    fn append_now(
        &self,
        kind: &str,
        by: &str,
        digest: &str,
        body: &serde_json::Value,
    ) -> rusqlite::Result<Record> {
        // IMMEDIATE takes the write lock before the head is read, so that two processes never seal onto the same one.
        let tx = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let (last, previous) = head(&tx)?;
        let fields = chain::Fields {
            form: chain::FORM,
            number: last + 1,
            at: self.clock.now().to_string(),
            kind: kind.to_owned(),
            by: by.to_owned(),
            digest: digest.to_owned(),
            body: body.to_string(),
            previous,
        };
        let hash = fields.hash();
        insert(&tx, &fields, &hash)?;
        tx.commit()?;
        fields.into_record(hash).map_err(chain::Unreadable::into_sqlite)
    }

    /// The records a filter lets through, oldest first.
    pub fn records(&self, filter: &Filter) -> Result<Vec<Record>, Fault> {
        self.records_now(filter).map_err(|error| self.fault("ledger-read", error))
    }

    fn records_now(&self, filter: &Filter) -> rusqlite::Result<Vec<Record>> {
        let mut query = self.db.prepare_cached(
            "SELECT * FROM (SELECT form, number, at, kind, by, digest, body, previous, hash FROM records
             WHERE number > ?1 AND (?2 IS NULL OR kind = ?2) ORDER BY number DESC LIMIT ?3) ORDER BY number",
        )?;
        let limit = filter.last.map_or(-1, i64::from);
        let rows = query.query_map(params![signed(filter.after), filter.kind, limit], |row| {
            let (fields, hash) = read(row)?;
            fields.into_record(hash).map_err(chain::Unreadable::into_sqlite)
        })?;
        rows.collect()
    }

    /// The newest record's number and hash: kept elsewhere, it later shows whether anything was cut off the end.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, Fault> {
        let last = self.records(&Filter { last: Some(1), ..Filter::default() })?.pop();
        Ok(last.map(|record| Checkpoint { number: record.number, hash: record.hash }))
    }

    /// Recomputes every hash and walks the chain.
    pub fn verify(&self) -> Result<Verification, Fault> {
        self.verify_with(&[])
    }

    /// Like `verify`, and holds the chain against checkpoints that were kept elsewhere.
    pub fn verify_with(&self, known: &[Checkpoint]) -> Result<Verification, Fault> {
        verify::verify(&self.db, known).map_err(|error| self.fault("ledger-read", error))
    }

    fn fault(&self, id: &'static str, error: rusqlite::Error) -> Fault {
        open::fault(id, &self.path, error)
    }
}

/// Number to continue from and the hash to seal onto. The number comes from the counter SQLite keeps, not from the
/// last row: after somebody cut rows off the end, numbers go on and leave a gap that shows.
fn head(tx: &Transaction<'_>) -> rusqlite::Result<(u64, String)> {
    let newest = tx.query_row("SELECT number, hash FROM records ORDER BY number DESC LIMIT 1", [], |row| {
        Ok((unsigned(row.get(0)?), row.get(1)?))
    });
    let (number, hash) = match newest {
        Err(rusqlite::Error::QueryReturnedNoRows) => (0, chain::GENESIS.to_owned()),
        other => other?,
    };
    Ok((number.max(schema::counter(tx)?), hash))
}

fn insert(tx: &Transaction<'_>, fields: &chain::Fields, hash: &str) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO records (form, number, at, kind, by, digest, body, previous, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        fields.form,
        signed(fields.number),
        fields.at,
        fields.kind,
        fields.by,
        fields.digest,
        fields.body,
        fields.previous,
        hash
    ])?;
    Ok(())
}

/// One row, untouched, and the hash it carries.
fn read(row: &Row<'_>) -> rusqlite::Result<(chain::Fields, String)> {
    let fields = chain::Fields {
        form: row.get(0)?,
        number: unsigned(row.get(1)?),
        at: row.get(2)?,
        kind: row.get(3)?,
        by: row.get(4)?,
        digest: row.get(5)?,
        body: row.get(6)?,
        previous: row.get(7)?,
    };
    Ok((fields, row.get(8)?))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A fault about the ledger at `path`.
fn about(exit: Exit, id: &'static str, path: &Path) -> Fault {
    Fault::new(exit, Message::new(id).with("path", path))
}
