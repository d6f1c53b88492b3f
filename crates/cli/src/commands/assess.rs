//! `oki assess`: which loss breaks which promise, as a matrix, and the worst of it in words; changes nothing.

use assess::{Assessment, Verdict};
use base::{Exit, Fault, Message};
use serde_json::{Value, json};

use crate::args::AssessArgs;
use crate::functions;
use crate::matrix::{Matrix, Wanted};
use crate::names;
use crate::pairs::Pairs;
use crate::session::{OpenPlan, Session};
use crate::structures::Structures;
use crate::terminal::{Paint, wrap};
use crate::verdicts;

/// Rows of verdicts that are told in words.
const WORST: usize = 6;

pub(crate) fn run(session: &Session, args: &AssessArgs) -> Result<Exit, Fault> {
    let plan = session.plan(&args.dir)?;
    names::services(&plan.reading.plan, &args.service)?;
    names::losses(&plan.reading.plan, &args.loss)?;
    let assessment = picked(plan.assess()?, args);
    let terminal = &session.terminal;
    let pairs = args.pairs.then(|| Pairs::of(&plan, terminal, args)).transpose()?;
    let structures = args.structure.then(|| Structures::of(&plan, terminal, args)).transpose()?;
    if session.global.json {
        let mut out = as_json(&assessment);
        let structures = structures.map(|structures| structures.json(&plan.reading.plan));
        let more = [("pairs", pairs.map(|pairs| pairs.json())), ("structures", structures)];
        more.into_iter().for_each(|(key, value)| out[key] = json!(value));
        session.print_json(&out);
    } else {
        show(session, &plan, &assessment, args);
        let pairs = pairs.map(|pairs| pairs.lines(terminal));
        let structures = structures.map(|structures| structures.lines(terminal, &plan.reading.plan));
        [pairs, structures].iter().flatten().flatten().for_each(|line| terminal.out(line));
    }
    Ok(verdicts::exit(&assessment))
}

/// Only the outcomes asked for.
fn picked(mut assessment: Assessment, args: &AssessArgs) -> Assessment {
    assessment.outcomes.retain(|outcome| {
        args.wants_class(outcome.loss.class)
            && args.wants_service(outcome.service.as_str())
            && args.wants_loss(&outcome.loss.id)
    });
    // Who asks for services by name does not ask for functions.
    assessment.functions.retain(|function| {
        args.wants_class(function.class) && args.service.is_empty() && args.wants_loss(&function.loss)
    });
    assessment
}

fn show(session: &Session, plan: &OpenPlan<'_>, assessment: &Assessment, args: &AssessArgs) {
    let terminal = &session.terminal;
    let matrix = Matrix::new(assessment);
    for line in matrix.lines(terminal, &Wanted { all: args.all, wide: args.wide }) {
        terminal.out(&line);
    }
    worst(session, plan, assessment, args);
    functions::table(terminal, assessment, args.all).iter().for_each(|line| terminal.out(line));
    verdicts::silent(terminal, assessment).iter().for_each(|line| terminal.out(line));
}

/// The worst verdicts in words, and where the rest are.
fn worst(session: &Session, plan: &OpenPlan<'_>, assessment: &Assessment, args: &AssessArgs) {
    let terminal = &session.terminal;
    let bad = |v: &&Verdict| matches!(v.state, assess::State::Missed | assess::State::Unknown) && v.stops;
    let bad: Vec<&Verdict> = assessment.verdicts().into_iter().filter(bad).collect();
    if bad.is_empty() {
        return;
    }
    let (lines, left) =
        verdicts::worst(terminal, assessment, &bad, if args.all { usize::MAX } else { WORST });
    terminal.out("");
    terminal.out(&terminal.paint(Paint::Bold, &terminal.word("cli-worst")));
    lines.iter().for_each(|line| terminal.out(line));
    if left > 0 {
        let message = Message::new("cli-worst-more").with("count", left).with("dir", plan.argument());
        let text = terminal.text(&message);
        wrap(&text, terminal.width).iter().for_each(|line| terminal.out(&terminal.paint(Paint::Dim, line)));
    }
}

fn as_json(assessment: &Assessment) -> Value {
    let mut out = verdicts::json(assessment);
    out["matrix"] = Matrix::new(assessment).json();
    out
}
