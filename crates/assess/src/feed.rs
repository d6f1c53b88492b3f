//! Power at what stands at a site: the site's own sources against the outages of its grids.

use base::{Id, Span};
use plan::{Feeds, PowerKind};

use crate::assume;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::net::{Node, Thing};
use crate::power::{Battery, Engine, Supply, outage};
use crate::world::World;

/// More outages at once than this are taken together only; all combinations would be too many.
const COMBINED: usize = 6;

impl<'a> World<'a> {
    /// When `consumer` has no power at a site, and the region that is to blame.
    pub(crate) fn dark(&self, site_node: Node, consumer: Node) -> (Intervals, Option<&'a Id>) {
        let Thing::Site(site) = self.net.thing(site_node) else { return (Intervals::none(), None) };
        self.left().look(site_node);
        let mut events = self.utility_outages(site_node);
        events.retain(|(out, _)| !out.is_empty());
        let Some(blame) = events.first().map(|(_, region)| *region) else {
            return (Intervals::none(), None);
        };
        let events: Vec<Intervals> = events.into_iter().map(|(out, _)| out).collect();
        let all = events.iter().fold(Intervals::none(), |sum, out| sum.union(out));
        let Some(sources) = &site.power else {
            let lit = self.facts.luck(&|| self.net.path(site_node, "power"));
            return (if lit { Intervals::none() } else { all }, Some(blame));
        };
        let supply = self.supply(site_node, sources, consumer);
        let mut dark = outage(&all, &supply);
        // A pause that a second event bridges may take a start gap away: less loss must not be worse.
        if events.len() > 1 && events.len() <= COMBINED {
            for chosen in 1u32..(1 << events.len()) - 1 {
                let some = events.iter().enumerate().filter(|(n, _)| chosen & (1 << n) != 0);
                let some = some.fold(Intervals::none(), |sum, (_, out)| sum.union(out));
                dark = dark.union(&outage(&some, &supply));
            }
        }
        (dark, Some(blame))
    }

    fn supply(&self, site: Node, sources: &[plan::PowerSource], consumer: Node) -> Supply {
        let mut out = Supply::default();
        for source in sources {
            let path = |key: &str| self.net.path(site, &format!("power.{}.{key}", source.name));
            let feeds = match &source.feeds {
                Feeds::Everything => true,
                Feeds::Only(fed) => fed.contains(self.net.id(consumer)),
                Feeds::Unknown => self.facts.luck(&|| path("feeds")),
            };
            if feeds {
                self.add_source(source, &path, &mut out);
            }
        }
        out
    }

    fn add_source(&self, source: &plan::PowerSource, path: &dyn Fn(&str) -> String, out: &mut Supply) {
        let worse = Direction::MoreIsWorse;
        let lasts = self.facts.span(&|| path("lasts"), &source.lasts, Direction::MoreIsBetter, None);
        if source.kind == PowerKind::Ups {
            let recharge = self.facts.span(&|| path("recharge"), &source.recharge, worse, None);
            out.batteries.push(Battery { charge: lasts, recharge });
            return;
        }
        let starts = Some(assume::GENERATOR_START);
        let starts = self.facts.span(&|| path("starts"), &source.starts, worse, starts);
        let refuel = match source.refuel {
            // Nobody said that fuel comes: it does not. Saying `unknown` leaves it open.
            plan::Fact::Absent => Span::NEVER,
            ref fact => self.facts.span(&|| path("refuel"), fact, worse, None),
        };
        out.engines.push(Engine { fuel: lasts, starts, refuel });
    }
}
