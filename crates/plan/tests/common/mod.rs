//! Plans in memory, and what reading them says.

#![allow(clippy::unwrap_used, dead_code)] // helpers of tests; every test program uses a part of them

pub(crate) mod emit;
pub(crate) mod json;
pub(crate) mod schema;

use plan::{Files, ReadFailure, Reading, Severity, read};

/// A plan of one or more files.
pub(crate) struct Folder(pub(crate) Vec<(&'static str, Vec<u8>)>);

impl Files for Folder {
    fn size(&self, path: &str) -> Result<u64, ReadFailure> {
        self.0
            .iter()
            .find(|(name, _)| *name == path)
            .map(|(_, b)| b.len() as u64)
            .ok_or(ReadFailure::NotFound)
    }
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadFailure> {
        let (_, bytes) = self.0.iter().find(|(name, _)| *name == path).ok_or(ReadFailure::NotFound)?;
        Ok(bytes.iter().take(limit as usize).copied().collect())
    }
}

pub(crate) fn reading(text: &str) -> Reading {
    read(&Folder(vec![(plan::ENTRY, text.as_bytes().to_vec())]), plan::ENTRY)
}

/// `code line:column message` of every diagnostic.
pub(crate) fn found(reading: &Reading) -> Vec<String> {
    let one = |d: &plan::Diagnostic| format!("{} {}:{} {}", d.code, d.mark.line, d.mark.column, d.message);
    reading.diagnostics.iter().map(one).collect()
}

/// The smallest plan, with lines added at its end.
pub(crate) fn small(more: &str) -> String {
    format!("okiagari: 1\nsites: {{ hall: {{}} }}\nequipment: {{ server: {{ at: hall }} }}\n{more}")
}

/// The smallest service.
pub(crate) const SERVICE: &str = "services: { erp: { ways: [{ runs-on: server }] } }\n";

#[track_caller]
pub(crate) fn check(text: &str, expected: &[&str]) {
    assert_eq!(found(&reading(text)), expected);
}

/// Whole plans of very different organisations.
pub(crate) const PLANS: [(&str, &str); 5] = [
    ("tiny", include_str!("../plans/tiny.yaml")),
    ("certification", include_str!("../plans/certification.yaml")),
    ("two-centres", include_str!("../plans/two-centres.yaml")),
    ("prefecture", include_str!("../plans/prefecture.yaml")),
    ("town-office", include_str!("../../../../examples/town-office/okiagari.yaml")),
];

/// The errors of a plan, as people read them.
pub(crate) fn errors(text: &str) -> Vec<String> {
    let reading = reading(text);
    let errors = reading.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors.map(|d| reading.render(d, base::Lang::En, false)).collect()
}
