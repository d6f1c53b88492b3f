//! `oki explain CODE` says what a diagnostic means, `oki explain SERVICE` which losses stop it, and `oki explain SERVICE
//! --loss ID` shows the timeline of one loss and its causes; `--structure` (`structure.rs`) shows which combinations of
//! losses break the objectives.

use std::collections::{BTreeMap, BTreeSet};

use assess::{Assessment, Outcome};
use base::{Arg, Exit, Fault, Message};
use plan::Plan;
use serde_json::{Value, json};

use crate::args::ExplainArgs;
use crate::chart::{Chart, screen, svg};
use crate::commands::{drill, structure};
use crate::names;
use crate::outlook::{self, Outlook};
use crate::reach::{self, About};
use crate::session::{OpenPlan, Session};
use crate::terminal::{Paint, Terminal, wrap};
use crate::verdicts::{self, seconds};

pub(crate) fn run(session: &Session, args: &ExplainArgs) -> Result<Exit, Fault> {
    match &args.loss {
        _ if args.structure => structure::run(session, args),
        Some(loss) => timeline(session, args, loss),
        None => match plan::explain(&args.what, session.terminal.lang) {
            Some(text) => Ok(code(session, &args.what, &text)),
            None => service(session, args),
        },
    }
}

fn code(session: &Session, code: &str, text: &str) -> Exit {
    if session.global.json {
        let text = plan::explain(code, base::Lang::En).unwrap_or_default();
        session.print_json(&json!({ "code": code, "text": text }));
    } else {
        session.terminal.out(text.trim_end());
    }
    Exit::Met
}

/// What reaches a service: a row for losses that come out alike.
fn service(session: &Session, args: &ExplainArgs) -> Result<Exit, Fault> {
    let plan = open(session, args)?;
    known_service(&plan, &args.what)?;
    let assessment = plan.assess()?;
    let own: Vec<&Outcome> = assessment.outcomes.iter().filter(|o| o.service == args.what.as_str()).collect();
    if session.global.json {
        let shown = own.iter().filter(|o| args.all || !o.fate.stops.is_never());
        let losses: Vec<Value> = shown.map(|outcome| reach::json(&plan.reading.plan, outcome)).collect();
        session.print_json(&json!({ "service": args.what, "losses": losses }));
    } else {
        show_service(&session.terminal, &plan, &assessment, &own, args);
    }
    Ok(Exit::Met)
}

/// The plan; a word that is no diagnostic code either is told as such.
fn open<'s>(session: &'s Session, args: &ExplainArgs) -> Result<OpenPlan<'s>, Fault> {
    if session.path(&args.dir).join(plan::ENTRY).is_file() {
        return session.plan(&args.dir);
    }
    let codes = plan::codes();
    let known: Vec<Arg> = codes.iter().map(|code| Arg::from(*code)).collect();
    let message = Message::new("cli-no-code").with("code", args.what.as_str()).with("known", known);
    let fault = names::near(Fault::new(Exit::Unusable, message), &args.what, &codes);
    Err(fault.hint(Message::new("cli-explain-service-hint")))
}

fn known_service(plan: &OpenPlan<'_>, what: &str) -> Result<(), Fault> {
    let services = &plan.reading.plan.services;
    if services.contains_key(what) {
        return Ok(());
    }
    let known: Vec<&str> = services.keys().map(base::Id::as_str).collect();
    let told = |what: &str, list: Vec<Arg>| {
        Message::new("cli-explain-unknown").with("what", what).with("known", list)
    };
    let fault = names::unknown(what, &known, told);
    let fault = names::near(fault, what, &plan::codes());
    Err(fault.hint(Message::new("cli-explain-codes-hint")))
}

