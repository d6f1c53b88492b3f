//! Every code a diagnostic may have, with an example of the mistake and of how it is set right.

use base::{Lang, Message};

/// A code; what is wrong, what is right. Empty where lines of a plan cannot show it.
pub(crate) const CODES: &[(&str, &str, &str)] = &[
    ("alias-bomb", "", "equipment:\n  pc: { at: hall, count: 50 }"),
    ("bad-id", "teams:\n  night shift: { at: hall }", "teams:\n  night-shift: { at: hall }"),
    ("bad-timezone", "organization: { timezone: JST }", "organization: { timezone: Asia/Tokyo }"),
    (
        "circular-need",
        "equipment:\n  server: { at: hall, needs: console }\n  console: { at: hall, needs: server }",
        "equipment:\n  server: { at: hall }\n  console: { at: hall, needs: server }",
    ),
    (
        "copy-onto-itself",
        "data:\n  erp: { runs-on: server, copies: [{ to: server, every: 1d }] }",
        "vaults: { nas: { at: hall } }\ndata:\n  erp: { runs-on: server, copies: [{ to: nas, every: 1d }] }",
    ),
    (
        "dangling-reference",
        "services:\n  erp: { ways: [{ runs-on: sever }] }",
        "services:\n  erp: { ways: [{ runs-on: server }] }",
    ),
    (
        "disputed-objective",
        "services:\n  erp: { objectives: { rto: { disputed: { bcp: 2w, contract: 1mo } } } }",
        "services:\n  erp: { objectives: { rto: { value: 2w, by: board } } }",
    ),
    ("duplicate-id", "teams: { hall: { at: hall } }", "teams: { hall-staff: { at: hall } }"),
    ("duplicate-key", "services:\n  erp: { priority: 1, priority: 2 }", "services:\n  erp: { priority: 1 }"),
    (
        "duplicate-name",
        "services:\n  erp: { ways: [{ name: spare }, { name: spare }] }",
        "services:\n  erp: { ways: [{ name: spare }, { name: cloud }] }",
    ),
    (
        "dwell-without-domain",
        "regions: { coast: { kind: hazard, dwell: 30d } }",
        "regions: { it-admins: { kind: domain, dwell: 30d } }",
    ),
    ("empty", "# nothing yet", "okiagari: 1\nsites: { hall: {} }\nservices: { erp: {} }"),
    (
        "hits-nothing",
        "scenarios: { lines-down: { every: carriers, effect: out, lasts: 3d } }",
        "regions: { wan: { kind: carrier } }\nscenarios: { lines-down: { every: carriers, effect: out, lasts: 3d } }",
    ),
    ("include-circle", "include: okiagari.yaml", ""),
    ("include-outside", "include: ../other-plan/okiagari.yaml", ""),
    (
        "key-in-its-vault",
        "vaults: { nas: { at: hall, key: code } }\ndocuments: { code: { at: [nas] } }",
        "vaults: { nas: { at: hall, key: code } }\ndocuments: { code: { at: [nas, hall] } }",
    ),
    (
        "merge-key",
        "equipment:\n  server: &s { at: hall }\n  spare: { <<: *s }",
        "equipment:\n  server: { at: hall }\n  spare: { like: server }",
    ),
    (
        "minutes-for-months",
        "equipment:\n  server: { at: hall, replace: 2m }",
        "equipment:\n  server: { at: hall, replace: 2mo }",
    ),
    (
        "missing-key",
        "data:\n  erp: { runs-on: server, copies: [{ every: 1d }] }",
        "vaults: { nas: { at: hall } }\ndata:\n  erp: { runs-on: server, copies: [{ to: nas, every: 1d }] }",
    ),
    (
        "missing-unit",
        "services:\n  erp: { objectives: { rto: 4 } }",
        "services:\n  erp: { objectives: { rto: 4h } }",
    ),
    (
        "mtpd-beyond-targets",
        "services:\n  erp: { objectives: { rto: 3d }, ways: [{ runs-on: server }] }\nfunctions:\n  sales: { mtpd: 2d, ways: [{ name: systems, needs: erp }] }",
        "services:\n  erp: { objectives: { rto: 1d }, ways: [{ runs-on: server }] }\nfunctions:\n  sales: { mtpd: 2d, ways: [{ name: systems, needs: erp }] }",
    ),
    ("newer-version", "okiagari: 2", "okiagari: 1"),
    ("no-file", "include: [sites.yml]", ""),
    ("no-service", "services: {}", "services: { erp: {} }"),
    ("no-site", "sites: {}\nequipment: {}\nservices: { erp: {} }", "sites: { hall: {} }"),
    // Of changes, which stand in no plan.
    ("no-such-part", "", ""),
    ("no-version", "okiagari: one", "okiagari: 1"),
    ("not-utf8", "", ""),
    (
        "odd-spelling",
        "services:\n  erp: { objectives: { rto: 4時間 } }",
        "services:\n  erp: { objectives: { rto: 4h } }",
    ),
    (
        "out-of-range",
        "services:\n  erp: { objectives: { rto: 8h..2h } }",
        "services:\n  erp: { objectives: { rto: 2h..8h } }",
    ),
    (
        "plain-secret",
        "vaults: { nas: { at: hall, password: hunter2 } }",
        "vaults: { nas: { at: hall, password: { env: NAS_PASSWORD } } }",
    ),
    (
        "replica-as-backup",
        "equipment: { server: { at: hall }, mirror: { at: hall } }\ndata:\n  erp: { runs-on: server, copies: [{ to: mirror, how: replica, every: 5m }] }",
        "vaults: { nas: { at: hall } }\ndata:\n  erp: { runs-on: server, copies: [{ to: nas, how: backup, every: 1d }] }",
    ),
    (
        "says-nothing",
        "scenarios: { fire: { loses: hall, effect: gone, lasts: 3d } }",
        "scenarios: { fire: { loses: hall, effect: gone } }",
    ),
    ("several-documents", "teams: {}\n---\ndocuments: {}", "teams: {}\ndocuments: {}"),
    (
        "steps-longer-than-rto",
        "services:\n  erp: { objectives: { rto: 2h }, ways: [{ name: spare, steps: [{ restore: erp, takes: 3h }] }] }",
        "services:\n  erp: { objectives: { rto: 4h }, ways: [{ name: spare, steps: [{ restore: erp, takes: 3h }] }] }",
    ),
    (
        "swapped-position",
        "sites: { hall: { at: { lat: 141.1, lon: 39.7 } } }",
        "sites: { hall: { at: { lat: 39.7, lon: 141.1 } } }",
    ),
    (
        "takes-and-steps",
        "services:\n  erp: { ways: [{ name: spare, takes: 4h, steps: [{ restore: erp, takes: 3h }] }] }",
        "services:\n  erp: { ways: [{ name: spare, steps: [{ restore: erp, takes: 3h }] }] }",
    ),
    ("too-big", "", ""),
    ("too-deep", "", ""),
    ("too-many-mistakes", "", ""),
    ("unknown-key", "services:\n  erp: { prioritty: 1 }", "services:\n  erp: { priority: 1 }"),
    ("unknown-unit", "data: { erp: { size: 40T } }", "data: { erp: { size: 40TB } }"),
    ("unknown-word", "regions: { coast: { kind: hazzard } }", "regions: { coast: { kind: hazard } }"),
    (
        "wrong-kind",
        "sites: { hall: {}, school: { in: hall } }",
        "regions: { town: { kind: place } }\nsites: { hall: { in: town }, school: { in: town } }",
    ),
    ("wrong-type", "vaults: [nas]", "vaults: { nas: { at: hall } }"),
    ("yaml", "sites: { hall: {", "sites: { hall: {} }"),
    ("yaml-tag", "services:\n  erp: { priority: !!int 1 }", "services:\n  erp: { priority: 1 }"),
];

