//! # no-site, no-service, takes-and-steps
//!
//! **Finds** a plan without any site or service, and a way that says both how long it takes and by which steps.
//!
//! **Why** without a site nothing can be lost, without a service nothing is promised; two sources for one duration
//! contradict each other sooner or later.
//!
//! **Example** `ways: [{ runs-on: spare, takes: 4h, steps: [{ restore: erp, takes: 6h }] }]`
//!
//! **What to do** declare one; keep either `takes` or `steps`.

use base::Message;

use crate::diagnostic::Diagnostic;
use crate::model::Fact;
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let start = subject.mark("okiagari");
    if !subject.partly && subject.plan.sites.is_empty() {
        let help = Message::new("plan-write").with("fix", "sites: { hall: {} }");
        out.push(Diagnostic::error("no-site", start, Message::new("plan-no-site")).help(help));
    }
    if !subject.partly && subject.plan.services.is_empty() {
        let help = Message::new("plan-write").with("fix", "services: { erp: {} }");
        out.push(Diagnostic::error("no-service", start, Message::new("plan-no-service")).help(help));
    }
    for (id, service) in &subject.plan.services {
        for way in
            service.ways.iter().flatten().filter(|way| way.steps.is_some() && way.takes != Fact::Absent)
        {
            let mark = subject.mark(&format!("services.{id}.ways.{}.takes", way.name));
            let message = Message::new("plan-takes-and-steps").with("way", way.name.as_str());
            let help = Message::new("plan-takes-and-steps-help");
            out.push(Diagnostic::error("takes-and-steps", mark, message).help(help));
        }
    }
}
