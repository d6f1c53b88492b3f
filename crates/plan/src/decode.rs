//! From the canonical tree to the typed plan. The tree was checked before, so whatever is missing here was reported
//! there; nothing fails.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base::{Bytes, Frequency, Id, Rate, Span};

use crate::check::UNKNOWN;
use crate::language::is_built_in;
use crate::model::{
    Accepted, Again, Canary, Class, Commitment, Common, Copy, CopyKind, Data, Document, Effect, Equipment,
    Every, Existence, Extent, Fact, Feeds, Function, Hit, Hours, Ladder, Level, Link, MonitorSpec, Need,
    Objective, Objectives, Placement, PointTarget, PowerKind, PowerSource, Probe, Readiness, Region,
    RegionKind, Run, Scenario, Secret, Service, Site, Software, Step, Supplier, Team, Vault, Verb, Way,
    moment,
};
use crate::tree::{Map, Tree, Word};

type Reader<T> = fn(&Tree) -> Option<T>;

fn text(value: &Tree, key: &str) -> Option<String> {
    value.get(key).and_then(Tree::as_str).filter(|text| *text != UNKNOWN).map(str::to_owned)
}

fn ids(value: &Tree, key: &str) -> Vec<Id> {
    value
        .get(key)
        .and_then(Tree::as_list)
        .into_iter()
        .flatten()
        .filter_map(Tree::text)
        .filter(|id| &***id != UNKNOWN)
        .map(Id::shared)
        .collect()
}

fn id(value: &Tree, key: &str) -> Option<Id> {
    value.get(key).and_then(Tree::text).filter(|id| &***id != UNKNOWN).map(Id::shared)
}

/// The id that a key is.
fn own(key: &Word) -> Id {
    match key {
        Word::Own(id) => Id::shared(id),
        Word::Known(id) => Id::new(id),
    }
}

/// Whether a list is `unknown`, or was written with `unknown` in it, so that there may be more.
fn open(value: &Tree, key: &str) -> bool {
    let unknown = |item: &Tree| item.as_str() == Some(UNKNOWN);
    value
        .get(key)
        .is_some_and(|list| unknown(list) || list.as_list().is_some_and(|items| items.iter().any(unknown)))
}

fn records<'j>(value: &'j Tree, key: &str) -> Option<impl Iterator<Item = &'j Tree> + use<'j>> {
    Some(value.get(key)?.as_list()?.iter().filter(|item| item.is_map()))
}

fn words(value: &Tree, key: &str) -> Vec<String> {
    let list = value.get(key).and_then(Tree::as_list).into_iter().flatten();
    list.filter_map(Tree::as_str).map(str::to_owned).collect()
}

fn millis(value: &Tree) -> Option<Span> {
    value.as_u64().map(Span::millis)
}

fn whole(value: &Tree) -> Option<u32> {
    value.as_u64().and_then(|n| u32::try_from(n).ok())
}

/// A fact of any type.
fn fact<T: Clone>(value: Option<&Tree>, read: Reader<T>) -> Fact<T> {
    let Some(value) = value else { return Fact::Absent };
    match value.as_str() {
        Some("none") => return Fact::Nothing,
        Some(_) => return Fact::Unknown,
        None => {}
    }
    let one = |key: &str| value.get(key).and_then(read);
    if let Some(exact) = one("is") {
        return Fact::Exact(exact);
    }
    if let Some([low, high]) = value.get("range").and_then(Tree::as_list) {
        return read(low).map_or(Fact::Unknown, |low| Fact::Range(low, read(high)));
    }
    if let (Some(min), Some(likely), Some(max)) = (one("min"), one("likely"), one("max")) {
        return Fact::Likely { min, likely, max };
    }
    if let Some(sources) = value.get("disputed").and_then(Tree::as_map) {
        return Fact::Disputed(
            sources.iter().map(|(source, said)| (source.to_string(), fact(Some(said), read))).collect(),
        );
    }
    if let Some(points) = value.get("curve").and_then(Tree::as_list) {
        return curve(points, read);
    }
    let class = |key: &str| Box::new(fact(value.get(key), read));
    if value.get("failure").is_some() || value.get("disaster").is_some() {
        return Fact::PerClass { failure: class("failure"), disaster: class("disaster") };
    }
    Fact::Unknown
}

