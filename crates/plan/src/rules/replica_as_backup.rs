//! # replica-as-backup
//!
//! **Finds** data whose only copies are replicas or synchronous mirrors.
//!
//! **Why** a mirror follows its original into corruption, deletion and encryption: there is no way back in time.
//!
//! **Example** `copies: [{ to: second-server, how: replica, every: 5m }]`
//!
//! **What to do** add a copy that keeps points in time: `how: backup`.

use base::Message;

use crate::diagnostic::Diagnostic;
use crate::model::{CopyKind, Fact};
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (id, data) in &subject.plan.data {
        let copies = data.copies.as_deref().unwrap_or_default();
        let mirror = |how: &Fact<CopyKind>| matches!(how, Fact::Exact(CopyKind::Sync | CopyKind::Replica));
        let known = !copies.is_empty() && !data.more_copies;
        if known && copies.iter().all(|copy| mirror(&copy.how)) {
            let mark = subject.mark(&format!("data.{id}.copies"));
            let message = Message::new("plan-replica-as-backup").with("data", id);
            let help = Message::new("plan-replica-as-backup-help");
            out.push(Diagnostic::warning("replica-as-backup", mark, message).help(help));
        }
    }
}
