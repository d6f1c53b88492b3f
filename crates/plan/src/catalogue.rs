//! Named losses that come with the program, as parts of a plan that whoever takes one over may edit.
//!
//! The data stand in `scenarios/`, one file a scenario, each with its source; titles and explanations, being texts for
//! people, stand with all other texts.

use base::{Lang, Message};

/// A loss that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Its id, in the plan that takes it over too.
    pub id: &'static str,
    data: &'static str,
}

/// All of them, in the order in which they are shown.
pub const NAMED: [Named; 11] = [
    Named { id: "great-east-japan-2011", data: include_str!("../scenarios/great-east-japan-2011.yaml") },
    Named {
        id: "great-east-japan-2011-last",
        data: include_str!("../scenarios/great-east-japan-2011-last.yaml"),
    },
    Named {
        id: "great-east-japan-2011-kanto",
        data: include_str!("../scenarios/great-east-japan-2011-kanto.yaml"),
    },
    Named { id: "rolling-outages", data: include_str!("../scenarios/rolling-outages.yaml") },
    Named { id: "flood", data: include_str!("../scenarios/flood.yaml") },
    Named { id: "data-centre-fire", data: include_str!("../scenarios/data-centre-fire.yaml") },
    Named { id: "data-centre-dark", data: include_str!("../scenarios/data-centre-dark.yaml") },
    Named { id: "ransomware", data: include_str!("../scenarios/ransomware.yaml") },
    Named { id: "pandemic", data: include_str!("../scenarios/pandemic.yaml") },
    Named { id: "key-person-gone", data: include_str!("../scenarios/key-person-gone.yaml") },
    Named { id: "supplier-gone", data: include_str!("../scenarios/supplier-gone.yaml") },
];

impl Named {
    /// The one called so.
    pub fn find(id: &str) -> Option<Named> {
        NAMED.into_iter().find(|named| named.id == id)
    }

    /// What it is called.
    pub fn title(self) -> Message {
        Message::new(format!("scenario-{}", self.id))
    }

    /// What it assumes, and what to look at before it is used.
    pub fn note(self) -> Message {
        Message::new(format!("scenario-{}-note", self.id))
    }

    /// A part of a plan, as YAML, with title and note in one language.
    pub fn yaml(self, lang: Lang) -> String {
        let head = format!("  {}:\n", self.id);
        let text = |message: Message| quoted(&message.text(lang));
        let words = format!("    title: {}\n    note: {}\n", text(self.title()), text(self.note()));
        self.data.replacen(&head, &format!("{head}{words}"), 1)
    }
}

/// A text in double quotes, which mean the same in YAML as in JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
