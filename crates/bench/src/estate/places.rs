//! Regions, sites with their power, lines, machines.

use plan::language::PREFECTURES;

use super::{Maker, id};

const FLOORS: [&str; 4] = ["本庁舎", "北支所", "南支所", "データセンター"];
const DELIVERIES: [&str; 4] = ["5d", "2w..6w", "1mo", "{ failure: 3d, disaster: 1mo..3mo }"];

/// The eight sorts of regions take turns: number 0, 8, 16... is a town, and so on.
const SORTS: usize = 8;

/// The id of a region of one sort.
fn region_id(sort: usize, number: usize) -> String {
    const NAMES: [&str; SORTS] = ["town", "grid", "carrier", "flood", "duct", "domain", "model", "district"];
    id(NAMES[sort], number)
}

/// Any region of one sort.
pub(super) fn any_region(maker: &mut Maker, sort: usize) -> String {
    let there = (maker.sizes.regions - sort).div_ceil(SORTS);
    let number = maker.dice.below(there);
    region_id(sort, number)
}

fn prefecture(maker: &mut Maker) -> String {
    format!("jp/{}", maker.dice.pick(&PREFECTURES))
}

pub(super) fn region(maker: &mut Maker, number: usize) {
    let (sort, own) = (number % SORTS, number / SORTS);
    let (prefecture, town) = (prefecture(maker), any_region(maker, 0));
    let keys = match sort {
        0 => format!("kind: place, in: {prefecture}"),
        1 => format!("kind: power, in: {prefecture}, outage: 1d..3d"),
        2 => "kind: carrier, outage: { min: 2h, likely: 8h, max: 2d }".to_owned(),
        3 => format!("kind: hazard, hazard: flood, in: {town}, rate: 1 in 100 years"),
        4 => format!("kind: duct, in: {town}, outage: 1d.."),
        5 => "kind: domain, dwell: 2w..3mo".to_owned(),
        6 => format!("kind: model, title: 型式 {own}"),
        _ => format!("kind: place, in: {town}, note: ほかの地区より低い"),
    };
    maker.line(&format!("  {}: {{ {keys} }}", region_id(sort, own)));
}

pub(super) fn site(maker: &mut Maker, number: usize) {
    let lies = [0, 1, 3].map(|sort| any_region(maker, sort)).join(", ");
    let power = match maker.dice.below(4) {
        0 => "none".to_owned(),
        1 => format!("{{ ups: 15m, generator: {}h }}", maker.dice.between(5, 72)),
        2 => "{ ups: 10m }".to_owned(),
        _ => format!(
            "{{ cvcf: {{ lasts: 30m..60m, recharge: 8h, feeds: all }}, generator: {{ lasts: 13h, starts: 1m, refuel: 1d, feeds: [{}] }} }}",
            id("lan", number)
        ),
    };
    let title = maker.dice.pick(&FLOORS);
    maker.line(&format!("  {}:", id("site", number)));
    maker.line(&format!("    title: {title} {}", number + 1));
    maker.line(&format!("    in: [{lies}]"));
    maker.line(&format!("    power: {power}"));
    maker.line(&format!("    needs: [{}]", id("lan", number)));
    if maker.dice.once_in(3) {
        let (other, km) = (maker.any("site", maker.sizes.sites), maker.dice.between(1, 900));
        maker.line(&format!("    distance: {{ {other}: {km}km.. }}"));
    }
}

pub(super) fn link(maker: &mut Maker, number: usize) {
    let sites = maker.sizes.sites;
    let ends =
        format!("{}, {}", id("site", number % sites), id("site", (number + 1 + number / sites) % sites));
    let (duct, carrier) = (any_region(maker, 4), any_region(maker, 2));
    let rate = maker.dice.pick(&["100Mbps", "1Gbps", "10Gbps"]);
    maker.line(&format!(
        "  {}: {{ between: [{ends}], in: [{duct}, {carrier}], bandwidth: {rate}, repair: {{ 50%: 1d, 100%: 1w }} }}",
        id("line", number)
    ));
}

/// The first machine of each site is its LAN.
pub(super) fn equipment(maker: &mut Maker, number: usize) {
    match number.checked_sub(maker.sizes.sites) {
        Some(server) => self::server(maker, server),
        None => {
            let model = any_region(maker, 6);
            maker.line(&format!(
                "  {}: {{ at: {}, in: [{model}], units: 2, enough: 1, failover: {{ auto: true, takes: 1m }}, repair: 4h..1d }}",
                id("lan", number),
                id("site", number)
            ));
        }
    }
}

fn server(maker: &mut Maker, number: usize) {
    let own = id("srv", number);
    let site = id("site", maker.seat(number));
    let storage = storage(maker, number);
    // Storage is like nothing: it would need what others need, itself among them.
    if number > 0 && storage.is_some() && maker.dice.once_in(12) {
        let other = id("srv", maker.dice.below(number));
        return maker.line(&format!("  {own}: {{ like: {other}, at: {site} }}"));
    }
    let model = any_region(maker, 6);
    let replace = maker.dice.pick(&DELIVERIES);
    let supplier = maker.any("supplier", maker.sizes.suppliers);
    let needs = storage.map(|storage| format!(", needs: [{storage}]")).unwrap_or_default();
    let units = match maker.dice.below(6) {
        0 => ", units: 4, enough: 3, spares: 1",
        1 => ", title: 業務サーバー",
        _ => "",
    };
    maker.line(&format!(
        "  {own}: {{ at: {site}, in: [{model}], replace: {replace}, maintained-by: {supplier}{needs}{units} }}"
    ));
}

/// The last machine of each half of a block is its storage, which the others need.
fn storage(maker: &Maker, number: usize) -> Option<String> {
    let block = maker.sizes.block();
    let half = block.div_ceil(2);
    let place = number % block;
    let last = if place < half { half } else { block } - 1;
    let storage = number - place + last;
    (place != last && storage < maker.sizes.servers()).then(|| id("srv", storage))
}