fn show_service(
    terminal: &Terminal,
    plan: &OpenPlan<'_>,
    assessment: &Assessment,
    own: &[&Outcome],
    args: &ExplainArgs,
) {
    let stopped: Vec<&Outcome> = own.iter().filter(|o| !o.fate.stops.is_never()).copied().collect();
    let quiet = own.len() - stopped.len();
    let shown = if args.all { own } else { stopped.as_slice() };
    let title = Message::new("cli-explain-service-title").with("service", args.what.as_str());
    terminal.out(&terminal.paint(Paint::Bold, &terminal.text(&title)));
    if shown.is_empty() {
        return terminal.out(&terminal.text(&Message::new("cli-explain-nothing").with("count", quiet)));
    }
    let known: BTreeSet<&str> = assessment.outcomes.iter().map(|o| o.loss.id.as_str()).collect();
    let table = reach::table(terminal, &plan.reading.plan, shown, &known, About::Losses);
    table.iter().for_each(|line| terminal.out(line));
    terminal.out("");
    let dim = |message: &Message| {
        wrap(&terminal.text(message), terminal.width)
            .iter()
            .for_each(|line| terminal.out(&terminal.paint(Paint::Dim, line)));
    };
    if quiet > 0 && !args.all {
        dim(&Message::new("cli-explain-quiet").with("count", quiet));
    }
    let worst = stopped.iter().min_by_key(|o| (reach::worst(o).is_none(), reach::worst(o)));
    if let Some(worst) = worst {
        let hint = Message::new("cli-explain-one-hint").with("service", args.what.as_str());
        dim(&hint.with("loss", worst.loss.id.as_str()).with("dir", plan.option()));
    }
}

/// What one loss does to one service.
fn timeline(session: &Session, args: &ExplainArgs, loss: &str) -> Result<Exit, Fault> {
    let plan = session.plan(&args.dir)?;
    let assessment = plan.assess()?;
    let outcome = drill::find(&assessment, &plan.reading.plan, &args.what, loss)?;
    let chart = Chart::new(&plan.reading.plan, outcome);
    let outlook = Outlook::of(&plan, outcome)?;
    if let Some(path) = &args.svg {
        draw(session, &chart, path)?;
    }
    // A drawing on standard output is alone there.
    let alone = args.svg.as_ref().is_some_and(|path| path.as_os_str() == "-");
    match (alone, session.global.json) {
        (true, _) => {}
        (_, true) => session.print_json(&as_json(&chart, &outlook)),
        _ => show(&session.terminal, &plan.reading.plan, &chart, &outlook),
    }
    Ok(Exit::Met)
}

fn draw(session: &Session, chart: &Chart<'_>, path: &std::path::Path) -> Result<(), Fault> {
    let text = svg::draw(chart, session.terminal.lang);
    if path.as_os_str() == "-" {
        session.terminal.out(text.trim_end());
        return Ok(());
    }
    std::fs::write(session.path(path), text).map_err(|error| {
        Fault::new(Exit::Unusable, Message::new("cli-explain-svg-write").with("path", path)).because(error)
    })?;
    session.terminal.say(&Message::new("cli-explain-svg-done").with("path", path));
    Ok(())
}

fn show(terminal: &Terminal, plan: &Plan, chart: &Chart<'_>, outlook: &Outlook) {
    let outcome = chart.outcome;
    terminal.out(&terminal.paint(Paint::Bold, &terminal.text(&chart.title)));
    if outcome.fate.stops.is_never() {
        terminal.out(&terminal.word("assess-unaffected"));
        return;
    }
    screen::words(terminal, chart).iter().for_each(|line| terminal.out(line));
    let section = |id: &'static str, lines: Vec<String>| {
        if !lines.is_empty() {
            terminal.out("");
            terminal.out(&terminal.paint(Paint::Dim, &terminal.word(id)));
            lines.iter().for_each(|line| terminal.out(line));
        }
    };
    let chain: Vec<String> = outcome.causes.iter().rev().map(ToString::to_string).collect();
    let chain = format!("{} → {}", chain.join(" → "), outcome.service);
    section("cli-explain-causes", indented(&chain, terminal));
    section("cli-explain-timeline", screen::lines(terminal, chart));
    section("cli-chart-data", screen::data(terminal, chart));
    section("cli-explain-others", other_ways(terminal, chart));
    section("cli-explain-chance", outlook::chance(terminal, outlook));
    section("cli-explain-measured", outlook::measured(terminal, outlook));
    section("cli-explain-verdicts", reach::verdict_lines(terminal, outcome, "  "));
    let assumed = outcome.touched.assumed.iter().map(|(name, span)| (*name, *span)).collect();
    let assumed =
        [verdicts::assumptions(terminal, assumed), outlook::moment(terminal, plan, outcome)].concat();
    if !assumed.is_empty() {
        terminal.out("");
        assumed.iter().for_each(|line| terminal.out(line));
    }
}

