//! `oki-bench psplib`: single projects with scarce resources, judged by code that does not belong to the scheduler.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assess::schedule::{Budget, Found, Need, Pool, Problem, Service, Step, quick, search};

use crate::project::Project;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder with .sm files.
    dir: PathBuf,
    /// Time for each instance, in milliseconds.
    #[arg(long, default_value_t = 50)]
    millis: u64,
    /// Most schedules generated for each instance: the same result on any machine, if it is reached in time.
    #[arg(long, default_value_t = u64::MAX)]
    schedules: u64,
    /// One schedule with improvement instead of a search.
    #[arg(long)]
    single: bool,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    println!("instance,makespan,valid,milliseconds");
    for path in instances(&arguments.dir)? {
        let project = read(&path)?;
        let problem = problem(&project).map_err(|fault| format!("{}: {fault}", path.display()))?;
        let begin = Instant::now();
        let found = schedule(&problem, arguments, begin);
        let taken = begin.elapsed();
        let starts: Vec<u64> = found.schedule.placements.iter().map(|placement| placement.start).collect();
        let makespan = found.services.first().map_or(0, |back| back.rta);
        let valid = project.admits(&starts) && makespan == makespan_of(&project, &starts);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        println!("{name},{makespan},{valid},{:.4}", taken.as_secs_f64() * 1000.0);
    }
    Ok(())
}

fn schedule(problem: &Problem, arguments: &Arguments, begin: Instant) -> Found {
    if arguments.single {
        return quick(problem);
    }
    let time = Duration::from_millis(arguments.millis);
    let budget = Budget { seed: arguments.seed, schedules: arguments.schedules, candidates: &[] };
    search(problem, budget, &|| begin.elapsed() >= time)
}

fn makespan_of(project: &Project, starts: &[u64]) -> u64 {
    starts
        .iter()
        .zip(&project.durations)
        .map(|(start, duration)| start.saturating_add(*duration))
        .max()
        .unwrap_or(0)
}

fn instances(dir: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(dir).map_err(|error| format!("{} cannot be read: {error}", dir.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let paths: Result<Vec<PathBuf>, _> = paths.collect();
    let mut paths = paths.map_err(|error| format!("{} cannot be read: {error}", dir.display()))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sm"));
    paths.sort();
    if paths.is_empty() {
        return Err(format!("no .sm file stands in {}: name a folder of PSPLIB instances", dir.display()));
    }
    Ok(paths)
}

fn read(path: &Path) -> Result<Project, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    Project::parse(&text).map_err(|fault| format!("{} is not a PSPLIB instance: {fault}", path.display()))
}

/// A project as a recovery: one service, back when all jobs are done; a period is a millisecond.
fn problem(project: &Project) -> Result<Problem, String> {
    let mut steps: Vec<Step> = project.durations.iter().map(|&duration| step(duration)).collect();
    for (job, successors) in project.successors.iter().enumerate() {
        for &next in successors {
            steps[next].after.push(job);
        }
    }
    for (step, requests) in steps.iter_mut().zip(&project.requests) {
        let needs = requests.iter().enumerate().filter(|&(_, &units)| units > 0);
        step.modes = vec![needs.map(|(pool, &units)| Need::during(pool, units)).collect()];
    }
    let last = (0..steps.len()).filter(|&job| project.successors[job].is_empty());
    let service = Service { since: 0, rto: None, ends: last.collect() };
    let pools = project.capacities.iter().map(|&units| Pool::constant(units)).collect();
    let horizon = project.durations.iter().sum();
    Problem::new(pools, steps, vec![service], horizon).map_err(|fault| format!("{fault:?}"))
}

fn step(duration: u64) -> Step {
    Step { duration, ..Step::default() }
}
