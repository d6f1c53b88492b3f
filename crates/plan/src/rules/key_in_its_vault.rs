//! # key-in-its-vault
//!
//! **Finds** a vault whose key is kept only inside that vault.
//!
//! **Why** the key is needed to get at the key: once the other copies of it are gone, nobody opens the vault again.
//!
//! **Example** `documents: { vault-key: { at: [remote] } }` with `vaults: { remote: { key: vault-key } }`
//!
//! **What to do** keep the key in a second place as well: a safe, another building, another vault.

use base::Message;

use crate::diagnostic::Diagnostic;
use crate::model::Placement;
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (id, vault) in &subject.plan.vaults {
        let Some(key) = &vault.key else { continue };
        let at = subject.plan.documents.get(key).map(|document| &document.at);
        if matches!(at, Some(Placement::At(places)) if places.len() == 1 && places.contains_key(id)) {
            let mark = subject.mark(&format!("vaults.{id}.key"));
            let message = Message::new("plan-key-in-its-vault").with("vault", id).with("key", key);
            out.push(
                Diagnostic::error("key-in-its-vault", mark, message)
                    .help(Message::new("plan-key-in-its-vault-help")),
            );
        }
    }
}
