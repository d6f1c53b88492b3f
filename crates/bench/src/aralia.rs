//! `oki-bench aralia DIR`: exact numbers of minimal cut sets and top event probabilities of fault trees.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use assess::boolean::{self, Circuit, Unsolved};
use base::{Exit, Fault, Lang, Message};
use clap::Args;

use crate::folder::{files, line};

#[derive(Debug, Args)]
pub(crate) struct AraliaArgs {
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    #[arg(long, value_name = "N", default_value_t = boolean::DEFAULT_NODES)]
    nodes: usize,
}

/// Trials when a model is not solved exactly, and where the draws start.
const TRIALS: u64 = 100_000;
const SEED: u64 = 1;

/// Prints one CSV line a model, in the order of names. The time runs from the file's text to both results.
///
/// # Errors
/// `Unusable` for a folder or file that cannot be read; `Partial` when a model met the limit: its results are left
/// empty, and a line on stderr gives an interval instead.
pub(crate) fn run(args: &AraliaArgs, lang: Lang) -> Result<(), Fault> {
    let files = files(&args.dir, "xml")?;
    line("model,minimal_cut_sets,top_event_probability,milliseconds")?;
    let mut limited = 0usize;
    for file in files {
        limited += usize::from(!model(&file, args.nodes, lang)?);
    }
    if limited == 0 {
        return Ok(());
    }
    let fault = Fault::new(Exit::Partial, Message::new("bench-limited").with("count", limited));
    Err(fault.hint(Message::new("bench-limit-hint")))
}

/// Prints the line of one model; false when it was not solved exactly.
fn model(file: &Path, nodes: usize, lang: Lang) -> Result<bool, Fault> {
    let unusable = || Fault::new(Exit::Unusable, Message::new("bench-file").with("file", file));
    let text = std::fs::read_to_string(file).map_err(|error| unusable().because(error))?;
    let begin = Instant::now();
    let circuit = crate::opsa::read(&text).map_err(|error| unusable().because(error))?;
    let solved = solve(&circuit, nodes);
    let milliseconds = begin.elapsed().as_secs_f64() * 1e3;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let results = match &solved {
        Ok((cut_sets, probability)) => format!("{cut_sets},{probability:.9e}"),
        Err(_) => ",".to_owned(),
    };
    line(&format!("{name},{results},{milliseconds:.3}"))?;
    if let Err(unsolved) = solved {
        warn(&name, unsolved, &circuit, lang);
    }
    Ok(solved.is_ok())
}

/// The number of minimal cut sets, and the top event's probability: every event of an imported tree has one.
fn solve(circuit: &Circuit, nodes: usize) -> Result<(u128, f64), Unsolved> {
    let solution = boolean::solve(circuit, nodes, &|| false)?;
    Ok((solution.counts().total(), solution.probability().unwrap_or(f64::NAN)))
}

fn warn(model: &str, unsolved: Unsolved, circuit: &Circuit, lang: Lang) {
    let Unsolved::Limit { nodes } = unsolved else { return };
    let estimate = boolean::simulate(circuit, SEED, TRIALS, boolean::Z_95, &|| false);
    if let Ok(estimate) = estimate {
        let message = Message::new("bench-limit").with("model", model).with("nodes", nodes);
        let message = message.with("trials", estimate.trials);
        let message = message.with("low", format!("{:.4e}", estimate.low));
        let message = message.with("high", format!("{:.4e}", estimate.high));
        let _ = writeln!(std::io::stderr().lock(), "{}", message.text(lang));
    }
}