/// Every code a diagnostic may have.
pub fn codes() -> Vec<&'static str> {
    CODES.iter().map(|(code, ..)| *code).collect()
}

/// What a code means, why it matters, an example and what to do, in one language.
pub fn explain(code: &str, lang: Lang) -> Option<String> {
    let (code, wrong, right) = CODES.iter().find(|(known, ..)| *known == code)?;
    let mut out = format!("{code}\n\n{}\n", Message::new(format!("explain-{code}")).text(lang));
    for (label, lines) in [("plan-explain-wrong", wrong), ("plan-explain-right", right)] {
        if !lines.is_empty() {
            let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
            out.push_str(&format!("\n{}\n{lines}", Message::new(label).text(lang)));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::{ENTRY, Files, ReadFailure, read};

    struct One(String);

    impl Files for One {
        fn size(&self, path: &str) -> Result<u64, ReadFailure> {
            if path == ENTRY { Ok(self.0.len() as u64) } else { Err(ReadFailure::NotFound) }
        }
        fn read(&self, _: &str, _: u64) -> Result<Vec<u8>, ReadFailure> {
            Ok(self.0.clone().into_bytes())
        }
    }

    fn found(example: &str) -> Vec<&'static str> {
        let mut text = String::new();
        for (table, rest) in [
            ("okiagari", "okiagari: 1"),
            ("sites", "sites: { hall: {} }"),
            ("equipment", "equipment: { server: { at: hall } }"),
            ("services", "services: { other: {} }"),
        ] {
            if !example.starts_with('#') && !example.contains(&format!("{table}:")) {
                text.push_str(&format!("{rest}\n"));
            }
        }
        let reading = read(&One(format!("{text}{example}\n")), ENTRY);
        reading.diagnostics.iter().map(|d| d.code).collect()
    }

    #[test]
    fn every_code_is_explained_in_both_languages() {
        for code in codes() {
            for lang in [Lang::En, Lang::Ja] {
                assert!(Message::new(format!("explain-{code}")).exists(lang), "explain-{code} is missing");
                assert!(explain(code, lang).is_some_and(|text| text.starts_with(code)));
            }
        }
        assert_eq!(explain("no-such-code", Lang::En), None);
    }

    #[test]
    fn every_example_is_true() {
        for (code, wrong, right) in CODES {
            if !wrong.is_empty() {
                assert!(found(wrong).contains(code), "{code}: {:?}", found(wrong));
            }
            if !right.is_empty() {
                assert_eq!(found(right), [""; 0], "{code}");
            }
        }
    }

    #[test]
    fn codes_are_in_order_and_none_is_forgotten() {
        let codes = codes();
        assert!(codes.is_sorted());
        let texts = include_str!("../../base/locales/en/plan.ftl");
        let explained = texts.lines().filter_map(|line| line.strip_prefix("explain-")?.split(" =").next());
        assert_eq!(explained.collect::<Vec<_>>(), codes);
    }
}
