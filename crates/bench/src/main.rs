//! `oki-bench`: measures the engines on public instances, so that anyone can repeat the figures in `docs/benchmarks`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to the person who runs it")]

mod project;
mod psplib;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures Okiagari's engines and prints CSV.
#[derive(Parser)]
#[command(name = "oki-bench", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Schedules every PSPLIB instance (.sm) of a folder.
    Psplib(psplib::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Psplib(arguments) => psplib::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("oki-bench: {text}");
            ExitCode::FAILURE
        }
    }
}
