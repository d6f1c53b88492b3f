//! The typed plan from the canonical tree.

use std::collections::{BTreeMap, BTreeSet};

use base::{Id, Span};

use crate::decode;
use crate::language::{Kind, is_built_in};
use crate::model::{Assume, Organization, Plan};
use crate::tree::{Map, Tree};

/// The things of each kind, in canonical form.
pub(crate) type Tables = BTreeMap<Kind, BTreeMap<Id, Tree>>;

pub(crate) fn plan(top: &Map, tables: &Tables) -> Plan {
    let empty = BTreeMap::new();
    let things = |kind: Kind| tables.get(&kind).unwrap_or(&empty);
    let word = |key: &str| top.get("organization")?.get(key)?.as_str().map(str::to_owned);
    let calendars = decode::calendars(top.get("calendars"));
    let mut plan = Plan {
        organization: Organization { name: word("name"), timezone: word("timezone") },
        assume: if top.get("assume").and_then(Tree::as_str) == Some("standard") {
            Assume::Standard
        } else {
            Assume::None
        },
        evidence_valid: top
            .get("evidence")
            .and_then(|evidence| evidence.get("valid")?.as_u64())
            .map(Span::millis),
        confidence: top.get("confidence").and_then(Tree::as_f64),
        regions: things(Kind::Region)
            .iter()
            .map(|(id, value)| (id.clone(), decode::region(id, value)))
            .collect(),
        sites: decode::table(things(Kind::Site), decode::site),
        links: tables.get(&Kind::Link).map(|links| decode::table(links, decode::link)),
        equipment: decode::table(things(Kind::Equipment), decode::equipment),
        software: decode::table(things(Kind::Software), decode::software),
        data: decode::table(things(Kind::Data), decode::data),
        vaults: decode::table(things(Kind::Vault), decode::vault),
        teams: decode::table(things(Kind::Team), |team| decode::team(team, &calendars)),
        documents: decode::table(things(Kind::Document), decode::document),
        suppliers: decode::table(things(Kind::Supplier), |one| decode::supplier(one, &calendars)),
        services: decode::table(things(Kind::Service), decode::service),
        functions: decode::table(things(Kind::Function), decode::function),
        scenarios: decode::table(things(Kind::Scenario), decode::scenario),
        accepted: top
            .get("accept")
            .and_then(Tree::as_list)
            .into_iter()
            .flatten()
            .filter_map(decode::accepted)
            .collect(),
    };
    built_in_regions(&mut plan);
    plan
}

/// Built-in regions stand in the plan once something lies in them.
fn built_in_regions(plan: &mut Plan) {
    let used: BTreeSet<Id> = plan
        .sites
        .values()
        .map(|site| &site.common)
        .chain(plan.regions.values().map(|region| &region.common))
        .chain(plan.equipment.values().map(|equipment| &equipment.common))
        .flat_map(|common| &common.regions)
        .filter(|id| is_built_in(id.as_str()))
        .cloned()
        .collect();
    for id in used {
        let region = decode::region(&id, &Tree::Null);
        plan.regions.entry(id).or_insert(region);
    }
}
