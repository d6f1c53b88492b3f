//! What may be lost: every single thing, every place with and without its people, every region, and the scenarios of
//! the plan.

use base::Id;
use plan::{Class, Effect, Fact, Plan, RegionKind, Scenario};

/// A loss: what is hit, how, and which objectives apply.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// Id of the thing or scenario; `+people` added where the people of a place are lost with it.
    pub id: String,
    /// What is hit, and how. A region is hit by its kind: what its members suffer follows from that.
    pub events: Vec<(Id, Effect)>,
    /// How long an outage stays, where a scenario says; path and fact.
    pub lasts: Option<(String, Fact<base::Span>)>,
    /// Whether the people of lost places are lost.
    pub takes_people: bool,
    /// Which objectives apply.
    pub class: Class,
}

impl Loss {
    fn single(id: &Id, effect: Effect, class: Class) -> Loss {
        Loss {
            id: id.to_string(),
            events: vec![(id.clone(), effect)],
            lasts: None,
            takes_people: false,
            class,
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
    out.extend(plan.scenarios.iter().map(|(id, scenario)| declared(plan, id, scenario)));
    out
}

/// The loss called `id`, if there is one.
pub fn find(plan: &Plan, id: &str) -> Option<Loss> {
    generate(plan).into_iter().find(|loss| loss.id == id)
}

/// A thing that is lost together with others: the id of a thing or of any loss, and the effect where the usual one is
/// not meant.
pub type Hit = (String, Option<Effect>);

/// The loss of several things at once.
///
/// # Errors
/// The first id that is neither a thing that can be lost nor a scenario.
pub fn joint(plan: &Plan, hits: &[Hit]) -> Result<Loss, String> {
    let all = generate(plan);
    let mut parts: Vec<Loss> = Vec::with_capacity(hits.len());
    for (id, effect) in hits {
        let known = all.iter().find(|loss| loss.id == *id).cloned();
        // A service is no loss of its own, but may be named in one.
        let service = || {
            plan.services
                .get_key_value(id.as_str())
                .map(|(id, _)| Loss::single(id, Effect::Out, Class::Failure))
        };
        let mut loss = known.or_else(service).ok_or_else(|| id.clone())?;
        if let Some(effect) = effect {
            loss.events.iter_mut().for_each(|(_, own)| *own = *effect);
        }
        parts.push(loss);
    }
    let disaster = parts.iter().any(|loss| loss.class == Class::Disaster);
    Ok(Loss {
        id: hits.iter().map(hit_text).collect::<Vec<_>>().join(","),
        takes_people: parts.iter().any(|loss| loss.takes_people),
        lasts: parts.iter().find_map(|loss| loss.lasts.clone()),
        class: if disaster { Class::Disaster } else { Class::Failure },
        events: parts.into_iter().flat_map(|loss| loss.events).collect(),
    })
}

fn hit_text((id, effect): &Hit) -> String {
    effect.map_or_else(|| id.clone(), |effect| format!("{id}={}", effect_word(effect)))
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

fn declared(plan: &Plan, id: &Id, scenario: &Scenario) -> Loss {
    let effect_of = |thing: &Id| scenario.effect.unwrap_or_else(|| default_effect(plan, thing));
    let hits_place =
        scenario.loses.iter().any(|t| plan.sites.contains_key(t) || plan.regions.contains_key(t));
    Loss {
        id: id.to_string(),
        events: scenario.loses.iter().map(|thing| (thing.clone(), effect_of(thing))).collect(),
        lasts: Some((format!("scenarios.{id}.lasts"), scenario.lasts.clone())),
        takes_people: scenario.takes_people,
        class: scenario.class.unwrap_or(if hits_place { Class::Disaster } else { Class::Failure }),
    }
}

fn default_effect(plan: &Plan, thing: &Id) -> Effect {
    let mut singles = Vec::new();
    places(plan, &mut singles);
    regions(plan, &mut singles);
    things(plan, &mut singles);
    let found = singles.into_iter().find(|loss| loss.id == thing.as_str());
    found.map_or(Effect::Gone, |loss| loss.events[0].1)
}
