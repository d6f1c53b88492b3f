//! Plans of any size that look like those of real organisations, by seed: what a department with so many machines,
//! data sets and services would write down.

mod places;
mod services;
mod things;

use std::collections::BTreeMap;
use std::fmt::Write;

use plan::{ENTRY, Files, ReadFailure};

use crate::dice::Dice;

/// Text of a file beyond which the next one is begun.
const FULL: usize = 1 << 20;
/// Least number of resources: at least one of each kind.
pub(crate) const LEAST: usize = 60;

/// How many of each kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    regions: usize,
    sites: usize,
    links: usize,
    software: usize,
    data: usize,
    vaults: usize,
    teams: usize,
    documents: usize,
    suppliers: usize,
    equipment: usize,
    services: usize,
}

impl Sizes {
    /// So many things that are not services, and so many services. Half of the things are equipment.
    pub(crate) fn new(resources: usize, services: usize) -> Sizes {
        let share = |permille: usize, least: usize| (resources * permille / 1000).max(least);
        let mut sizes = Sizes {
            regions: share(10, 8),
            sites: share(10, 3),
            links: share(5, 2),
            software: share(100, 1),
            data: share(200, 4),
            vaults: share(10, 3),
            teams: share(20, 2),
            documents: share(120, 4),
            suppliers: share(5, 1),
            equipment: 0,
            services,
        };
        sizes.equipment = resources.saturating_sub(sizes.resources());
        sizes
    }

    /// Everything but services.
    pub(crate) fn resources(&self) -> usize {
        let places = self.regions + self.sites + self.links + self.equipment;
        let held = self.software + self.data + self.vaults + self.documents;
        places + held + self.teams + self.suppliers
    }

    /// Machines besides the LAN of each site.
    fn servers(&self) -> usize {
        self.equipment - self.sites
    }

    /// Machines of each service, the normal ones first.
    fn block(&self) -> usize {
        (self.servers() / self.services).clamp(1, 12)
    }
}

/// The files of a generated plan.
#[derive(Debug, Default)]
pub(crate) struct Estate {
    /// Path in the plan's folder, and text.
    pub(crate) files: BTreeMap<String, String>,
}

impl Files for Estate {
    fn size(&self, path: &str) -> Result<u64, ReadFailure> {
        self.files.get(path).map(|text| text.len() as u64).ok_or(ReadFailure::NotFound)
    }

    fn read(&self, path: &str, _limit: u64) -> Result<Vec<u8>, ReadFailure> {
        self.files.get(path).map(|text| text.clone().into_bytes()).ok_or(ReadFailure::NotFound)
    }
}

/// A plan of this size. The same size and seed give the same plan.
pub(crate) fn generate(sizes: Sizes, seed: u64) -> Estate {
    let mut maker = Maker::new(sizes, seed);
    let tables: [(&str, usize, Row); 12] = [
        ("regions", sizes.regions, places::region),
        ("sites", sizes.sites, places::site),
        ("links", sizes.links, places::link),
        ("equipment", sizes.equipment, places::equipment),
        ("software", sizes.software, things::software),
        ("data", sizes.data, things::data),
        ("vaults", sizes.vaults, things::vault),
        ("teams", sizes.teams, things::team),
        ("documents", sizes.documents, things::document),
        ("suppliers", sizes.suppliers, things::supplier),
        ("services", sizes.services, services::service),
        ("scenarios", sizes.regions.div_ceil(20), services::scenario),
    ];
    for (table, count, row) in tables {
        maker.table(table, count, row);
    }
    maker.finish()
}

/// Writes the thing with this number, counted from 0.
type Row = fn(&mut Maker, usize);

/// Writes a plan, row by row.
struct Maker {
    sizes: Sizes,
    dice: Dice,
    /// Where each service usually runs, and where it can run else.
    seats: Vec<[usize; 2]>,
    /// The file being written.
    text: String,
    estate: Estate,
}

impl Maker {
    fn new(sizes: Sizes, seed: u64) -> Maker {
        let mut dice = Dice(seed);
        let seat = |dice: &mut Dice| {
            let home = dice.below(sizes.sites);
            [home, (home + 1 + dice.below(sizes.sites - 1)) % sizes.sites]
        };
        let seats = (0..sizes.services).map(|_| seat(&mut dice)).collect();
        Maker { sizes, dice, seats, text: String::new(), estate: Estate::default() }
    }

    /// One table, in as many files as it takes.
    fn table(&mut self, table: &str, count: usize, row: Row) {
        let mut part = 0;
        for number in 0..count {
            if self.text.is_empty() {
                part += 1;
                self.line(&format!("{table}:"));
            }
            row(self, number);
            if self.text.len() > FULL || number + 1 == count {
                let text = std::mem::take(&mut self.text);
                self.estate.files.insert(format!("{table}/{part:02}.yaml"), text);
            }
        }
    }

    fn finish(mut self) -> Estate {
        let includes: String = self.estate.files.keys().map(|path| format!("  - {path}\n")).collect();
        let entry = format!(
            "okiagari: 1\norganization: {{ name: 起上市, timezone: Asia/Tokyo }}\nassume: standard\n\
             calendars: {{ office: mon-fri 8:30-17:15 }}\ninclude:\n{includes}"
        );
        self.estate.files.insert(ENTRY.to_owned(), entry);
        self.estate
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// One of so many things with ids that begin alike.
    fn any(&mut self, name: &str, of: usize) -> String {
        id(name, self.dice.below(of))
    }

    /// The site of a server: that of its service, or any.
    fn seat(&mut self, server: usize) -> usize {
        let block = self.sizes.block();
        match self.seats.get(server / block) {
            Some(seats) => seats[usize::from(server % block >= block.div_ceil(2))],
            None => self.dice.below(self.sizes.sites),
        }
    }
}

/// `srv-00001` is the server with number 0.
fn id(name: &str, number: usize) -> String {
    format!("{name}-{:05}", number + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_the_size_asked_for_and_no_fault() {
        for (resources, services) in [(LEAST, 1), (500, 10), (2_000, 300), (3_000, 5_000)] {
            let sizes = Sizes::new(resources, services);
            assert_eq!(sizes.resources(), resources);
            let reading = plan::read(&generate(sizes, 1), ENTRY);
            let shown = |d| reading.render(d, base::Lang::En, false);
            let faults: Vec<String> = reading.diagnostics.iter().map(shown).collect();
            assert!(faults.is_empty(), "{resources}, {services}: {}", faults.join("\n"));
            let plan = &reading.plan;
            assert_eq!((plan.services.len(), plan.equipment.len()), (services, sizes.equipment));
            assert_eq!((plan.data.len(), plan.documents.len()), (sizes.data, sizes.documents));
        }
    }

    #[test]
    fn the_seed_decides() {
        let files = |seed| generate(Sizes::new(500, 10), seed).files;
        assert_eq!(files(1), files(1));
        assert_ne!(files(1), files(2));
    }
}
