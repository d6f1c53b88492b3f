//! `oki explain SERVICE --structure`: which combinations of losses break the objectives of a service.

use assess::structure::{
    Budget, CutSet, Event, How, Question, Reach, RecoveryPoint, Structure, Target, structure,
};
use assess::{Context, Part, Value};
use base::{Arg, Exit, Fault, Id, Message, Monitor, Span};
use plan::{Class, Plan};
use serde_json::{Value as Json, json};

use crate::args::ExplainArgs;
use crate::session::Session;
use crate::terminal::{Paint, Terminal, columns, pad, wrap};
use crate::verdicts::{loss_name, number, value_text};

/// Sets of one size that are shown; the others are counted.
const SHOWN: usize = 10;
/// Nodes of a decision diagram: some 70 MB.
const NODES: usize = 1 << 20;
/// Questions about bounds for each one about plans, which take longer.
const BOUNDS_EACH: u64 = 10;
/// Classes of losses.
pub(crate) const BOTH: [Class; 2] = [Class::Failure, Class::Disaster];

pub(crate) fn run(session: &Session, args: &ExplainArgs) -> Result<Exit, Fault> {
    let plan = session.plan(&args.dir)?;
    let reading = &plan.reading;
    let service = known(&reading.plan, &args.what)?;
    let target = args.objective.map_or(Target::All, |part| Target::Only(part.into()));
    let classes = args.class.map_or(BOTH.to_vec(), |class| vec![class.into()]);
    let questions = questions(&service, &classes, target, args.order);
    let terminal = &session.terminal;
    let found = plan.ask(&reading.plan, |context| find(context, terminal, &questions, args.effort))?;
    if session.global.json {
        session.print_json(&as_json(&service, &found, &reading.plan));
    } else {
        show(&session.terminal, &service, &found, &reading.plan);
    }
    Ok(Exit::Met)
}

/// The structures of a service, one for each question about something that is agreed.
pub(crate) fn find(
    context: Context<'_>,
    terminal: &Terminal,
    questions: &[Question],
    effort: u64,
) -> Vec<Structure> {
    let stop = || terminal.interrupted();
    let budget = Budget { bounds: effort, plans: effort / BOUNDS_EACH, nodes: NODES, stop: &stop };
    let service = questions.first().map_or_else(String::new, |question| question.service.to_string());
    terminal.begin(&Message::new("cli-structure-working").with("service", service), None);
    let found = questions.iter().filter_map(|question| structure(context, question, &budget)).collect();
    terminal.end();
    found
}

fn known(plan: &Plan, service: &str) -> Result<Id, Fault> {
    let id = Id::new(service);
    if plan.services.contains_key(&id) {
        return Ok(id);
    }
    let known: Vec<Arg> = plan.services.keys().map(Arg::from).collect();
    let message = Message::new("cli-no-service").with("service", service).with("known", known);
    Err(Fault::new(Exit::Unusable, message))
}

/// One question for each class of losses.
pub(crate) fn questions(service: &Id, classes: &[Class], target: Target, order: u8) -> Vec<Question> {
    let order = usize::from(order);
    let one = |class: &Class| Question { service: service.clone(), class: *class, target, order };
    classes.iter().map(one).collect()
}

/// The agreed parts of an objective that are looked at.
fn targets(plan: &Plan, question: &Question) -> Vec<(Part, Value)> {
    let Some(service) = plan.services.get(&question.service) else { return Vec::new() };
    let objectives = if question.class == Class::Failure { &service.failure } else { &service.disaster };
    let parts = question.target.parts().iter();
    parts.filter_map(|part| Some((*part, Value::promised(objectives, *part)?))).collect()
}

fn show(terminal: &Terminal, service: &Id, found: &[Structure], plan: &Plan) {
    let title = Message::new("cli-structure-title").with("service", service);
    terminal.out(&terminal.paint(Paint::Bold, &terminal.text(&title)));
    if found.is_empty() {
        terminal.out(&terminal.word("cli-structure-no-objective"));
    }
    found.iter().for_each(|one| Page { terminal, found: one, plan }.show());
}

