//! A drill: the loss is injected and the recovery carried out for real, in a sandbox, with a clock beside it.
//!
//! Invariant: a drill changes nothing outside its sandbox, takes nothing from what the loss takes, and leaves nothing
//! behind.

mod course;
mod network;
mod sandbox;
mod scene;
mod stand;

use assess::DrillRecord;
use base::{Clock, Exit, Fault, Message, Monitor};

pub use sandbox::sweep;
pub use scene::DrillRequest;

use crate::host::Host;
use course::Course;
use sandbox::Sandbox;
use scene::Scene;

/// Carries out a recovery in a sandbox and measures it. The record is not in the ledger yet.
///
/// A recovery that fails is a result: the record says why. `Err` means that nothing was learnt: the request does not
/// make sense, there is no copy to start from, no sandbox could be made, or somebody interrupted it.
pub fn drill(
    host: &Host<'_>,
    request: &DrillRequest<'_>,
    clock: &dyn Clock,
    monitor: &dyn Monitor,
) -> Result<DrillRecord, Fault> {
    sweep(&host.state_dir, monitor);
    let scene = Scene::find(host, request, clock, monitor)?;
    monitor
        .begin(&Message::new("drill-task").with("service", request.service).with("loss", request.loss), None);
    let done = network::isolated(monitor, |isolation| {
        let sandbox = Sandbox::new(host)?;
        let mut record = blank(request, clock, isolation);
        let course = Course { host, request, scene: &scene, sandbox: &sandbox, clock, monitor };
        match course.run(&mut record) {
            Ok(()) => {}
            Err(fault) if fault.exit == Exit::Interrupted => return Err(fault),
            Err(fault) => fail(&mut record, &fault),
        }
        Ok(record)
    });
    monitor.end();
    done
}

/// What is known before anything is measured.
fn blank(request: &DrillRequest<'_>, clock: &dyn Clock, isolation: &str) -> DrillRecord {
    let choice = request.choice;
    let unmeasured = |step: &assess::ChainStep| assess::MeasuredStep {
        verb: step.verb,
        object: step.object.clone(),
        took: None,
    };
    DrillRecord {
        record: 0,
        service: request.service.clone(),
        way: choice.way.clone(),
        loss: request.loss.to_owned(),
        digest: request.digest.to_owned(),
        at: clock.now(),
        sources: choice.sources.clone(),
        used: choice.used.clone(),
        steps: choice.steps.iter().map(unmeasured).collect(),
        rta: None,
        level: 0.0,
        bytes: 0,
        record_age: None,
        records_lost: None,
        records: None,
        passed: false,
        failure: None,
        isolation: isolation.to_owned(),
    }
}

fn fail(record: &mut DrillRecord, fault: &Fault) {
    record.passed = false;
    record.rta = None;
    record.level = 0.0;
    record.failure = Some(fault.chain(base::Lang::En).join(": "));
}
