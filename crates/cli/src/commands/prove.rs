//! `oki prove`: make the copies, rehearse what can be rehearsed, assess the rest, print the verdicts.

use assess::{Assessment, Outcome};
use base::{Arg, Exit, Fault, Message};

use crate::args::ProveArgs;
use crate::commands::{drill, protect, status};
use crate::session::{OpenPlan, Session};
use crate::verdicts;

pub(crate) fn run(session: &Session, args: &ProveArgs) -> Result<Exit, Fault> {
    let plan = session.plan(&args.plan.dir)?;
    let _lock = plan.lock(!args.no_wait)?;
    let made = protect::make(&plan, &[], &[])?;
    let copies = protect::failures(&made);
    let (tried, drills) = rehearse(&plan)?;
    if tried == 0 && made.copies.is_empty() && made.problems.is_empty() {
        session.terminal.say(&Message::new("cli-prove-nothing"));
        session.terminal.say(&Message::new("cli-prove-nothing-hint"));
    }
    let assessment = plan.assess()?;
    status::show(session, &assessment, args.plan.all);
    // A miss says more than a copy that could not be made; a copy that was not made says more than "met".
    let exit = verdicts::exit(&assessment);
    Ok(if exit == Exit::Met && (copies > 0 || drills > 0) { Exit::Partial } else { exit })
}

/// Drills every choice that the losses lead to, each once; gives how many there were, and how many of them failed or
/// could not be carried out.
fn rehearse(plan: &OpenPlan<'_>) -> Result<(usize, usize), Fault> {
    let assessment = plan.assess()?;
    let mut failures = 0;
    let wanted = wanted(plan, &assessment);
    for (number, outcome) in wanted.iter().enumerate() {
        if base::Monitor::interrupted(&plan.session.terminal) {
            return Err(Fault::new(Exit::Interrupted, Message::new("cli-interrupted")));
        }
        let progress =
            Message::new("cli-drill-number").with("number", number + 1).with("total", wanted.len());
        match drill::carry_out(plan, outcome, Some(progress)) {
            Ok(record) => failures += usize::from(!record.passed),
            Err(fault) if fault.exit == Exit::Interrupted => return Err(fault),
            Err(fault) => {
                failures += 1;
                let why: Vec<Arg> =
                    fault.chain(plan.session.terminal.lang).into_iter().map(Arg::Text).collect();
                let message = Message::new("cli-drill-not-done")
                    .with("service", &outcome.service)
                    .with("loss", outcome.loss.id.as_str())
                    .with("why", why);
                base::Monitor::problem(&plan.session.terminal, &message);
            }
        }
    }
    Ok((wanted.len(), failures))
}

/// One outcome for each different thing that would be carried out: a drill of it speaks for all losses that lead to
/// the same way and the same copies and leave what it uses.
fn wanted<'a>(plan: &OpenPlan<'_>, assessment: &'a Assessment) -> Vec<&'a Outcome> {
    let mut seen = Vec::new();
    let mut out = Vec::new();
    for outcome in assessment.outcomes.iter().filter(|o| !o.verdicts.is_empty()) {
        let Some(choice) = outcome.choice() else { continue };
        let can_run =
            plan.reading.plan.services.get(&outcome.service).is_some_and(|service| service.run.is_some());
        // What nothing brings back is not worth rehearsing; what is only planned to take too long may be faster.
        let hopeless = outcome.verdicts.iter().any(|v| {
            let never = matches!(v.value, Some(assess::Value::Time(span)) if span.is_never());
            v.part == assess::Part::Rto && v.state == assess::State::Missed && v.evidence.is_empty() && never
        });
        let key = (outcome.service.clone(), choice.way.clone(), choice.sources.clone());
        if can_run && !hopeless && drill::possible(&plan.reading.plan, choice) && !seen.contains(&key) {
            seen.push(key);
            out.push(outcome);
        }
    }
    out
}
