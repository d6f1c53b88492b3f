//! A plan that is one text.

use plan::{Files, ReadFailure, Reading};

struct Text(String);

impl Files for Text {
    fn size(&self, _: &str) -> Result<u64, ReadFailure> {
        Ok(self.0.len() as u64)
    }
    fn read(&self, _: &str, _: u64) -> Result<Vec<u8>, ReadFailure> {
        Ok(self.0.clone().into_bytes())
    }
}

/// Reads a plan that has no mistakes but these.
pub(crate) fn read(text: &str, allowed: &[&str]) -> Reading {
    let reading = plan::read(&Text(text.to_owned()), plan::ENTRY);
    let errors = reading.diagnostics.iter().filter(|d| d.severity == plan::Severity::Error);
    let errors: Vec<_> = errors.filter(|d| !allowed.contains(&d.code)).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    reading
}
