//! Software, data with their copies, vaults with their keys, people, papers.

use super::places::any_region;
use super::{Maker, id};

pub(super) fn software(maker: &mut Maker, number: usize) {
    let server = maker.any("srv", maker.sizes.servers());
    let vault = maker.any("vault", maker.sizes.vaults);
    let version = maker.dice.between(1, 20);
    maker.line(&format!(
        "  {}: {{ runs-on: {server}, version: \"{version}.0\", copies: [{{ to: {vault}, every: 1w, tested: never }}] }}",
        id("soft", number)
    ));
}

/// Two or three copies: the nearest every hour, the next every day, media once a week.
pub(super) fn data(maker: &mut Maker, number: usize) {
    let service = number % maker.sizes.services;
    let server = (service * maker.sizes.block()).min(maker.sizes.servers() - 1);
    let (size, unit) = (maker.dice.between(1, 900), maker.dice.pick(&["GB", "GiB"]));
    let vaults = maker.sizes.vaults;
    let first = maker.dice.below(vaults);
    maker.line(&format!("  {}:", id("data", number)));
    maker.line(&format!("    runs-on: {}", id("srv", server)));
    maker.line(&format!("    size: {size}{unit}"));
    maker.line("    copies:");
    maker.line(&format!("      - {{ to: {}, every: 1h, keep: 2w, verify: detect }}", id("vault", first)));
    maker.line(&format!(
        "      - {{ to: {}, every: 1d, keep: 3mo, immutable: 30d, by: backup-suite }}",
        id("vault", (first + 1) % vaults)
    ));
    if maker.dice.once_in(2) {
        let to = id("vault", (first + 2) % vaults);
        maker.line(&format!("      - {{ to: {to}, how: media, every: 1w, carried: 1d, keep: 1y }}"));
    }
}

pub(super) fn vault(maker: &mut Maker, number: usize) {
    let site = id("site", number % maker.sizes.sites);
    let key = id("doc", number % maker.sizes.documents);
    let domain = any_region(maker, 5);
    let size = maker.dice.between(1, 500);
    let own = id("vault", number);
    maker.line(&format!("  {own}: {{ at: {site}, key: {key}, domain: {domain}, size: {size}TB }}"));
}

pub(super) fn team(maker: &mut Maker, number: usize) {
    let site = id("site", number % maker.sizes.sites);
    let (heads, deputy) = (maker.dice.between(1, 6), maker.any("supplier", maker.sizes.suppliers));
    let hours = maker.dice.pick(&["office", "24x7", "mon-sat 7:00-22:00"]);
    let arrives = maker.dice.pick(&["30m..2h", "{ failure: 1h, disaster: 1d }", "unknown"]);
    maker.line(&format!(
        "  {}: {{ at: {{ {site}: {heads} }}, hours: {hours}, arrives: {arrives}, deputies: [{deputy}] }}",
        id("team", number)
    ));
}

/// Copies of a document lie at a site and with a team.
pub(super) fn document(maker: &mut Maker, number: usize) {
    let site = maker.any("site", maker.sizes.sites);
    let team = maker.any("team", maker.sizes.teams);
    let title = maker.dice.pick(&["復旧手順書", "連絡先一覧", "構成図", "鍵"]);
    maker.line(&format!(
        "  {}: {{ title: {title} {}, at: [{site}, {team}], owner: {team}, review: yearly }}",
        id("doc", number),
        number + 1
    ));
}

pub(super) fn supplier(maker: &mut Maker, number: usize) {
    let arrives = maker.dice.pick(&["4h", "1d", "2h..1d"]);
    maker.line(&format!(
        "  {}: {{ hours: weekdays 9:00-18:00, arrives: {arrives}, lead-time: 5d..2w, repair: on-site, commitment: {{ failure: contract, disaster: uncertain }} }}",
        id("supplier", number)
    ));
}
