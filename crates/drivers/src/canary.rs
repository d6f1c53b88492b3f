//! The question to the data in the business's own terms: how many records, and how new is the newest.

use std::path::Path;
use std::time::Duration;

use base::{Exit, Fault, Message, Timestamp};
use plan::Canary;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

/// What a canary answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) records: u64,
    pub(crate) newest: Option<Timestamp>,
}

/// Asks the data at `root`: the folder or file that the data set's `path` names, or a restored copy of it.
pub(crate) fn ask(canary: &Canary, root: &Path) -> Result<Answer, Fault> {
    let file = if root.is_file() { root.to_owned() } else { root.join(&canary.sqlite) };
    let about = |id: &'static str| {
        Fault::new(Exit::Unusable, Message::new(id).with("path", &file).with("query", &canary.query))
    };
    let row = first_row(&file, &canary.query).map_err(|error| about("protect-canary").because(error))?;
    let row = row.ok_or_else(|| about("protect-canary-empty"))?;
    let records = match row.first() {
        Some(Value::Integer(n)) => u64::try_from(*n).ok(),
        _ => None,
    };
    let newest = row.get(1).and_then(instant);
    let unread = row.get(1).is_some_and(|value| *value != Value::Null) && newest.is_none();
    match records {
        Some(records) if !unread => Ok(Answer { records, newest }),
        _ => Err(about("protect-canary-answer").hint(Message::new("protect-canary-hint"))),
    }
}

/// The first row a query gives, read without writing to the file.
pub(crate) fn first_row(file: &Path, query: &str) -> rusqlite::Result<Option<Vec<Value>>> {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    db.busy_timeout(Duration::from_secs(5))?;
    let mut statement = db.prepare(query)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    (0..columns).map(|column| row.get(column)).collect::<rusqlite::Result<Vec<Value>>>().map(Some)
}

/// RFC 3339 text or seconds since 1970.
fn instant(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Integer(seconds) => Timestamp::from_second(*seconds).ok(),
        // Casting saturates; what is out of range is refused by the constructor.
        Value::Real(seconds) => Timestamp::from_millisecond((seconds * 1000.0) as i64).ok(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canaries_answer_or_say_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let db = Connection::open(folder.path().join("a.db")).unwrap();
        db.execute_batch("CREATE TABLE t (at); INSERT INTO t VALUES ('2026-01-02T03:04:05+09:00')").unwrap();
        let ask = |query: &str| {
            let canary = Canary { sqlite: "a.db".into(), query: query.into() };
            super::ask(&canary, folder.path()).map_err(|fault| fault.message.id().to_owned())
        };
        let at = "2026-01-01T18:04:05Z".parse().ok();
        assert_eq!(ask("SELECT count(*), max(at) FROM t"), Ok(Answer { records: 1, newest: at }));
        let later = Timestamp::from_second(60).ok();
        assert_eq!(ask("SELECT 3, 60"), Ok(Answer { records: 3, newest: later }));
        assert_eq!(ask("SELECT 3"), Ok(Answer { records: 3, newest: None }));
        assert_eq!(ask("SELECT 0, NULL"), Ok(Answer { records: 0, newest: None }));
        for (query, id) in [
            ("SELECT count(*) FROM missing", "protect-canary"),
            ("SELECT at FROM t WHERE 0", "protect-canary-empty"),
            ("SELECT 'many'", "protect-canary-answer"),
            ("SELECT 1, 'yesterday'", "protect-canary-answer"),
        ] {
            assert_eq!(ask(query), Err(id.to_owned()), "{query}");
        }
    }
}
