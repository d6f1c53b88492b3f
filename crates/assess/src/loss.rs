//! What may be lost: every single thing, every place with and without its people, every region, and the scenarios of
//! the plan.

use std::collections::BTreeMap;

use base::{Id, Span};
use plan::{Class, Effect, Extent, Hit, Plan, RegionKind, Scenario};

/// A loss: what is hit, how, and which objectives apply.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// Id of the thing or scenario; `+people` added where the people of a place are lost with it, `:ID` where a
    /// scenario stands for one loss for each of several things.
    pub id: String,
    /// What is hit, and how. A region is hit by its kind: what its members suffer follows from that.
    pub events: Vec<(Id, Effect)>,
    /// What is said of how far the effect on a thing goes; one entry for each event that hits it.
    pub extents: BTreeMap<Id, Vec<Reach>>,
    /// Whether the people of lost places are lost.
    pub takes_people: bool,
    /// Which objectives apply.
    pub class: Class,
    /// Hour of the week at which it happens, as time since Monday 0:00. Unless said, when whoever has hours has just
    /// gone for the longest time of the week.
    pub moment: Option<Span>,
}

/// How far one effect on one thing goes, as a scenario says.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Path of these facts in the plan, their own key apart.
    pub path: String,
    /// What is done to the thing.
    pub effect: Effect,
    /// For how long, from when, how often, to how many.
    pub extent: Extent,
}

impl Loss {
    fn single(id: &Id, effect: Effect, class: Class) -> Loss {
        Loss {
            id: id.to_string(),
            events: vec![(id.clone(), effect)],
            extents: BTreeMap::new(),
            takes_people: false,
            class,
            moment: None,
        }
    }

    fn with_people(mut self) -> Loss {
        self.id.push_str("+people");
        self.takes_people = true;
        self
    }
}

/// Every loss the engine looks at: singles of all kinds, places, regions, declared scenarios.
pub fn generate(plan: &Plan) -> Vec<Loss> {
    let mut out = Vec::new();
    places(plan, &mut out);
    regions(plan, &mut out);
    things(plan, &mut out);
    out.extend(plan.scenarios.iter().flat_map(|(id, scenario)| declared(plan, id, scenario)));
    out
}

/// The loss called `id`, if there is one; several at once are written `hall,grid`.
pub fn find(plan: &Plan, id: &str) -> Option<Loss> {
    let all = generate(plan);
    let one = |id: &str| all.iter().find(|loss| loss.id == id);
    if let Some(loss) = one(id) {
        return Some(loss.clone());
    }
    let several: Option<Vec<&Loss>> = id.split(',').map(|part| one(part.trim())).collect();
    several.filter(|losses| losses.len() > 1).map(join)
}

/// Causes that many things share: regions, domains of administration among them, sites, suppliers. All count as
/// disasters, so that the same objectives hold for one and for several of them; people are safe.
pub fn shared(plan: &Plan) -> Vec<Loss> {
    let mut out = Vec::new();
    places(plan, &mut out);
    regions(plan, &mut out);
    out.retain(|loss| !loss.takes_people);
    out.extend(plan.suppliers.keys().map(|id| Loss::single(id, Effect::Out, Class::Disaster)));
    out
}

/// A loss with the people of its places, if that makes a difference.
pub(crate) fn with_people(plan: &Plan, loss: &Loss) -> Option<Loss> {
    let gone = |id: &Id| loss.events.iter().any(|(hit, effect)| hit == id && *effect == Effect::Gone);
    let lost = |id: &Id, site: &plan::Site| {
        gone(id)
            || loss
                .events
                .iter()
                .any(|(hit, effect)| *effect == Effect::Gone && within(plan, &site.common.regions, hit))
    };
    let taken = plan.sites.iter().any(|(id, site)| lost(id, site) && people_at(plan, id));
    taken.then(|| loss.clone().with_people())
}

/// Several losses at once, from a common t = 0, each thing hit as badly as by any of them.
pub fn join<'l>(losses: impl IntoIterator<Item = &'l Loss>) -> Loss {
    let mut out = Loss {
        id: String::new(),
        events: Vec::new(),
        extents: BTreeMap::new(),
        takes_people: false,
        class: Class::Failure,
        moment: None,
    };
    for loss in losses {
        let comma = if out.id.is_empty() { "" } else { "," };
        out.id.push_str(&format!("{comma}{}", loss.id));
        out.takes_people |= loss.takes_people;
        out.class = out.class.max(loss.class);
        out.moment = out.moment.or(loss.moment);
        for (id, effect) in &loss.events {
            // What is usual is said too, so that it is not taken for what another loss says.
            let usual = Reach { path: String::new(), effect: *effect, extent: Extent::default() };
            let reaches = loss.extents.get(id).cloned().unwrap_or_else(|| vec![usual]);
            let known = out.extents.entry(id.clone()).or_default();
            known.extend(reaches.into_iter().filter(|reach| reach.effect == *effect));
            if !out.events.contains(&(id.clone(), *effect)) {
                out.events.push((id.clone(), *effect));
            }
        }
    }
    out
}

/// A thing that is lost together with others: the id of a thing or of any loss, and the effect where the usual one is
/// not meant.
pub type Lost = (String, Option<Effect>);

/// The loss of several things at once.
///
/// # Errors
/// The first id that is neither a thing that can be lost nor a scenario.
pub fn joint(plan: &Plan, lost: &[Lost]) -> Result<Loss, String> {
    let all = generate(plan);
    let mut parts = lost.iter().map(|one| part(plan, &all, one)).collect::<Result<Vec<Loss>, String>>()?;
    match parts.len() {
        1 => Ok(parts.swap_remove(0)),
        _ => Ok(join(&parts)),
    }
}