/// Repaired wholly at the last point, if that is all of it; else not before.
fn curve<T: Clone>(points: &[Tree], read: Reader<T>) -> Fact<T> {
    let last = points.last().and_then(|point| Some((point.at(0)?.as_f64()?, read(point.at(1)?)?)));
    match last {
        Some((share, time)) if share >= 1.0 => Fact::Exact(time),
        Some((_, time)) => Fact::Range(time, None),
        None => Fact::Unknown,
    }
}

fn span_fact(value: &Tree, key: &str) -> Fact<Span> {
    fact(value.get(key), millis)
}

fn existence(value: &Tree) -> Option<Existence> {
    Some(match value.as_str()? {
        "yes" => Existence::Yes,
        "planned" => Existence::Planned,
        "considered" => Existence::Considered,
        "rejected" => Existence::Rejected,
        _ => Existence::No,
    })
}

fn common(value: &Tree) -> Common {
    Common {
        title: text(value, "title"),
        regions: ids(value, "in"),
        more_regions: open(value, "in"),
        outside: ids(value, "outside"),
        exists: fact(value.get("exists"), existence),
        repair: span_fact(value, "repair"),
        replace: span_fact(value, "replace"),
        maintained_by: ids(value, "maintained-by"),
        rate: fact(value.get("rate"), |often| often.as_u64().map(Frequency)),
    }
}

fn placement(value: Option<&Tree>) -> Placement {
    let Some(value) = value else { return Placement::Unknown };
    if let Some(at) = value.get("at").and_then(Tree::as_map) {
        return Placement::At(at.iter().map(|(id, n)| (own(id), whole(n).unwrap_or(0))).collect());
    }
    if value.get("one-of").is_some() { Placement::OneOf(ids(value, "one-of")) } else { Placement::Unknown }
}

fn need(value: Option<&Tree>) -> Need {
    let Some(value) = value else { return Need::default() };
    if let Some(id) = value.text() {
        return if &**id == UNKNOWN { Need::Unknown } else { Need::Thing(Id::shared(id)) };
    }
    let parts = |key: &str| {
        let list = value.get(key).and_then(Tree::as_list)?;
        Some(list.iter().map(|part| need(Some(part))).collect::<Vec<_>>())
    };
    if let Some(any) = parts("any") {
        return Need::Any(any);
    }
    if let Some(of) = parts("of") {
        return Need::AtLeast(value.get("at-least").and_then(whole).unwrap_or(1) as usize, of);
    }
    Need::All(parts("all").unwrap_or_default())
}

pub(crate) fn region(id: &Id, value: &Tree) -> Region {
    let kind = match value.get("kind").and_then(Tree::as_str) {
        Some("power") => RegionKind::Power,
        Some("carrier") => RegionKind::Carrier,
        Some("hazard") => RegionKind::Hazard,
        Some("duct") => RegionKind::Duct,
        Some("domain") => RegionKind::Domain,
        Some("model") => RegionKind::Model,
        _ => RegionKind::Place,
    };
    let built_in = is_built_in(id.as_str());
    Region {
        common: common(value),
        kind,
        hazard: Some(words(value, "hazard").join(", ")).filter(|text| !text.is_empty()),
        outage: span_fact(value, "outage"),
        dwell: span_fact(value, "dwell"),
        built_in,
    }
}

pub(crate) fn site(value: &Tree) -> Site {
    let power = value.get("power").and_then(Tree::as_map);
    Site {
        common: common(value),
        power: power.map(|sources| sources.iter().map(|(name, source)| power_source(name, source)).collect()),
        needs: ids(value, "needs"),
    }
}

fn power_source(name: &str, value: &Tree) -> PowerSource {
    let generator = value.get("kind").and_then(Tree::as_str) == Some("generator");
    PowerSource {
        name: name.to_owned(),
        kind: if generator { PowerKind::Generator } else { PowerKind::Ups },
        lasts: span_fact(value, "lasts"),
        starts: span_fact(value, "starts"),
        recharge: span_fact(value, "recharge"),
        refuel: span_fact(value, "refuel"),
        feeds: feeds(value),
    }
}

fn feeds(value: &Tree) -> Feeds {
    if value.get("feeds-all").is_some() {
        Feeds::Everything
    } else if value.get("feeds").is_some_and(Tree::is_list) && !open(value, "feeds") {
        Feeds::Only(ids(value, "feeds").into_iter().collect())
    } else {
        Feeds::Unknown
    }
}

pub(crate) fn link(value: &Tree) -> Link {
    let bandwidth = fact(value.get("bandwidth"), |value| value.as_u64().map(Rate));
    Link { common: common(value), between: ids(value, "between"), bandwidth }
}

