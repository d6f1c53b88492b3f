//! The events whose combinations are looked at: one for each thing with its own effect, one for each cause.

use base::{Frequency, Id, Span};
use plan::{Class, Effect, Fact};

use crate::assume;
use crate::chance::share_of_time;
use crate::facts::{Direction, Facts};
use crate::loss::{self, Loss};
use crate::net::{Net, Node, Thing};

use crate::set::Set;

/// Something that may happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Id of the loss that is this event alone; `+people` where the people of the places are lost with them.
    pub loss: String,
    /// What is hit.
    pub thing: Id,
    /// The key of plans under which it stands.
    pub kind: &'static str,
    /// How it is hit.
    pub effect: Effect,
    /// Whether people are lost with their places.
    pub people: bool,
    /// Class of the event alone.
    pub class: Class,
    /// How often it happens, per year.
    pub rate: Option<f64>,
    /// Share of time during which it is so: q = λτ/(1+λτ).
    pub share: Option<f64>,
    /// Whether the service stops when nothing else happens, if that was found out.
    pub stops: Option<bool>,
}

/// Events that can tell on a service.
///
/// One of a place together with its people is no bit of its own beside that of the place: the bit says that the people
/// are lost too, and counts for nothing without the other. So the two never exclude each other, and both come in one
/// order: lost with people is worse than lost.
pub(crate) struct Universe {
    pub(crate) events: Vec<Event>,
    pub(crate) nodes: Vec<Node>,
    /// For an event with people: the same without.
    pub(crate) base: Vec<Option<usize>>,
    /// Events with people.
    pub(crate) with_people: Set,
}

impl Universe {
    /// Events on things that may tell on what is asked. Losses of class disaster do not count against objectives for failures.
    pub(crate) fn new(net: &Net<'_>, tells: &dyn Fn(Node) -> bool, class: Class) -> Universe {
        let single =
            |loss: &Loss| loss.events.len() == 1 && !net.plan.scenarios.contains_key(loss.id.as_str());
        let counts = |loss: &Loss| class == Class::Disaster || loss.class == Class::Failure;
        let all = loss::generate(net.plan).into_iter().filter(|loss| single(loss) && counts(loss));
        let placed = all.filter_map(|loss| Some((net.find(&loss.events[0].0)?, loss)));
        let (nodes, losses): (Vec<Node>, Vec<Loss>) = placed.filter(|(node, _)| tells(*node)).unzip();
        let same = |with: &Loss| {
            let alone = |loss: &Loss| !loss.takes_people && loss.events == with.events;
            losses.iter().position(alone).filter(|_| with.takes_people)
        };
        let base: Vec<Option<usize>> = losses.iter().map(same).collect();
        let with_people = Set::of(losses.len(), (0..losses.len()).filter(|at| base[*at].is_some()));
        let events = nodes.iter().zip(&losses).map(|(node, loss)| event(net, *node, loss, class)).collect();
        Universe { events, nodes, base, with_people }
    }

    pub(crate) fn size(&self) -> usize {
        self.events.len()
    }

    /// The bits of one event.
    pub(crate) fn bits(&self, event: usize) -> impl Iterator<Item = usize> + use<> {
        self.base[event].into_iter().chain([event])
    }

    /// The events that a set of bits stands for.
    pub(crate) fn read(&self, set: &Set) -> Vec<usize> {
        let covered: Vec<usize> = set.iter().filter_map(|bit| self.base[bit]).collect();
        set.iter().filter(|bit| !covered.contains(bit)).collect()
    }
}

fn event(net: &Net<'_>, node: Node, loss: &Loss, class: Class) -> Event {
    let (thing, effect) = loss.events[0].clone();
    let facts = Facts::quiet(crate::facts::Corner::Worst, class, net.plan.assume);
    let rate = yearly(&net.thing(node).common().rate);
    let tau = stays(net, node, effect, &facts);
    let share = rate.filter(|_| !tau.is_never()).map(|rate| share_of_time(rate, tau));
    Event {
        loss: loss.id.clone(),
        kind: net.thing(node).kind(),
        thing,
        effect,
        people: loss.takes_people,
        class: loss.class,
        rate,
        share,
        stops: None,
    }
}

/// Events a year at the worst; nothing where nobody says.
fn yearly(fact: &Fact<Frequency>) -> Option<f64> {
    match fact {
        Fact::Exact(often) => Some(often.per_year()),
        Fact::Nothing => Some(0.0),
        Fact::Range(_, high) => high.map(Frequency::per_year),
        Fact::Likely { max, .. } => Some(max.per_year()),
        Fact::Disputed(sources) => {
            let all: Option<Vec<f64>> = sources.iter().map(|(_, fact)| yearly(fact)).collect();
            all?.into_iter().reduce(f64::max)
        }
        Fact::Absent | Fact::Unknown | Fact::PerClass { .. } => None,
    }
}

/// How long a loss stays, at the worst: an outage until it ends, what is destroyed until it is replaced.
fn stays(net: &Net<'_>, node: Node, effect: Effect, facts: &Facts) -> Span {
    let read = |key: &str, fact: &Fact<Span>, standard| {
        facts.span(&|| net.path(node, key), fact, Direction::MoreIsWorse, standard)
    };
    let common = net.thing(node).common();
    match (net.thing(node), effect) {
        (Thing::Region(region), _) if region.outage != Fact::Absent => read("outage", &region.outage, None),
        (_, Effect::Gone | Effect::Wiped) if common.replace != Fact::Absent => {
            read("replace", &common.replace, None)
        }
        (Thing::Region(region), Effect::Out) => read("outage", &region.outage, Some(assume::POWER_OUTAGE)),
        (Thing::Team(_) | Thing::Supplier(_), _) if common.repair == Fact::Absent => Span::NEVER,
        (_, Effect::Out) => read("repair", &common.repair, Some(assume::REPAIR)),
        _ => read("repair", &common.repair, None),
    }
}