/// What was agreed: the class of losses and the targets.
pub(crate) fn objectives(terminal: &Terminal, found: &Structure, plan: &Plan) -> String {
    let class = terminal.text(&Message::new(format!("cli-class-{}", found.question.class.as_str())));
    let text = |(part, value): (Part, Value)| {
        Arg::Text(format!("{} {}", part.as_str().to_uppercase(), value_text(terminal, value)))
    };
    let targets: Vec<Arg> = targets(plan, &found.question).into_iter().map(text).collect();
    terminal.text(&Message::new("cli-structure-heading").with("class", class).with("targets", targets))
}

/// The structure of one objective, for people.
struct Page<'a> {
    terminal: &'a Terminal,
    found: &'a Structure,
    plan: &'a Plan,
}

impl Page<'_> {
    fn show(&self) {
        self.heading();
        if self.found.cuts.iter().any(|cut| cut.events.is_empty()) {
            return self.line(&self.terminal.word("cli-structure-always"));
        }
        self.sets_of(1);
        self.recovery();
        (2..=self.found.question.order).for_each(|order| self.sets_of(order));
        self.scarce();
        self.terminal.out("");
        self.totals();
        self.chance();
    }

    fn line(&self, text: &str) {
        wrap(text, self.terminal.width - 2).iter().for_each(|line| self.terminal.out(&format!("  {line}")));
    }

    fn heading(&self) {
        let terminal = self.terminal;
        terminal.out("");
        terminal.out(&terminal.paint(Paint::Bold, &objectives(terminal, self.found, self.plan)));
    }

    fn name(&self, event: usize) -> String {
        self.terminal.text(&loss_name(&self.found.events[event].loss))
    }

    fn names(&self, events: &[usize]) -> String {
        events.iter().map(|event| self.name(*event)).collect::<Vec<_>>().join(" + ")
    }

    /// What it is and how it is lost.
    fn what(&self, event: &Event) -> String {
        let terminal = self.terminal;
        let kind = Message::new(format!("cli-kind-{}", event.kind));
        let effect = match event.effect {
            plan::Effect::Out => "out",
            plan::Effect::Wiped => "wiped",
            plan::Effect::Gone => "gone",
        };
        let effect = Message::new(format!("cli-effect-{effect}"));
        let what = Message::new("cli-structure-what");
        terminal.text(&what.with("kind", terminal.text(&kind)).with("effect", terminal.text(&effect)))
    }

    fn title(&self, message: &Message) {
        self.terminal.out("");
        self.terminal.out(&self.terminal.paint(Paint::Dim, &self.terminal.text(message)));
    }

    fn sets_of(&self, order: usize) {
        let sets: Vec<&CutSet> = self.found.cuts.iter().filter(|cut| cut.events.len() == order).collect();
        let searched = self.found.reach >= Reach::Order(order);
        if sets.is_empty() && (order > 1 || !searched) {
            return;
        }
        let title = if order == 1 { "cli-structure-single" } else { "cli-structure-sets" };
        self.title(&Message::new(title).with("order", order).with("count", sets.len()));
        if sets.is_empty() {
            self.line(&self.terminal.word("cli-structure-none"));
        }
        self.rows(&sets);
    }

    fn rows(&self, sets: &[&CutSet]) {
        let shown: Vec<(String, String)> =
            sets.iter().take(SHOWN).map(|cut| (self.names(&cut.events), self.remark(cut))).collect();
        let width = shown.iter().map(|(name, _)| columns(name)).max().unwrap_or(0).min(60);
        for (name, remark) in shown {
            self.line(format!("{}  {remark}", pad(&name, width)).trim_end());
        }
        self.rest(sets.len());
    }

    fn rest(&self, count: usize) {
        if count > SHOWN {
            let more = Message::new("cli-structure-more").with("count", count - SHOWN);
            self.line(&self.terminal.text(&more));
        }
    }

    /// What a single event is, and whether a set only may be fatal.
    fn remark(&self, cut: &CutSet) -> String {
        let what = match cut.events[..] {
            [event] => self.what(&self.found.events[event]),
            _ => String::new(),
        };
        let uncertain = cut.certain == Some(false) && !self.found.scarce.contains(cut);
        match (uncertain.then(|| self.terminal.word("cli-structure-uncertain")), what.is_empty()) {
            (Some(uncertain), true) => uncertain,
            (Some(uncertain), false) => self.also(&what, &uncertain),
            (None, _) => what,
        }
    }

    fn also(&self, what: &str, more: &str) -> String {
        self.terminal.text(&Message::new("cli-structure-also").with("what", what).with("more", more))
    }

    fn recovery(&self) {
        let Some(points) = self.found.recovery.as_ref().filter(|points| !points.is_empty()) else { return };
        self.title(&Message::new("cli-structure-recovery").with("count", points.len()));
        let width = points.iter().take(SHOWN).map(|point| columns(&self.name(point.event))).max();
        for point in points.iter().take(SHOWN) {
            self.line(&format!("{}  {}", pad(&self.name(point.event), width.unwrap_or(0)), self.with(point)));
        }
        self.rest(points.len());
    }

    fn with(&self, point: &RecoveryPoint) -> String {
        let all: Vec<Arg> = point.initiators.iter().map(|event| Arg::Text(self.name(*event))).collect();
        let what = self.what(&self.found.events[point.event]);
        let with = self.terminal.text(&Message::new("cli-structure-with").with("losses", all));
        self.also(&what, &with)
    }

    fn scarce(&self) {
        let Some(checked) = self.found.scarce_checked.filter(|checked| *checked > 0) else { return };
        let sets: Vec<&CutSet> = self.found.scarce.iter().collect();
        let title = if sets.is_empty() { "cli-structure-no-scarce" } else { "cli-structure-scarce" };
        self.title(&Message::new(title).with("order", checked).with("count", sets.len()));
        self.rows(&sets);
    }

    fn totals(&self) {
        let counts = self.found.counts.as_ref();
        let message = match (counts, self.found.reach) {
            (Some(counts), _) => {
                let total = counts.iter().fold(0u128, |sum, count| sum.saturating_add(*count));
                let largest = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
                Message::new("cli-structure-all").with("count", total.to_string()).with("order", largest)
            }
            (None, Reach::All) => Message::new("cli-structure-all-uncounted"),
            (None, Reach::Order(order)) if order > 0 => {
                Message::new("cli-structure-up-to").with("order", order)
            }
            _ => Message::new("cli-structure-unfinished"),
        };
        self.line(&self.terminal.text(&message));
    }

    fn chance(&self) {
        let Some(chance) = &self.found.chance else { return };
        let yearly = |share: f64| Span::millis((share * Span::days(365).as_millis() as f64) as u64);
        let text = |share: f64| yearly(share).text(self.terminal.lang);
        let id = match chance.how {
            How::Exact if chance.per_year == Some(0.0) => "cli-structure-chance-none",
            How::Exact => "cli-structure-chance",
            How::Between | How::Drawn => "cli-structure-chance-between",
        };
        let message = Message::new(id)
            .with("low", text(chance.low))
            .with("high", text(chance.high))
            .with("rated", chance.rated)
            .with("all", self.found.near.len())
            .with("often", often(chance.per_year.unwrap_or(0.0)));
        self.line(&self.terminal.text(&message));
        for one in chance.importance.iter().take(3) {
            let share = (one.fussell_vesely * 100.0).round();
            let message = Message::new("cli-structure-weight").with("share", share.to_string());
            self.line(&self.terminal.text(&message.with("loss", self.name(one.event))));
        }
        let others = self.found.near.len().saturating_sub(chance.rated);
        if others > 0 {
            self.line(&self.terminal.text(&Message::new("cli-structure-unrated").with("others", others)));
        }
    }
}