/// How fast another unit takes over. Sources that dispute it leave it open.
fn failover(value: Option<&Tree>) -> Fact<Span> {
    match fact(value, |inner| Some(span_fact(inner, "takes"))) {
        Fact::Exact(Fact::Absent) | Fact::Unknown | Fact::Disputed(_) => Fact::Unknown,
        Fact::Exact(takes) => takes,
        Fact::Nothing => Fact::Nothing,
        _ => Fact::Absent,
    }
}

pub(crate) fn equipment(value: &Tree) -> Equipment {
    Equipment {
        common: common(value),
        at: placement(value.get("at")),
        units: fact(value.get("units"), whole),
        enough: fact(value.get("enough"), whole),
        spares: fact(value.get("spares"), whole),
        failover: failover(value.get("failover")),
        needs: ids(value, "needs"),
    }
}

pub(crate) fn software(value: &Tree) -> Software {
    Software { common: common(value), runs_on: ids(value, "runs-on"), copies: copies(value) }
}

fn copies(value: &Tree) -> Option<Vec<Copy>> {
    Some(records(value, "copies")?.map(copy).collect())
}

fn copy(value: &Tree) -> Copy {
    let kind = |value: &Tree| {
        Some(match value.as_str()? {
            "sync" => CopyKind::Sync,
            "replica" => CopyKind::Replica,
            "media" => CopyKind::Media,
            "log" => CopyKind::Log,
            _ => CopyKind::Backup,
        })
    };
    Copy {
        to: value.get("to").and_then(Tree::text).map_or_else(|| Id::new(""), Id::shared),
        how: fact(value.get("how"), kind),
        every: span_fact(value, "every"),
        over: ids(value, "over"),
        from: id(value, "from"),
        carried: span_fact(value, "carried"),
        keep: span_fact(value, "keep"),
        immutable: span_fact(value, "immutable"),
        verify: fact(value.get("verify"), |value| Some(!matches!(value.as_str()?, "none" | "no"))),
        by_oki: text(value, "by").is_none_or(|by| by == "oki"),
    }
}

pub(crate) fn data(value: &Tree) -> Data {
    let canary = value.get("canary").and_then(|canary| {
        Some(Canary { sqlite: text(canary, "sqlite")?.into(), query: text(canary, "query")? })
    });
    Data {
        common: common(value),
        runs_on: ids(value, "runs-on"),
        size: fact(value.get("size"), |value| value.as_u64().map(Bytes)),
        copies: copies(value),
        more_copies: open(value, "copies"),
        path: text(value, "path").map(PathBuf::from),
        prepare: value.get("prepare").filter(|words| words.is_list()).map(|_| words(value, "prepare")),
        canary,
    }
}

pub(crate) fn vault(value: &Tree) -> Vault {
    let password = value.get("password").and_then(|secret| {
        let env = text(secret, "env").map(Secret::Env);
        env.or_else(|| text(secret, "file").map(|path| Secret::File(path.into())))
    });
    Vault {
        common: common(value),
        at: placement(value.get("at")),
        key: id(value, "key"),
        domain: ids(value, "domain"),
        repo: text(value, "repo").map(PathBuf::from),
        password,
    }
}

/// Hours, or the name of a calendar.
fn hours(value: Option<&Tree>, calendars: &Calendars) -> Fact<Hours> {
    let Some(text) = value.and_then(Tree::as_str) else { return Fact::Absent };
    match text {
        UNKNOWN => Fact::Unknown,
        _ => Hours::read(text).or_else(|| calendars.get(text).cloned()).map_or(Fact::Unknown, Fact::Exact),
    }
}

/// Hours by name. What is not known of a calendar is not known of those who have it.
pub(crate) type Calendars = BTreeMap<String, Hours>;

pub(crate) fn calendars(value: Option<&Tree>) -> Calendars {
    let all = value.and_then(Tree::as_map).into_iter().flat_map(Map::iter);
    all.filter_map(|(name, hours)| Some((name.to_string(), Hours::read(hours.as_str()?)?))).collect()
}

fn commitment(value: &Tree) -> Option<Commitment> {
    Some(match value.as_str()? {
        "contract" => Commitment::Contract,
        "best-effort" => Commitment::BestEffort,
        "uncertain" => Commitment::Uncertain,
        _ => Commitment::Free,
    })
}

