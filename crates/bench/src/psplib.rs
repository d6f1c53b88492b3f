//! `oki-bench psplib DIR`: makespans of single projects with scarce resources, judged by code that does not belong to
//! the scheduler.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assess::schedule::{Budget, Found, Need, Pool, Problem, Service, Step, quick, search};
use base::{Exit, Fault, Message};
use clap::Args;

use crate::folder::{files, line};
use crate::project::Project;

#[derive(Debug, Args)]
pub(crate) struct PsplibArgs {
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    #[arg(long, value_name = "MS", default_value_t = 50)]
    millis: u64,
    #[arg(long, value_name = "N", default_value_t = u64::MAX, hide_default_value = true)]
    schedules: u64,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long)]
    single: bool,
}

/// Prints one CSV line an instance, in the order of names. The time runs from the problem in memory to its schedule.
///
/// # Errors
/// `Unusable` for a folder or file that cannot be read, and for jobs that wait for each other.
pub(crate) fn run(args: &PsplibArgs) -> Result<(), Fault> {
    let files = files(&args.dir, "sm")?;
    line("instance,makespan,valid,milliseconds")?;
    files.iter().try_for_each(|file| instance(file, args))
}

fn instance(file: &Path, args: &PsplibArgs) -> Result<(), Fault> {
    let unusable = || Fault::new(Exit::Unusable, Message::new("bench-file").with("file", file));
    let text = std::fs::read_to_string(file).map_err(|error| unusable().because(error))?;
    let project = Project::parse(&text).map_err(|fault| unusable().because(fault))?;
    let problem = problem(&project).map_err(|fault| unusable().because(fault))?;
    let begin = Instant::now();
    let found = schedule(&problem, args, begin);
    let milliseconds = begin.elapsed().as_secs_f64() * 1e3;
    let starts: Vec<u64> = found.schedule.placements.iter().map(|placement| placement.start).collect();
    let makespan = makespan(&project, &starts);
    let told = found.services.first().map(|back| back.rta);
    let valid = project.admits(&starts) && told == Some(makespan);
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    line(&format!("{name},{makespan},{valid},{milliseconds:.4}"))
}

fn schedule(problem: &Problem, args: &PsplibArgs, begin: Instant) -> Found {
    if args.single {
        return quick(problem);
    }
    let time = Duration::from_millis(args.millis);
    let budget = Budget { seed: args.seed, schedules: args.schedules, candidates: &[] };
    search(problem, budget, &|| begin.elapsed() >= time)
}

fn makespan(project: &Project, starts: &[u64]) -> u64 {
    let ends = starts.iter().zip(&project.durations).map(|(start, duration)| start.saturating_add(*duration));
    ends.max().unwrap_or(0)
}

/// A project as a recovery: one service, back when its last jobs are done; a period is a millisecond.
fn problem(project: &Project) -> Result<Problem, Fault> {
    let jobs = project.durations.iter().zip(&project.requests);
    let mut steps: Vec<Step> = jobs.map(|(&duration, requests)| step(duration, requests)).collect();
    for (job, successors) in project.successors.iter().enumerate() {
        successors.iter().for_each(|&next| steps[next].after.push(job));
    }
    let last = (0..steps.len()).filter(|&job| project.successors[job].is_empty());
    let service = Service { since: 0, rto: None, ends: last.collect() };
    let pools = project.capacities.iter().map(|&units| Pool::constant(units)).collect();
    let horizon = project.durations.iter().sum();
    Problem::new(pools, steps, vec![service], horizon)
        .map_err(|_| Fault::new(Exit::Unusable, Message::new("bench-psplib-circle")))
}

fn step(duration: u64, requests: &[u32]) -> Step {
    let needs = requests.iter().enumerate().filter(|&(_, &units)| units > 0);
    let needs = needs.map(|(pool, &units)| Need::during(pool, units)).collect();
    Step { duration, modes: vec![needs], ..Step::default() }
}
