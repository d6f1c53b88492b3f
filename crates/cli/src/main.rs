//! The shell.

// Mounted by the hidden subcommand `demo-register`.
#[allow(dead_code, unused_imports)]
mod demo;

fn main() {}
