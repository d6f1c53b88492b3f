//! Deduplicated, encrypted, verified copies in the restic repository format, version 2
