//! Placeholders in commands and probes: `{port}`, `{plan}` and `{data.ID}`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base::{Exit, Fault, Id, Message};

/// What the placeholders stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    pub(crate) port: Option<u16>,
    pub(crate) plan: PathBuf,
    pub(crate) data: BTreeMap<Id, PathBuf>,
}

impl Places {
    /// `text` with every placeholder replaced; other braces stay, since commands may hold JSON.
    pub(crate) fn fill(&self, text: &str) -> Result<String, Fault> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let (before, from) = rest.split_at(start);
            out.push_str(before);
            let end = from.find('}').map_or(from.len(), |end| end + 1);
            match self.value(&from[..end])? {
                Some(value) => {
                    out.push_str(&value);
                    rest = &from[end..];
                }
                None => {
                    out.push('{');
                    rest = &from[1..];
                }
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    pub(crate) fn fill_all(&self, texts: &[String]) -> Result<Vec<String>, Fault> {
        texts.iter().map(|text| self.fill(text)).collect()
    }

    fn value(&self, placeholder: &str) -> Result<Option<String>, Fault> {
        let name = placeholder.trim_start_matches('{').trim_end_matches('}');
        let found = match name {
            "port" => self.port.map(|port| port.to_string()),
            "plan" => Some(self.plan.display().to_string()),
            _ => match name.strip_prefix("data.") {
                Some(id) => self.data.get(id).map(|path| path.display().to_string()),
                None => return Ok(None),
            },
        };
        found.map(Some).ok_or_else(|| unknown(placeholder))
    }
}

fn unknown(placeholder: &str) -> Fault {
    Fault::new(Exit::Unusable, Message::new("drill-placeholder").with("placeholder", placeholder))
        .hint(Message::new("drill-placeholder-hint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_other_braces_stay() {
        let places = Places {
            port: Some(80),
            plan: "/p".into(),
            data: BTreeMap::from([(Id::new("住民"), PathBuf::from("/d"))]),
        };
        assert_eq!(places.fill("{plan}/x:{port} {data.住民}/y").unwrap(), "/p/x:80 /d/y");
        assert_eq!(places.fill(r#"{"a":{"port":{port}}} {"#).unwrap(), r#"{"a":{"port":80}} {"#);
        assert!(places.fill("{data.other}").unwrap_err().to_string().contains("{data.other}"));
        assert!(Places::default().fill("{port}").is_err());
    }
}