fn part(plan: &Plan, all: &[Loss], (id, effect): &Lost) -> Result<Loss, String> {
    let known = all.iter().find(|loss| loss.id == *id).cloned();
    // A service is no loss of its own, but may be named in one.
    let service = || {
        let (id, _) = plan.services.get_key_value(id.as_str())?;
        Some(Loss::single(id, Effect::Out, Class::Failure))
    };
    let mut loss = known.or_else(service).ok_or_else(|| id.clone())?;
    if let Some(effect) = effect {
        loss.id = format!("{id}={}", effect_word(*effect));
        loss.events.iter_mut().for_each(|(_, own)| *own = *effect);
        loss.extents.values_mut().flatten().for_each(|reach| reach.effect = *effect);
    }
    Ok(loss)
}

/// The word of the plan language for an effect.
pub fn effect_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Out => "out",
        Effect::Wiped => "wiped",
        Effect::Gone => "gone",
    }
}

fn places(plan: &Plan, out: &mut Vec<Loss>) {
    for site in plan.sites.keys() {
        let loss = Loss::single(site, Effect::Gone, Class::Disaster);
        if people_at(plan, site) {
            out.push(loss.clone().with_people());
        }
        out.push(loss);
    }
}

fn people_at(plan: &Plan, site: &Id) -> bool {
    plan.teams.values().any(|team| match &team.at {
        plan::Placement::At(places) => places.contains_key(site),
        plan::Placement::OneOf(places) => places.contains(site),
        plan::Placement::Unknown => true,
    })
}

fn regions(plan: &Plan, out: &mut Vec<Loss>) {
    for (id, region) in &plan.regions {
        let effect = match region.kind {
            // Nobody plans for a whole prefecture being gone; its shared fate is the grid.
            RegionKind::Place if region.built_in => Effect::Out,
            RegionKind::Place | RegionKind::Hazard => Effect::Gone,
            RegionKind::Power | RegionKind::Carrier | RegionKind::Duct | RegionKind::Model => Effect::Out,
            RegionKind::Domain => Effect::Wiped,
        };
        let loss = Loss::single(id, effect, Class::Disaster);
        let members = plan.sites.iter().filter(|(_, site)| within(plan, &site.common.regions, id));
        if effect == Effect::Gone && members.into_iter().any(|(site, _)| people_at(plan, site)) {
            out.push(loss.clone().with_people());
        }
        out.push(loss);
    }
}

/// Whether one of `regions` is `region` or lies in it.
pub fn within(plan: &Plan, regions: &[Id], region: &Id) -> bool {
    let mut seen: Vec<&Id> = Vec::new();
    let mut todo: Vec<&Id> = regions.iter().collect();
    while let Some(next) = todo.pop() {
        if next == region {
            return true;
        }
        if seen.contains(&next) {
            continue;
        }
        seen.push(next);
        todo.extend(plan.regions.get(next).into_iter().flat_map(|outer| &outer.common.regions));
    }
    false
}

fn things(plan: &Plan, out: &mut Vec<Loss>) {
    let gone = plan.equipment.keys().chain(plan.vaults.keys()).chain(plan.documents.keys());
    out.extend(gone.map(|id| Loss::single(id, Effect::Gone, Class::Failure)));
    let wiped = plan.data.keys().chain(plan.software.keys());
    out.extend(wiped.map(|id| Loss::single(id, Effect::Wiped, Class::Failure)));
    let links = plan.links.iter().flat_map(|links| links.keys());
    let out_of_reach = plan.teams.keys().chain(plan.suppliers.keys()).chain(links);
    out.extend(out_of_reach.map(|id| Loss::single(id, Effect::Out, Class::Failure)));
}

/// The losses that a scenario stands for: one, or one for each of several things.
fn declared(plan: &Plan, id: &Id, scenario: &Scenario) -> Vec<Loss> {
    let Some((each, own)) = &scenario.each else { return vec![hit(plan, id, scenario, None)] };
    let members = each.members(plan);
    members.iter().map(|member| hit(plan, id, scenario, Some((member, own)))).collect()
}

fn hit(plan: &Plan, id: &Id, scenario: &Scenario, each: Option<(&Id, &Hit)>) -> Loss {
    let named = scenario.hits.iter().flat_map(|hit| hit.things(plan).into_iter().map(move |id| (id, hit)));
    let mut loss = Loss {
        id: each.map_or_else(|| id.to_string(), |(member, _)| format!("{id}:{member}")),
        events: Vec::new(),
        extents: BTreeMap::new(),
        takes_people: scenario.takes_people,
        class: Class::Failure,
        moment: scenario.moment,
    };
    for (thing, hit) in each.map(|(member, hit)| (member.clone(), hit)).into_iter().chain(named) {
        let effect = hit.effect.unwrap_or_else(|| default_effect(plan, &thing));
        let reach = Reach { path: hit.path(id, ""), effect, extent: hit.extent.clone() };
        if !loss.events.contains(&(thing.clone(), effect)) {
            loss.events.push((thing.clone(), effect));
        }
        loss.extents.entry(thing).or_default().push(reach);
    }
    let place = |(id, _): &(Id, Effect)| plan.sites.contains_key(id) || plan.regions.contains_key(id);
    let usual = if loss.events.iter().any(place) { Class::Disaster } else { Class::Failure };
    loss.class = scenario.class.unwrap_or(usual);
    loss
}

fn default_effect(plan: &Plan, thing: &Id) -> Effect {
    let mut singles = Vec::new();
    places(plan, &mut singles);
    regions(plan, &mut singles);
    things(plan, &mut singles);
    let found = singles.into_iter().find(|loss| loss.id == thing.as_str());
    found.map_or(Effect::Gone, |loss| loss.events[0].1)
}
