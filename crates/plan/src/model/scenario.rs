//! Losses that somebody declared: what is hit, how, for how long.

use base::{Id, Span};

use super::{Class, Common, Fact, Plan, RegionKind};

/// A loss somebody declared.
#[derive(Clone, Debug, Default)]
pub struct Scenario {
    /// Common keys.
    pub common: Common,
    /// What it does, all of it from a common t = 0: its own keys first, if they name anything, then its `events`.
    pub hits: Vec<Hit>,
    /// With this it stands for one loss for each thing of the kind, hit as the scenario's own keys say.
    pub each: Option<(Every, Hit)>,
    /// Whether people are lost with their places.
    pub takes_people: bool,
    /// Class, where it differs from the rule.
    pub class: Option<Class>,
    /// Hour of the week at which it happens, as time since Monday 0:00.
    pub moment: Option<Span>,
}

/// One thing that a scenario does.
#[derive(Clone, Debug, Default)]
pub struct Hit {
    /// Where it stands below the scenario: nothing, or `events.0`.
    pub place: String,
    /// Things lost, by id.
    pub loses: Vec<Id>,
    /// Things lost, by kind.
    pub every: Vec<Every>,
    /// What it does to them; the default effect of each kind of thing unless said.
    pub effect: Option<Effect>,
    /// How long, from when, how many.
    pub extent: Extent,
}

/// How far an effect goes, where a scenario says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extent {
    /// How long an outage stays.
    pub lasts: Fact<Span>,
    /// From the loss until it begins; at once unless said.
    pub starts: Fact<Span>,
    /// Whether it comes again.
    pub again: Option<Again>,
    /// Share of the heads of a team that are away; one head unless said.
    pub absent: Fact<f64>,
    /// How long an intruder was in a domain before anybody noticed.
    pub dwell: Fact<Span>,
}

/// An outage that comes again: one event with several intervals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// From one beginning to the next.
    pub every: Span,
    /// How many outages there are, the first included.
    pub times: u32,
}

impl Again {
    /// More than this are a mistake, or a case for a longer outage.
    pub const MOST: u32 = 400;
}

/// What a loss does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Without function; content kept; comes back.
    Out,
    /// Body stays, content unusable.
    Wiped,
    /// Body and content destroyed.
    Gone,
}

/// Every thing of a kind, whatever it is called in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Every {
    /// Regions of kind `place`, the built-in prefectures apart.
    Places,
    /// Regions of kind `power` and the built-in prefectures, which are power areas too.
    PowerAreas,
    /// Regions of kind `carrier`.
    Carriers,
    /// Regions of kind `hazard`.
    HazardZones,
    /// Regions of kind `duct`.
    Ducts,
    /// Regions of kind `domain`.
    Domains,
    /// Regions of kind `model`.
    Models,
    /// Sites.
    Sites,
    /// Lines.
    Links,
    /// Machines.
    Equipment,
    /// Software.
    Software,
    /// Data sets.
    Data,
    /// Vaults.
    Vaults,
    /// Teams.
    Teams,
    /// Documents.
    Documents,
    /// Suppliers.
    Suppliers,
}

impl Every {
    /// Each with its word in plans.
    pub const WORDS: [(&'static str, Every); 16] = [
        ("places", Every::Places),
        ("power-areas", Every::PowerAreas),
        ("carriers", Every::Carriers),
        ("hazard-zones", Every::HazardZones),
        ("ducts", Every::Ducts),
        ("domains", Every::Domains),
        ("models", Every::Models),
        ("sites", Every::Sites),
        ("links", Every::Links),
        ("equipment", Every::Equipment),
        ("software", Every::Software),
        ("data", Every::Data),
        ("vaults", Every::Vaults),
        ("teams", Every::Teams),
        ("documents", Every::Documents),
        ("suppliers", Every::Suppliers),
    ];

    /// The one called so.
    pub fn of(word: &str) -> Option<Every> {
        Every::WORDS.iter().find(|(known, _)| *known == word).map(|(_, every)| *every)
    }

    /// Word in plans.
    pub fn as_str(self) -> &'static str {
        Every::WORDS.iter().find(|(_, every)| *every == self).map_or("", |(word, _)| word)
    }

    /// The things of a plan that are of this kind, by id.
    pub fn members(self, plan: &Plan) -> Vec<Id> {
        let regions = |kind: RegionKind, built_in: bool| {
            let own = plan.regions.iter();
            let own = own.filter(move |(_, r)| if r.built_in { built_in } else { r.kind == kind });
            own.map(|(id, _)| id.clone()).collect()
        };
        match self {
            Every::Places => regions(RegionKind::Place, false),
            Every::PowerAreas => regions(RegionKind::Power, true),
            Every::Carriers => regions(RegionKind::Carrier, false),
            Every::HazardZones => regions(RegionKind::Hazard, false),
            Every::Ducts => regions(RegionKind::Duct, false),
            Every::Domains => regions(RegionKind::Domain, false),
            Every::Models => regions(RegionKind::Model, false),
            Every::Sites => plan.sites.keys().cloned().collect(),
            Every::Links => plan.links.iter().flat_map(|links| links.keys().cloned()).collect(),
            Every::Equipment => plan.equipment.keys().cloned().collect(),
            Every::Software => plan.software.keys().cloned().collect(),
            Every::Data => plan.data.keys().cloned().collect(),
            Every::Vaults => plan.vaults.keys().cloned().collect(),
            Every::Teams => plan.teams.keys().cloned().collect(),
            Every::Documents => plan.documents.keys().cloned().collect(),
            Every::Suppliers => plan.suppliers.keys().cloned().collect(),
        }
    }
}

impl Hit {
    /// Path of one of its keys, in the scenario called `scenario`.
    pub fn path(&self, scenario: &Id, key: &str) -> String {
        let dot = if self.place.is_empty() { "" } else { "." };
        format!("scenarios.{scenario}.{}{dot}{key}", self.place)
    }

    /// Everything in the plan that is hit, each thing once.
    pub fn things(&self, plan: &Plan) -> Vec<Id> {
        let mut out: Vec<Id> = self.loses.clone();
        out.extend(self.every.iter().flat_map(|every| every.members(plan)));
        let mut seen = std::collections::BTreeSet::new();
        out.retain(|id| seen.insert(id.clone()));
        out
    }
}
