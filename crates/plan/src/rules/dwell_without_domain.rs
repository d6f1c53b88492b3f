//! # dwell-without-domain
//!
//! **Finds** a `dwell` time on a region that is not a domain of administration.
//!
//! **Why** an intruder dwells where credentials are held. On a place, a hazard or a product the time says nothing, and
//! whoever wrote it believes that copies are judged by it.
//!
//! **Example** `regions: { coast: { kind: hazard, dwell: 30d } }`
//!
//! **What to do** give the region `kind: domain`, or write `dwell` on the domain that is meant.

use base::Message;

use crate::diagnostic::Diagnostic;
use crate::model::{Fact, RegionKind};
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (id, region) in &subject.plan.regions {
        if region.kind != RegionKind::Domain && region.dwell != Fact::Absent {
            let mark = subject.mark(&format!("regions.{id}.dwell"));
            let message = Message::new("plan-dwell-without-domain").with("region", id);
            let help = Message::new("plan-dwell-without-domain-help");
            out.push(Diagnostic::warning("dwell-without-domain", mark, message).help(help));
        }
    }
}