fn indented(text: &str, terminal: &Terminal) -> Vec<String> {
    wrap(text, terminal.width.saturating_sub(2)).iter().map(|line| format!("  {line}")).collect()
}

fn other_ways(terminal: &Terminal, chart: &Chart<'_>) -> Vec<String> {
    let outcome = chart.outcome;
    let others =
        outcome.fate.candidates.iter().enumerate().filter(|(index, _)| Some(*index) != outcome.chosen);
    let mut ways: Vec<(&str, Vec<String>)> = Vec::new();
    for (_, course) in others {
        let what = match &course.broken {
            Some(broken) => terminal.text(&assess::reason::broken_text(broken)),
            None => {
                let rta = course.rta(assess::objective::HOLD, assess::objective::HORIZON);
                terminal.text(&Message::new("cli-explain-other").with("rta", chart.time(rta)))
            }
        };
        // A way is followed in several forms (waiting, starting anew): each says once what is in its way.
        match ways.iter_mut().find(|(way, _)| *way == course.choice.way) {
            Some((_, said)) if said.contains(&what) => {}
            Some((_, said)) => said.push(what),
            None => ways.push((&course.choice.way, vec![what])),
        }
    }
    let lines = ways.iter().map(|(way, said)| format!("{way}: {}", said.join("; ")));
    lines.flat_map(|line| indented(&line, terminal)).collect()
}

fn as_json(chart: &Chart<'_>, outlook: &Outlook) -> Value {
    let outcome = chart.outcome;
    let course = outcome.course();
    let steps = course.map(|c| {
        c.choice.steps.iter().map(|step| {
            json!({
                "verb": step.verb.as_str(),
                "object": step.object,
                "by": step.by,
                "auto": step.auto,
                "starts": seconds(step.starts),
                "takes": seconds(step.takes),
                "waits_for": step.waits_for,
            })
        })
    });
    let rows = chart.rows.iter().map(|row| {
        let bars = row.bars.iter().map(|bar| {
            json!({
                "kind": bar.kind.as_str(), "from": seconds(bar.from), "to": seconds(bar.to)
            })
        });
        json!({ "name": row.name.to_string(), "bars": bars.collect::<Vec<_>>() })
    });
    let data = chart
        .data
        .iter()
        .map(|aged| json!({ "data": aged.data.as_str(), "source": aged.source, "age": seconds(aged.age) }));
    json!({
        "service": outcome.service.as_str(),
        "loss": outcome.loss.id,
        "class": outcome.loss.class.as_str(),
        "stops": seconds(outcome.fate.stops),
        "down_for": chart.down_for.map(seconds),
        "causes": outcome.causes.iter().rev().map(ToString::to_string).collect::<Vec<_>>(),
        "way": course.map(|c| c.choice.way.clone()),
        "down": course.map(|c| c.up.complement().iter().map(|(a, b)| json!([seconds(a), seconds(b)])).collect::<Vec<_>>()),
        "steps": steps.map(Iterator::collect::<Vec<_>>),
        "chart": rows.collect::<Vec<_>>(),
        "due": chart.due.map(seconds),
        "data": data.collect::<Vec<_>>(),
        "longest_age": chart.data_due.map(seconds),
        "verdicts": outcome.verdicts.iter().map(verdicts::one).collect::<Vec<_>>(),
        "odds": outlook.odds.as_ref().map(outlook::odds_json),
        "measured": outlook::measured_json(outlook),
        "unknown": outcome.touched.unknown,
        "assumed": outcome.touched.assumed.iter().map(|(name, span)| (*name, span.as_seconds())).collect::<BTreeMap<_, _>>(),
    })
}
