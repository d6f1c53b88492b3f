//! Where bytes are kept: a small storage trait, its contract, and a directory
