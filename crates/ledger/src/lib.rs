//! What happened: append-only, hash-chained records in SQLite
