//! `oki explain CODE` says what a diagnostic means; `oki explain SERVICE --loss ID` shows a timeline and its causes, and
//! `--structure` (`structure.rs`) which combinations of losses break the objectives.

use assess::{Outcome, Part};
use base::{Arg, Exit, Fault, Message, Span};
use serde_json::{Value, json};

use crate::args::ExplainArgs;
use crate::commands::{drill, structure};
use crate::session::Session;
use crate::terminal::{Paint, Terminal, columns, cut, pad, wrap};
use crate::verdicts::{self, loss_name};

pub(crate) fn run(session: &Session, args: &ExplainArgs) -> Result<Exit, Fault> {
    match &args.loss {
        _ if args.structure => structure::run(session, args),
        Some(loss) => service(session, args, loss),
        None => code(session, &args.what),
    }
}

fn code(session: &Session, code: &str) -> Result<Exit, Fault> {
    let Some(text) = plan::explain(code, session.terminal.lang) else {
        let known: Vec<Arg> = plan::codes().into_iter().map(Arg::from).collect();
        let fault =
            Fault::new(Exit::Unusable, Message::new("cli-no-code").with("code", code).with("known", known));
        return Err(fault.hint(Message::new("cli-explain-service-hint").with("service", code)));
    };
    if session.global.json {
        let text = plan::explain(code, base::Lang::En).unwrap_or_default();
        session.print_json(&json!({ "code": code, "text": text }));
    } else {
        session.terminal.out(text.trim_end());
    }
    Ok(Exit::Met)
}

fn service(session: &Session, args: &ExplainArgs, loss: &str) -> Result<Exit, Fault> {
    let plan = session.plan(&args.dir)?;
    let assessment = plan.assess()?;
    let outcome = drill::find(&assessment, &plan.reading.plan, &args.what, loss)?;
    if session.global.json {
        session.print_json(&as_json(outcome));
    } else {
        show(&session.terminal, outcome);
    }
    Ok(Exit::Met)
}

fn show(terminal: &Terminal, outcome: &Outcome) {
    let title = Message::new("cli-explain-title")
        .with("service", &outcome.service)
        .with("loss", loss_name(&outcome.loss.id));
    terminal.out(&terminal.paint(Paint::Bold, &terminal.text(&title)));
    if outcome.fate.stops.is_never() {
        terminal.out(&terminal.word("assess-unaffected"));
        return;
    }
    causes(terminal, outcome);
    chart(terminal, outcome);
    other_ways(terminal, outcome);
    conclusions(terminal, outcome);
}

fn causes(terminal: &Terminal, outcome: &Outcome) {
    let chain: Vec<String> = outcome.causes.iter().rev().map(ToString::to_string).collect();
    terminal.out("");
    terminal.out(&heading(terminal, "cli-explain-causes"));
    terminal.out(&format!("  {} → {}", chain.join(" → "), outcome.service));
}

fn heading(terminal: &Terminal, id: &'static str) -> String {
    terminal.paint(Paint::Dim, &terminal.word(id))
}

/// A row of the timeline: a name, when it starts and ends.
struct Bar {
    name: String,
    from: Span,
    to: Span,
    down: bool,
}

fn bars(terminal: &Terminal, outcome: &Outcome) -> Vec<Bar> {
    let Some(course) = outcome.course() else { return Vec::new() };
    let mut out = Vec::new();
    for (from, to) in course.up.complement().iter() {
        let name = terminal.text(&Message::new("cli-explain-down").with("service", &outcome.service));
        out.push(Bar { name, from, to, down: true });
    }
    for step in &course.choice.steps {
        let mut name = terminal.text(&assess::proof::step_name(step.verb, &step.object));
        if !step.by.is_empty() && !matches!(step.verb, plan::Verb::Arrive) {
            let by: Vec<String> = step.by.iter().map(ToString::to_string).collect();
            name = format!("{name} ({})", by.join(", "));
        }
        out.push(Bar { name, from: step.starts, to: step.starts + step.takes, down: false });
    }
    out
}

