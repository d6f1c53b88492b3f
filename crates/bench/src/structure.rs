//! `oki-bench structure`: which combinations of losses break the objectives of a plan's services, and how long finding
//! that out takes.

use std::time::Instant;

use assess::structure::{Budget, Question, Reach, Structure, Target, structure};
use base::{Exit, Fault, Lang, Message};
use clap::Args;
use plan::{Class, ENTRY, Reading};

use crate::estate::{self, LEAST, Sizes};
use crate::folder::line;
use crate::plans::sound;

#[derive(Debug, Args)]
pub(crate) struct StructureArgs {
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    resources: usize,
    #[arg(long, value_name = "N", default_value_t = 50)]
    services: usize,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long, value_name = "K", default_value_t = 3)]
    order: usize,
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    bounds: u64,
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    plans: u64,
    #[arg(long, value_name = "N", default_value_t = 20)]
    first: usize,
}

/// Prints one CSV line for each service and class with an objective, of the first services.
///
/// # Errors
/// `Unusable` for a size no plan can have, or a plan that cannot be read or has mistakes.
pub(crate) fn run(args: &StructureArgs, lang: Lang) -> Result<(), Fault> {
    let reading = read(args)?;
    sound(&reading, lang)?;
    line(
        "service,class,events,complete,listed,counted,single_points,recovery_points,scarce,scarce_checked,bounds,plans,milliseconds",
    )?;
    let plan = &reading.plan;
    let net = assess::net::Net::new(plan);
    let evidence = assess::Evidence::none(base::Timestamp::UNIX_EPOCH);
    let digest = |_: &[String]| String::new();
    let context = assess::Context { plan, net: &net, evidence: &evidence, digest: &digest };
    let budget = Budget { bounds: args.bounds, plans: args.plans, nodes: 1 << 20, stop: &|| false };
    for service in plan.services.keys().take(args.first) {
        for class in [Class::Failure, Class::Disaster] {
            let question =
                Question { service: service.clone(), class, target: Target::All, order: args.order };
            let begin = Instant::now();
            if let Some(found) = structure(context, &question, &budget) {
                line(&row(&found, begin.elapsed().as_secs_f64() * 1e3))?;
            }
        }
    }
    Ok(())
}

fn row(found: &Structure, milliseconds: f64) -> String {
    let complete = match found.reach {
        Reach::Nothing => "nothing".to_owned(),
        Reach::Order(order) => order.to_string(),
        Reach::All => "all".to_owned(),
    };
    let counted = found.counts.as_ref().map(|counts| counts.iter().sum::<u128>().to_string());
    let recovery = found.recovery.as_ref().map(|points| points.len().to_string());
    let checked = found.scarce_checked.map(|order| order.to_string());
    [
        found.question.service.to_string(),
        found.question.class.as_str().to_owned(),
        found.near.len().to_string(),
        complete,
        found.cuts.len().to_string(),
        counted.unwrap_or_default(),
        found.single_points().count().to_string(),
        recovery.unwrap_or_default(),
        found.scarce.len().to_string(),
        checked.unwrap_or_default(),
        found.asked.0.to_string(),
        found.asked.1.to_string(),
        format!("{milliseconds:.1}"),
    ]
    .join(",")
}

fn read(args: &StructureArgs) -> Result<Reading, Fault> {
    if args.resources < LEAST || args.services == 0 {
        let message = Message::new("bench-plan-size").with("resources", LEAST);
        return Err(Fault::new(Exit::Unusable, message));
    }
    Ok(plan::read(&estate::generate(Sizes::new(args.resources, args.services), args.seed), ENTRY))
}