pub(crate) fn team(value: &Tree, calendars: &Calendars) -> Team {
    Team {
        common: common(value),
        at: placement(value.get("at")),
        hours: hours(value.get("hours"), calendars),
        arrives: span_fact(value, "arrives"),
        deputies: ids(value, "deputies"),
    }
}

pub(crate) fn document(value: &Tree) -> Document {
    Document { common: common(value), at: placement(value.get("at")) }
}

pub(crate) fn supplier(value: &Tree, calendars: &Calendars) -> Supplier {
    Supplier {
        common: common(value),
        hours: hours(value.get("hours"), calendars),
        arrives: span_fact(value, "arrives"),
        lead_time: span_fact(value, "lead-time"),
        commitment: fact(value.get("commitment"), commitment),
        remote: fact(value.get("remote"), Tree::as_bool),
    }
}

fn class(value: &Tree, class: Class) -> Objectives {
    value.get("objectives").and_then(|o| o.get(class.as_str())).map(objectives).unwrap_or_default()
}

pub(crate) fn service(value: &Tree) -> Service {
    let monitor = value.get("monitor").and_then(|monitor| {
        let failures = monitor.get("failures").and_then(whole).unwrap_or(1);
        Some(MonitorSpec { every: millis(monitor.get("every")?)?, failures: failures.max(1) })
    });
    let run = value.get("run").filter(|run| run.get("command").is_some_and(Tree::is_list)).map(|run| Run {
        command: words(run, "command"),
        probes: run.get("probes").and_then(Tree::as_list).into_iter().flatten().filter_map(probe).collect(),
    });
    Service {
        common: common(value),
        priority: value.get("priority").and_then(whole),
        failure: class(value, Class::Failure),
        disaster: class(value, Class::Disaster),
        ways: ways(value),
        more_ways: open(value, "ways"),
        hold: value.get("hold").and_then(millis),
        monitor,
        run,
    }
}

fn probe(value: &Tree) -> Option<Probe> {
    let expects = text(value, "expects");
    if let Some(address) = text(value, "tcp") {
        return Some(Probe::Tcp(address));
    }
    if let Some(url) = text(value, "http") {
        return Some(Probe::Http { url, expects });
    }
    if let Some(query) = text(value, "sql") {
        return Some(Probe::Sql { database: text(value, "database")?, query, expects });
    }
    value.get("command").map(|_| Probe::Command { command: words(value, "command"), expects })
}

fn objectives(value: &Tree) -> Objectives {
    Objectives {
        rto: objective(value.get("rto"), millis),
        rpo: objective(value.get("rpo"), point),
        rlo: objective(value.get("rlo"), ladder),
        given: ids(value, "given"),
    }
}

fn objective<T>(value: Option<&Tree>, read: Reader<T>) -> Objective<T> {
    let Some(value) = value else { return Objective::NotAsked };
    if let Some(word) = value.as_str() {
        return if word == UNKNOWN { Objective::NotAsked } else { Objective::Unset };
    }
    if value.get("unset").is_some() {
        return Objective::Unset;
    }
    let agreed = value.get("agreed").and_then(read).map(Objective::Agreed);
    agreed.or_else(|| value.get("wish").and_then(read).map(Objective::Wish)).unwrap_or(Objective::NotAsked)
}

fn point(value: &Tree) -> Option<PointTarget> {
    Some(match value.as_str() {
        Some("just-before") => PointTarget::JustBefore,
        Some("previous-day") => PointTarget::PreviousDay,
        Some("previous-week") => PointTarget::PreviousWeek,
        Some("previous-month") => PointTarget::PreviousMonth,
        _ => PointTarget::Age(millis(value)?),
    })
}

fn ladder(value: &Tree) -> Option<Ladder> {
    let rungs = value.as_list()?.iter().map(|rung| {
        let level = Level {
            // A share of the places is what can be said of a level without naming them.
            capacity: rung
                .get("capacity")
                .or_else(|| rung.get("places"))
                .and_then(Tree::as_f64)
                .unwrap_or(1.0),
            functions: words(rung, "functions").into_iter().collect(),
            places: ids(rung, "places").into_iter().collect(),
        };
        (rung.get("by").and_then(millis), level)
    });
    Some(Ladder(rungs.collect()))
}

fn ways(value: &Tree) -> Option<Vec<Way>> {
    Some(records(value, "ways")?.map(way).collect())
}

