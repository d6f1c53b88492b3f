//! Services with their objectives and ways, and scenarios.

use super::places::any_region;
use super::{Maker, id};

pub(super) fn service(maker: &mut Maker, number: usize) {
    maker.line(&format!("  {}:", id("service", number)));
    maker.line(&format!("    title: 業務 {}", number + 1));
    let (rank, users) = (maker.dice.between(1, 5), maker.dice.between(5, 3000));
    maker.line(&format!("    priority: {rank}"));
    objectives(maker);
    let [home, _] = maker.seats[number];
    maker.line(&format!("    users: {{ at: [{}], count: {users} }}", id("site", home)));
    maker.line("    ways:");
    normal(maker, number);
    standby(maker, number);
    if maker.dice.once_in(2) {
        rebuild(maker, number);
    }
}

fn objectives(maker: &mut Maker) {
    let rto = maker.dice.pick(&["1h", "4h", "{ value: 8h, by: board, basis: bia }"]);
    let rpo = maker.dice.pick(&["2h", "1d", "previous-day"]);
    maker.line("    objectives:");
    maker.line(&format!("      failure: {{ rto: {rto}, rpo: {rpo} }}"));
    let rto = maker.dice.pick(&["1d", "3d", "1w..2w"]);
    let rlo = maker.dice.pick(&["50%", "unset", "{ 3d: 30%, 2w: 100% }"]);
    maker.line(&format!("      disaster: {{ rto: {rto}, rpo: previous-week, rlo: {rlo} }}"));
}

fn normal(maker: &mut Maker, number: usize) {
    let half = maker.sizes.block().div_ceil(2);
    let (machines, data) = (machines(maker, number, 0, half), data(maker, number));
    let needs = others(maker, number).map(|needs| format!(", needs: {needs}")).unwrap_or_default();
    maker.line(&format!(
        "      - {{ name: normal, runs-on: [{machines}], data: [{data}], restart: 10m{needs} }}"
    ));
}

fn standby(maker: &mut Maker, number: usize) {
    let block = maker.sizes.block();
    let (machines, data) = (machines(maker, number, block.div_ceil(2), block), data(maker, number));
    let (team, site) = (maker.any("team", maker.sizes.teams), id("site", maker.seats[number][1]));
    let (paper, key) = (maker.any("doc", maker.sizes.documents), maker.any("doc", maker.sizes.documents));
    let level = maker.dice.pick(&["", "\n        level: 50%", "\n        level: 80%"]);
    let own = id("service", number);
    let first = data.split(',').next().unwrap_or_default();
    maker.line(&format!(
        "      - name: standby
        runs-on: [{machines}]
        data: [{data}]
        ready: warm{level}
        by: {team}
        steps:
          - {{ detect: {own}, auto: true, takes: 15m }}
          - {{ decide: move to {site}, by: {team}, takes: 30m..2h }}
          - {{ restore: {first}, by: {team}, needs: [{key}], takes: 2h }}
          - {{ start: {own}, by: {team}, at: {site}, needs: [{paper}], takes: 20m }}
          - {{ check: {own}, by: {team}, takes: 20m }}
        failback: {{ takes: 1d, objective: 1w, protected: true }}"
    ));
}

fn rebuild(maker: &mut Maker, number: usize) {
    let spare = maker.any("srv", maker.sizes.servers());
    let (data, team) = (data(maker, number), maker.any("team", maker.sizes.teams));
    maker.line(&format!(
        "      - {{ name: rebuild, runs-on: {spare}, data: [{data}], ready: rebuild, takes: 20h..1w, by: {team}, level: 30% }}"
    ));
}

/// Some machines of the service's block.
fn machines(maker: &Maker, service: usize, from: usize, to: usize) -> String {
    let (block, servers) = (maker.sizes.block(), maker.sizes.servers());
    // A block of one machine leaves none for the second half: the next service lends its own.
    let to = to.max(from + 1);
    let ids: Vec<String> = (from..to).map(|n| id("srv", (service * block + n) % servers)).collect();
    ids.join(", ")
}

fn data(maker: &Maker, service: usize) -> String {
    let all = maker.sizes.data;
    let mut ids: Vec<String> =
        (service..all).step_by(maker.sizes.services).take(4).map(|n| id("data", n)).collect();
    if ids.is_empty() {
        ids.push(id("data", service % all));
    }
    ids.join(", ")
}

/// Services that this one needs, all of a lower number, so that none needs itself in the end.
fn others(maker: &mut Maker, number: usize) -> Option<String> {
    if number == 0 || maker.dice.once_in(2) {
        return None;
    }
    // Most need one of the few that everybody needs, such as the directory.
    let common = id("service", maker.dice.below(number.min(20)));
    let other = id("service", maker.dice.below(number));
    Some(match maker.dice.below(3) {
        0 => common,
        1 => format!("{{ any: [{common}, {other}] }}"),
        _ => format!("[{common}, {other}]"),
    })
}

pub(super) fn scenario(maker: &mut Maker, number: usize) {
    let own = id("scenario", number);
    let (domain, vault) = (any_region(maker, 5), maker.any("vault", maker.sizes.vaults));
    maker.line(&format!("  {own}: {{ loses: [{domain}, {vault}], effect: wiped, class: disaster }}"));
}
