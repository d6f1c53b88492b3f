//! `oki-bench plan`: how long each phase of the work on a large plan takes, and how much memory.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use assess::loss::Loss;
use assess::net::Net;
use assess::{Context, Evidence, Timelines};
use base::{Exit, Fault, Lang, Message};
use clap::Args;
use plan::{ENTRY, Reading};

use crate::estate::{self, Estate, LEAST, Sizes};
use crate::folder::line;
use crate::phase::{HEADING, phase};

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    resources: usize,
    #[arg(long, value_name = "N", default_value_t = 500)]
    services: usize,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

/// Prints one CSV line a phase: its time, and the most memory the process held meanwhile, what earlier phases left
/// behind included.
///
/// # Errors
/// `Unusable` for a size no plan can have, a folder that cannot be written, or a generated plan that has mistakes.
pub(crate) fn run(args: &PlanArgs, lang: Lang) -> Result<(), Fault> {
    let sizes = sizes(args)?;
    line(HEADING)?;
    let estate = phase("generate", || estate::generate(sizes, args.seed))?;
    args.write.as_deref().map_or(Ok(()), |dir| write(&estate, dir))?;
    let reading = phase("load", || plan::read(&estate, ENTRY))?;
    sound(&reading, lang)?;
    let all = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    assessment(&reading, args.threads.unwrap_or_else(all))
}

/// Losses that a thread takes at a time: neighbours have much in common, and the last ones should not be waited for.
const TOGETHER: usize = 64;

/// The timelines of all services under each loss, on several threads that each remember what they worked out.
fn singles(losses: &[Loss], (net, evidence): (&Net<'_>, &Evidence), threads: NonZeroUsize) {
    let next = AtomicUsize::new(0);
    let work = || {
        let context = Context { plan: net.plan, net, evidence, digest: &|_| String::new() };
        let timelines = Timelines::new(context);
        while let Some(some) = losses.chunks(TOGETHER).nth(next.fetch_add(1, Ordering::Relaxed)) {
            some.iter().for_each(|loss| _ = black_box(timelines.under(loss)));
        }
    };
    std::thread::scope(|scope| (0..threads.get()).for_each(|_| _ = scope.spawn(work)));
}

/// Compiles the plan, then works out every single loss with the courses of all services it reaches, then one more.
fn assessment(reading: &Reading, threads: NonZeroUsize) -> Result<(), Fault> {
    let plan = &reading.plan;
    let net = phase("compile", || Net::new(plan))?;
    let losses = phase("losses", || assess::loss::generate(plan))?;
    let evidence = Evidence::none(base::Timestamp::UNIX_EPOCH);
    let digest = |_: &[String]| String::new();
    let context = Context { plan, net: &net, evidence: &evidence, digest: &digest };
    phase("singles", || singles(&losses, (&net, &evidence), threads))?;
    let site = losses.iter().find(|loss| plan.sites.contains_key(loss.id.as_str()));
    phase("what-if", || site.map_or(0, |loss| assess::under(context, loss).outcomes.len())).map(|_| ())
}

fn sizes(args: &PlanArgs) -> Result<Sizes, Fault> {
    if args.resources < LEAST || args.services == 0 {
        let message = Message::new("bench-plan-size").with("resources", LEAST);
        return Err(Fault::new(Exit::Unusable, message));
    }
    Ok(Sizes::new(args.resources, args.services))
}

/// A plan with mistakes is read in another time than one without.
pub(crate) fn sound(reading: &Reading, lang: Lang) -> Result<(), Fault> {
    let Some(first) = reading.diagnostics.first() else { return Ok(()) };
    let message = Message::new("bench-plan-unsound").with("count", reading.diagnostics.len());
    Err(Fault::new(Exit::Unusable, message.with("first", reading.render(first, lang, false))))
}

/// Writes the plan as a folder, never over another one.
fn write(estate: &Estate, dir: &Path) -> Result<(), Fault> {
    if dir.join(ENTRY).exists() {
        let fault = Fault::new(Exit::Unusable, Message::new("bench-plan-there").with("dir", dir));
        return Err(fault.hint(Message::new("bench-plan-there-hint")));
    }
    for (path, text) in &estate.files {
        let file = dir.join(path);
        let folder = file.parent().unwrap_or(dir);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, text));
        written.map_err(|error| {
            Fault::new(Exit::Unusable, Message::new("bench-plan-write").with("file", &file)).because(error)
        })?;
    }
    Ok(())
}
