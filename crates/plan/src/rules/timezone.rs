//! # bad-timezone
//!
//! **Finds** an `organization.timezone` that does not look like an IANA zone.
//!
//! **Why** times would be shown in UTC without anybody noticing.
//!
//! **Example** `timezone: JST`
//!
//! **What to do** write the zone's IANA name: `Asia/Tokyo`.

use base::Message;

use crate::diagnostic::Diagnostic;
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(zone) = &subject.plan.organization.timezone else { return };
    let named = zone.split_once('/').is_some_and(|(area, city)| !area.is_empty() && !city.is_empty());
    if !named && zone != "UTC" {
        let mark = subject.mark("organization.timezone");
        let message = Message::new("plan-bad-timezone").with("zone", zone.as_str());
        let help = Message::new("plan-write").with("fix", "Asia/Tokyo");
        out.push(Diagnostic::error("bad-timezone", mark, message).help(help));
    }
}
