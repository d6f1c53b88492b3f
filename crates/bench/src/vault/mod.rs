//! `oki-bench vault`: backup and restore, measured beside every other engine that is there, in the same run and on the
//! same data.

mod compare;
mod engine;
mod measure;
mod phases;
mod rivals;
mod sets;

use std::path::Path;

use base::{Exit, Fault, Lang, Message};
use clap::{Args, ValueEnum};

pub(crate) use engine::{EngineArgs, run as run_engine};
pub(crate) use measure::{MeasureArgs, run as run_measure};

use crate::folder::line;
use measure::Used;
use phases::{PHASES, Phase, Place};
use rivals::Rival;

#[derive(Debug, Args)]
pub(crate) struct VaultArgs {
    #[arg(long)]
    set: Set,
    #[arg(long, value_delimiter = ',')]
    against: Vec<rivals::Kind>,
    #[arg(long, value_name = "N", default_value_t = 3)]
    runs: usize,
    #[arg(long, default_value = "full")]
    size: Size,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// What is backed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Set {
    Files,
    Image,
    Postgres,
}

impl Set {
    fn name(self) -> &'static str {
        match self {
            Set::Files => "files",
            Set::Image => "image",
            Set::Postgres => "postgres",
        }
    }
}

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Size {
    Full,
    Small,
}

/// One engine's figures of one phase, a run each.
struct Row {
    phase: Phase,
    rival: usize,
    used: Vec<Used>,
    repo_bytes: Vec<f64>,
}

/// Builds the set, lets every engine do every phase as often as asked, and prints the medians as CSV.
///
/// # Errors
/// `Unusable` if the set cannot be built, an engine fails, or an engine restores anything but what was there.
pub(crate) fn run(args: &VaultArgs, lang: Lang) -> Result<(), Fault> {
    let (rivals, missing) = rivals::find(&args.against)?;
    missing.iter().for_each(|name| say(&Message::new("bench-vault-missing").with("engine", *name), lang));
    let folder = tempfile::tempdir().map_err(|error| cannot_work(&std::env::temp_dir()).because(error))?;
    let mut set = sets::Source::build(args.set, args.size, args.seed, &folder.path().join("source"))
        .map_err(|error| cannot_work(folder.path()).because(error))?;
    let mut rows = rows(&rivals);
    for number in 0..args.runs {
        let place = Place::new(folder.path(), number, &rivals);
        for phase in PHASES {
            if phase == Phase::Changed {
                set.change().map_err(|error| cannot_work(folder.path()).because(error))?;
            }
            // Each run begins with another engine, so that none is always the first.
            for turn in 0..rivals.len() {
                let rival = (number + turn) % rivals.len();
                let (used, repo) = place.measured(phase, rival, set.path())?;
                let told = Message::new("bench-vault-run")
                    .with("run", number + 1)
                    .with("engine", rivals[rival].title())
                    .with("phase", phase.name())
                    .with("seconds", format!("{:.2}", used.wall));
                say(&told, lang);
                for row in rows.iter_mut().filter(|row| (row.phase, row.rival) == (phase, rival)) {
                    row.used.push(used);
                    row.repo_bytes.push(repo);
                }
            }
        }
        place.remove()?;
    }
    line("set,phase,engine,version,wall_s,cpu_s,peak_rss_mib,repo_mib")?;
    rows.iter().try_for_each(|row| line(&row.text(args.set, &rivals)))
}

fn rows(rivals: &[Rival]) -> Vec<Row> {
    let row = |phase, rival| Row { phase, rival, used: Vec::new(), repo_bytes: Vec::new() };
    PHASES.iter().flat_map(|phase| (0..rivals.len()).map(move |rival| row(*phase, rival))).collect()
}

impl Row {
    fn text(&self, set: Set, rivals: &[Rival]) -> String {
        let of = |figure: fn(&Used) -> f64| median(self.used.iter().map(figure).collect());
        let rival = &rivals[self.rival];
        format!(
            "{},{},{},{},{:.2},{:.2},{:.0},{:.0}",
            set.name(),
            self.phase.name(),
            rival.kind.name(),
            rival.version,
            of(|used| used.wall),
            of(|used| used.cpu),
            of(|used| used.peak_mib),
            median(self.repo_bytes.clone()) / f64::from(1 << 20),
        )
    }
}

/// The middle one; of an even number, the lower of the two.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

fn say(message: &Message, lang: Lang) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{}", message.text(lang));
}

/// The measurement cannot go on in this folder.
fn cannot_work(folder: &Path) -> Fault {
    Fault::new(Exit::Unusable, Message::new("bench-vault-folder").with("folder", folder))
        .hint(Message::new("bench-vault-folder-hint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_a_measured_figure() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0]), 1.0);
        assert!(median(Vec::new()).is_nan());
    }
}