/// How often, as people say it: once in so many years, or so many times a year; two digits are all that rates are worth.
fn often(per_year: f64) -> Arg {
    let round = |value: f64| {
        let digit = 10f64.powf(value.log10().floor() - 1.0);
        let rounded = (value / digit).round() * digit;
        format!("{rounded:.*}", usize::from(rounded < 10.0))
    };
    Arg::Message(if per_year < 1.0 {
        Message::new("cli-often-years").with("years", round(1.0 / per_year))
    } else {
        Message::new("cli-often-times").with("times", round(per_year))
    })
}

fn as_json(service: &Id, found: &[Structure], plan: &Plan) -> Json {
    json!({
        "service": service.as_str(),
        "structures": found.iter().map(|one| structure_json(one, plan)).collect::<Vec<_>>(),
    })
}

pub(crate) fn structure_json(found: &Structure, plan: &Plan) -> Json {
    let question = &found.question;
    let name = |event: &usize| found.events[*event].loss.as_str();
    let names = |events: &[usize]| events.iter().map(name).collect::<Vec<_>>();
    let targets = targets(plan, question).into_iter();
    let targets: serde_json::Map<String, Json> =
        targets.map(|(part, value)| (part.as_str().to_owned(), number(value))).collect();
    let point =
        |point: &RecoveryPoint| json!({ "loss": name(&point.event), "with": names(&point.initiators) });
    let cut = |cut: &CutSet| json!({ "losses": names(&cut.events), "certain": cut.certain });
    let complete = match found.reach {
        Reach::Nothing => json!(null),
        Reach::Order(order) => json!(order),
        Reach::All => json!("all"),
    };
    json!({
        "class": question.class.as_str(),
        "objective": match question.target { Target::All => "all", Target::Only(part) => part.as_str() },
        "targets": targets,
        "events": found.near.iter().map(|event| event_json(&found.events[*event])).collect::<Vec<_>>(),
        "single_points": found.single_points().map(|event| name(&event)).collect::<Vec<_>>(),
        "recovery_points": found.recovery.as_ref().map(|points| points.iter().map(point).collect::<Vec<_>>()),
        "cut_sets": found.cuts.iter().map(cut).collect::<Vec<_>>(),
        "complete": complete,
        "counts": found.counts.as_ref().map(|all| all.iter().map(|n| count(*n)).collect::<Vec<_>>()),
        "scarce": {
            "checked": found.scarce_checked,
            "sets": found.scarce.iter().map(|cut| names(&cut.events)).collect::<Vec<_>>(),
        },
        "chance": found.chance.as_ref().map(|chance| json!({
            "share_of_time": [chance.low, chance.high],
            "how": match chance.how { How::Exact => "exact", How::Between => "between", How::Drawn => "drawn" },
            "per_year": chance.per_year,
            "events_counted": chance.rated,
            "importance": chance.importance.iter().map(|one| json!({
                "loss": name(&one.event),
                "birnbaum": one.birnbaum,
                "fussell_vesely": one.fussell_vesely,
            })).collect::<Vec<_>>(),
        })),
        "asked": { "bounds": found.asked.0, "plans": found.asked.1 },
    })
}

/// Programs read numbers up to 2^53 exactly; larger ones are texts.
fn count(n: u128) -> Json {
    match u64::try_from(n) {
        Ok(small) if small <= 1 << 53 => json!(small),
        _ => json!(n.to_string()),
    }
}

fn event_json(event: &Event) -> Json {
    json!({
        "loss": event.loss,
        "class": event.class.as_str(),
        "stops": event.stops,
        "per_year": event.rate,
        "share_of_time": event.share,
    })
}