/// The timeline drawn to scale: one line a step, from the loss to the end of the longest finite thing.
fn chart(terminal: &Terminal, outcome: &Outcome) {
    let bars = bars(terminal, outcome);
    let ends = bars.iter().flat_map(|bar| [bar.from, bar.to]).filter(|t| !t.is_never());
    let end = ends.max().unwrap_or(Span::ZERO).max(Span::millis(1));
    let names = bars.iter().map(|bar| columns(&bar.name)).max().unwrap_or(0).min(36);
    let room = terminal.width.saturating_sub(names + 24).clamp(12, 60);
    terminal.out("");
    terminal.out(&heading(terminal, "cli-explain-timeline"));
    for bar in &bars {
        let at =
            |t: Span| (t.min(end).as_millis() as u128 * room as u128 / u128::from(end.as_millis())) as usize;
        let (from, to) = (at(bar.from).min(room - 1), at(bar.to).max(at(bar.from) + 1).min(room));
        let glyph = if bar.down { "░" } else { "█" };
        let filled = glyph.repeat(to - from.min(to - 1));
        let drawn = terminal.paint(if bar.down { Paint::Red } else { Paint::Blue }, &filled);
        let blank = " ".repeat(room.saturating_sub(to));
        let times =
            format!("{} – {}", time_text(terminal, outcome, bar.from), time_text(terminal, outcome, bar.to));
        terminal.out(&format!(
            "  {}  {}{drawn}{blank}  {times}",
            pad(&cut(&bar.name, names), names),
            " ".repeat(from.min(to - 1))
        ));
    }
}

/// What never comes because nobody knows when is not the same as what never comes.
fn time_text(terminal: &Terminal, outcome: &Outcome, at: Span) -> String {
    if at.is_never() && !outcome.touched.unknown.is_empty() { "?".to_owned() } else { at.text(terminal.lang) }
}

fn other_ways(terminal: &Terminal, outcome: &Outcome) {
    let others =
        outcome.fate.candidates.iter().enumerate().filter(|(index, _)| Some(*index) != outcome.chosen);
    let mut ways: Vec<(&str, Vec<String>)> = Vec::new();
    for (_, course) in others {
        let what = match &course.broken {
            Some(broken) => terminal.text(&assess::reason::broken_text(broken)),
            None => {
                let rta = course.rta(assess::objective::HOLD, assess::objective::HORIZON);
                let rta = time_text(terminal, outcome, rta);
                terminal.text(&Message::new("cli-explain-other").with("rta", rta))
            }
        };
        // A way is followed in several forms (waiting, starting anew): each says once what is in its way.
        match ways.iter_mut().find(|(way, _)| *way == course.choice.way) {
            Some((_, said)) if said.contains(&what) => {}
            Some((_, said)) => said.push(what),
            None => ways.push((&course.choice.way, vec![what])),
        }
    }
    if !ways.is_empty() {
        terminal.out("");
        terminal.out(&heading(terminal, "cli-explain-others"));
        let lines = ways.iter().map(|(way, said)| format!("{way}: {}", said.join("; ")));
        lines
            .flat_map(|line| wrap(&line, terminal.width - 2))
            .for_each(|line| terminal.out(&format!("  {line}")));
    }
}

fn conclusions(terminal: &Terminal, outcome: &Outcome) {
    terminal.out("");
    terminal.out(&heading(terminal, "cli-explain-verdicts"));
    for verdict in &outcome.verdicts {
        let part = match verdict.part {
            Part::Rto => "RTO",
            Part::Rpo => "RPO",
            Part::Rlo => "RLO",
        };
        terminal.out(&format!(
            "  {} {part}  {}",
            verdicts::state_mark(terminal, verdict.state),
            verdicts::values_text(terminal, verdict)
        ));
        let reason = terminal.text(&verdict.reason);
        wrap(&reason, terminal.width - 4).iter().for_each(|line| terminal.out(&format!("    {line}")));
    }
    let assumed = outcome.touched.assumed.iter().map(|(name, span)| (*name, *span));
    verdicts::assumptions(terminal, assumed.collect()).iter().for_each(|line| terminal.out(line));
}

fn as_json(outcome: &Outcome) -> Value {
    let millis = |span: Span| if span.is_never() { json!("never") } else { json!(span.as_seconds()) };
    let course = outcome.course();
    json!({
        "service": outcome.service.as_str(),
        "loss": outcome.loss.id,
        "class": outcome.loss.class.as_str(),
        "stops": millis(outcome.fate.stops),
        "causes": outcome.causes.iter().rev().map(ToString::to_string).collect::<Vec<_>>(),
        "way": course.map(|c| c.choice.way.clone()),
        "down": course.map(|c| c.up.complement().iter().map(|(a, b)| json!([millis(a), millis(b)])).collect::<Vec<_>>()),
        "steps": course.map(|c| c.choice.steps.iter().map(|step| json!({
            "verb": step.verb.as_str(),
            "object": step.object,
            "by": step.by.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "auto": step.auto,
            "starts": millis(step.starts),
            "takes": millis(step.takes),
        })).collect::<Vec<_>>()),
        "unknown": outcome.touched.unknown,
        "assumed": outcome.touched.assumed.iter().map(|(name, span)| (*name, span.as_seconds())).collect::<std::collections::BTreeMap<_, _>>(),
    })
}