fn way(value: &Tree) -> Way {
    let readiness = |value: &Tree| {
        Some(match value.as_str()? {
            "running" => Readiness::Running,
            "hot" => Readiness::Hot,
            "warm" | "standby" => Readiness::Warm,
            "cold" => Readiness::Cold,
            _ => Readiness::Rebuild,
        })
    };
    Way {
        name: text(value, "name").unwrap_or_default(),
        runs_on: ids(value, "runs-on"),
        more_bodies: open(value, "runs-on"),
        needs: need(value.get("needs")),
        data: ids(value, "data"),
        ready: fact(value.get("ready"), readiness),
        takes: span_fact(value, "takes"),
        steps: value
            .get("steps")
            .and_then(Tree::as_list)
            .map(|steps| steps.iter().filter_map(step).collect()),
        by: ids(value, "by"),
        level: fact(value.get("level"), Tree::as_f64),
        lasts: span_fact(value, "lasts"),
        restart: span_fact(value, "restart"),
        failback: value.get("failback").map_or(Fact::Absent, |failback| span_fact(failback, "takes")),
        exists: fact(value.get("exists"), existence),
    }
}

fn step(value: &Tree) -> Option<Step> {
    let word = text(value, "verb")?;
    Some(Step {
        verb: Verb::ALL.into_iter().find(|verb| verb.as_str() == word)?,
        object: text(value, "object").unwrap_or_default(),
        by: ids(value, "by"),
        at: ids(value, "at"),
        needs: need(value.get("needs")),
        takes: span_fact(value, "takes"),
        auto: value.get("auto").and_then(Tree::as_bool).unwrap_or(false),
    })
}

pub(crate) fn function(value: &Tree) -> Function {
    Function {
        common: common(value),
        mtpd: span_fact(value, "mtpd"),
        mbco: fact(value.get("mbco"), Tree::as_f64),
        failure: class(value, Class::Failure),
        disaster: class(value, Class::Disaster),
        ways: ways(value),
        more_ways: open(value, "ways"),
    }
}

pub(crate) fn scenario(value: &Tree) -> Scenario {
    let class = match value.get("class").and_then(Tree::as_str) {
        Some("failure") => Some(Class::Failure),
        Some("disaster") => Some(Class::Disaster),
        _ => None,
    };
    let each = value.get("each").and_then(Tree::as_str).and_then(Every::of);
    let own = hit(value, String::new());
    let more = value.get("events").and_then(Tree::as_list).into_iter().flatten().enumerate();
    let more = more.map(|(n, event)| hit(event, format!("events.{n}")));
    let named = !own.loses.is_empty() || !own.every.is_empty();
    Scenario {
        common: common(value),
        hits: named.then(|| own.clone()).into_iter().chain(more).collect(),
        each: each.map(|each| (each, Hit { loses: Vec::new(), every: Vec::new(), ..own })),
        takes_people: text(value, "takes").is_some(),
        class,
        moment: value.get("moment").and_then(Tree::as_str).and_then(moment),
    }
}

fn hit(value: &Tree, place: String) -> Hit {
    let effect = match value.get("effect").and_then(Tree::as_str) {
        Some("out") => Some(Effect::Out),
        Some("wiped") => Some(Effect::Wiped),
        Some("gone") => Some(Effect::Gone),
        _ => None,
    };
    let again = value.get("again").map(|again| Again {
        every: again.get("every").and_then(millis).unwrap_or_default(),
        times: again.get("times").and_then(whole).unwrap_or(0),
    });
    let extent = Extent {
        lasts: span_fact(value, "lasts"),
        starts: span_fact(value, "starts"),
        again,
        absent: fact(value.get("absent"), Tree::as_f64),
        dwell: span_fact(value, "dwell"),
    };
    let every = words(value, "every").iter().filter_map(|word| Every::of(word)).collect();
    Hit { place, loses: ids(value, "loses"), every, effect, extent }
}

pub(crate) fn accepted(value: &Tree) -> Option<Accepted> {
    let what =
        text(value, "what").or_else(|| text(value, "objective")?.split('.').next().map(str::to_owned))?;
    Some(Accepted { what: Id::new(&what), why: text(value, "why"), by: text(value, "by") })
}

/// A table of things.
pub(crate) fn table<T>(things: &BTreeMap<Id, Tree>, read: impl Fn(&Tree) -> T) -> BTreeMap<Id, T> {
    things.iter().map(|(id, value)| (id.clone(), read(value))).collect()
}
