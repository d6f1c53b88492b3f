//! Opening the file, and what each refusal of SQLite means to a person.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use base::{Exit, Fault, Message};
use rusqlite::{Connection, ErrorCode};

use crate::about;
use crate::schema::{self, Found, SCHEMA_VERSION};

/// How long a process waits for another one's append. Appends take milliseconds.
const BUSY: Duration = Duration::from_secs(20);

pub(crate) fn open(path: &Path) -> Result<Connection, Fault> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| about(Exit::Unusable, "ledger-folder", folder).because(error))?;
    }
    let mut db = Connection::open(path).map_err(|error| fault("ledger-open", path, error))?;
    db.busy_timeout(BUSY).map_err(|error| fault("ledger-open", path, error))?;
    match schema::look(&db).map_err(|error| fault("ledger-open", path, error))? {
        Found::Foreign => return Err(about(Exit::Unusable, "ledger-foreign", path)),
        Found::Version(found) if found > SCHEMA_VERSION => return Err(newer(path, found)),
        Found::Empty | Found::Version(_) => {}
    }
    prepare(&mut db).map_err(|error| fault("ledger-open", path, error))?;
    Ok(db)
}

fn prepare(db: &mut Connection) -> rusqlite::Result<()> {
    write_ahead(db)?;
    // In WAL mode only FULL puts each commit on the disk before it returns.
    db.pragma_update(None, "synchronous", "FULL")?;
    schema::migrate(db)
}

/// SQLite does not wait for others while it changes the journal mode, so this waits itself.
fn write_ahead(db: &Connection) -> rusqlite::Result<()> {
    for _ in 0..100 {
        match db.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
    db.pragma_update(None, "journal_mode", "WAL")
}

fn newer(path: &Path, found: u32) -> Fault {
    let message = Message::new("ledger-newer")
        .with("path", path)
        .with("found", found.to_string())
        .with("known", SCHEMA_VERSION.to_string());
    Fault::new(Exit::Unusable, message).hint(Message::new("ledger-newer-hint"))
}

/// A fault for what SQLite said.
pub(crate) fn fault(id: &'static str, path: &Path, error: rusqlite::Error) -> Fault {
    let (exit, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            (Exit::Damaged, Some("ledger-damaged-hint"))
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (Exit::Locked, Some("ledger-busy-hint")),
        None if matches!(error, rusqlite::Error::FromSqlConversionFailure(..)) => {
            (Exit::Damaged, Some("ledger-verify-hint"))
        }
        _ => (Exit::Unusable, None),
    };
    let fault = about(exit, id, path).because(error);
    match hint {
        Some(hint) => fault.hint(Message::new(hint)),
        None => fault,
    }
}
