//! The course of a drill: stand-in, loss, detection, the steps of the chain, and what came back.

use std::path::Path;
use std::time::Instant;

use assess::{ChainStep, DrillRecord};
use base::{Clock, Exit, Fault, Id, Message, Monitor, Span, Timestamp};
use plan::{Fact, Plan, Verb};

use crate::canary::{self, Answer};
use crate::drill::sandbox::Sandbox;
use crate::drill::scene::{DrillRequest, Scene, Source};
use crate::drill::stand::Stand;
use crate::host::Host;
use crate::process;

pub(crate) struct Course<'a> {
    pub(crate) host: &'a Host<'a>,
    pub(crate) request: &'a DrillRequest<'a>,
    pub(crate) scene: &'a Scene<'a>,
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) monitor: &'a dyn Monitor,
}

/// What has been done of the recovery.
struct Progress<'a> {
    stand: Stand<'a>,
    /// When the loss was injected.
    zero: Instant,
    waiting: Vec<&'a Source<'a>>,
    started: bool,
}

impl<'a> Course<'a> {
    pub(crate) fn run(&self, record: &mut DrillRecord) -> Result<(), Fault> {
        let mut primary = self.prepare().map_err(|fault| wrap("drill-preparing", fault))?;
        let live = self.live_counts();
        let (zero, at) = (Instant::now(), self.clock.now());
        record.at = at;
        self.say("drill-phase-loss");
        primary.destroy();
        if primary.ask().is_ok() {
            return Err(failed("drill-probe-blind"));
        }
        self.detect(&primary, zero, record)?;
        let mut progress = self.begin(&primary, zero)?;
        self.walk(&mut progress, record)?;
        self.finish(&mut progress, record)?;
        record.rta = Some(Span::from_std(progress.zero.elapsed()));
        self.examine(&progress.stand, at, &live, record);
        record.passed = true;
        record.level = self.level();
        Ok(())
    }

    /// The service as it was before the loss. Not timed: it is no part of the recovery.
    fn prepare(&self) -> Result<Stand<'a>, Fault> {
        self.say("drill-phase-prepare");
        let mut stand = Stand::new(self.host, self.monitor, self.sandbox, self.scene.run, "primary")?;
        for source in &self.scene.sources {
            // Asked below before there is anything: a path that exists nowhere yet.
            stand.places.data.insert(source.data.clone(), stand.folder().join("nowhere"));
        }
        if stand.ask().is_ok() {
            return Err(failed("drill-probe-blind"));
        }
        for source in &self.scene.sources {
            let home = if source.lost { stand.folder().to_owned() } else { self.sandbox.part("kept")? };
            self.restore(source, &mut stand, &home)?;
        }
        stand.start()?;
        Ok(stand)
    }

    fn begin(&self, primary: &Stand<'a>, zero: Instant) -> Result<Progress<'a>, Fault> {
        let mut stand = Stand::new(self.host, self.monitor, self.sandbox, self.scene.run, "recovered")?;
        let survivors = self.scene.sources.iter().filter(|source| !source.lost);
        for source in survivors {
            let place = primary.places.data.get(source.data).cloned().unwrap_or_default();
            stand.places.data.insert(source.data.clone(), place);
        }
        let waiting = self.scene.sources.iter().filter(|source| source.lost).collect();
        Ok(Progress { stand, zero, waiting, started: false })
    }

    /// The monitor of the plan, for real. It has just asked when the loss comes: the worst moment, since a drill
    /// must not be luckier than the night it stands for.
    fn detect(&self, primary: &Stand<'_>, zero: Instant, record: &mut DrillRecord) -> Result<(), Fault> {
        let Some(spec) = &self.scene.service.monitor else { return Ok(()) };
        self.say("drill-phase-detect");
        for _ in 0..spec.failures.max(1) {
            process::sleep(spec.every, self.monitor)?;
            // Nothing is left that could answer.
            if primary.ask().is_ok() {
                return Err(failed("drill-probe-blind"));
            }
        }
        let took = Span::from_std(zero.elapsed());
        for (step, measured) in self.request.choice.steps.iter().zip(&mut record.steps) {
            if step.verb == Verb::Detect && without_people(step) {
                measured.took = Some(took);
            }
        }
        Ok(())
    }

    fn walk(&self, progress: &mut Progress<'a>, record: &mut DrillRecord) -> Result<(), Fault> {
        for (index, step) in self.request.choice.steps.iter().enumerate() {
            process::stop_if_interrupted(self.monitor)?;
            let took = self.carry_out(step, progress, record)?;
            record.steps[index].took = record.steps[index].took.or(took.filter(|_| without_people(step)));
        }
        Ok(())
    }

    /// Does what the step says, and how long that alone took; nothing if the drill did not do it. What has to come
    /// before it and is in no step is done first and not counted as the step's.
    fn carry_out(
        &self,
        step: &ChainStep,
        progress: &mut Progress<'a>,
        record: &mut DrillRecord,
    ) -> Result<Option<Span>, Fault> {
        match step.verb {
            Verb::Decide => Ok(Some(Span::ZERO)),
            Verb::Restore => {
                let meant = self.meant(step, progress);
                if meant.is_empty() {
                    return Ok(None);
                }
                timed(|| meant.iter().try_for_each(|source| self.recover(source, progress, record)))
            }
            Verb::Start if self.concerns_the_service(step) && !progress.started => {
                self.recover_all(progress, record)?;
                timed(|| self.start(progress))
            }
            Verb::Check if self.concerns_the_service(step) => {
                self.finish(progress, record)?;
                timed(|| progress.stand.ask())
            }
            // Detection was measured before; the rest is done by people, suppliers, or on things we do not have here.
            _ => Ok(None),
        }
    }

    /// The data sets a restore step means: the one it names, or all of them if it is the only such step and its words
    /// name nothing else in the plan.
    fn meant(&self, step: &ChainStep, progress: &Progress<'a>) -> Vec<&'a Source<'a>> {
        let waiting = progress.waiting.iter().copied();
        if self.request.plan.data.contains_key(step.object.as_str()) {
            return waiting.filter(|source| *source.data == step.object.as_str()).collect();
        }
        if self.concerns_the_service(step) { waiting.collect() } else { Vec::new() }
    }

    /// A step with the name of the service, or the only one of its kind if its words name no other thing.
    fn concerns_the_service(&self, step: &ChainStep) -> bool {
        let alike = self.request.choice.steps.iter().filter(|other| other.verb == step.verb).count();
        *self.request.service == step.object.as_str()
            || (alike == 1 && !names_a_thing(self.request.plan, &step.object))
    }

    /// Whatever no step did so far.
    fn finish(&self, progress: &mut Progress<'a>, record: &mut DrillRecord) -> Result<(), Fault> {
        self.recover_all(progress, record)?;
        if progress.started { Ok(()) } else { self.start(progress) }
    }

    fn recover_all(&self, progress: &mut Progress<'a>, record: &mut DrillRecord) -> Result<(), Fault> {
        for source in progress.waiting.clone() {
            self.recover(source, progress, record)?;
        }
        Ok(())
    }

    fn recover(
        &self,
        source: &'a Source<'a>,
        progress: &mut Progress<'a>,
        record: &mut DrillRecord,
    ) -> Result<(), Fault> {
        self.say("drill-phase-restore");
        let home = progress.stand.folder().to_owned();
        record.bytes += self.restore(source, &mut progress.stand, &home)?;
        progress.waiting.retain(|other| other.data != source.data);
        Ok(())
    }

    fn start(&self, progress: &mut Progress<'a>) -> Result<(), Fault> {
        self.say("drill-phase-start");
        progress.stand.start()?;
        progress.started = true;
        Ok(())
    }

    fn restore(&self, source: &Source<'_>, stand: &mut Stand<'_>, home: &Path) -> Result<u64, Fault> {
        let target = home.join("data").join(source.data.as_str().replace('/', "_"));
        let restored = source.copies.restore(&source.point, &target, self.clock, self.monitor);
        let restored = restored.map_err(|fault| {
            let message = Message::new("drill-restoring").with("data", source.data);
            let message = message.with("vault", source.vault).with("snapshot", &source.point.snapshot);
            Fault::new(fault.exit, message).because(fault)
        })?;
        stand.places.data.insert(source.data.clone(), restored.root);
        Ok(restored.bytes)
    }

    /// How many records each restored data set should have held at the loss.
    fn live_counts(&self) -> Vec<(&'a Id, Option<u64>)> {
        let lost = self.scene.sources.iter().filter(|source| source.lost && source.set.canary.is_some());
        lost.map(|source| (source.data, self.live(source).or_else(|| self.known(source.data)))).collect()
    }

    /// Asked only where the loss leaves it: in a real one there would be nobody to ask.
    fn live(&self, source: &Source<'_>) -> Option<u64> {
        let lost = self.request.lost;
        if lost.contains(source.data) || source.set.runs_on.iter().any(|thing| lost.contains(thing)) {
            return None;
        }
        let (canary, path) = (source.set.canary.as_ref()?, source.set.path.as_ref()?);
        canary::ask(canary, &self.host.in_plan(path)).ok().map(|answer| answer.records)
    }

    fn known(&self, data: &Id) -> Option<u64> {
        let copies = self.request.known.iter().filter(|copy| copy.data == *data && copy.records.is_some());
        copies.max_by_key(|copy| copy.content_time)?.records
    }

    /// What the recovered data hold. A canary that does not answer makes a drill no failure, but leaves it unknown.
    fn examine(
        &self,
        stand: &Stand<'_>,
        at: Timestamp,
        live: &[(&Id, Option<u64>)],
        record: &mut DrillRecord,
    ) {
        let lost = self.scene.sources.iter().filter(|source| source.lost);
        let age = lost.map(|source| span_between(source.point.content_time, at)).max();
        record.record_age = age;
        let found: Vec<Option<Answer>> = live.iter().map(|(data, _)| self.ask(data, stand)).collect();
        if found.is_empty() {
            return;
        }
        record.records = found.iter().map(|answer| answer.map(|a| a.records)).sum();
        let pairs = live.iter().zip(&found);
        record.records_lost = pairs
            .map(|((_, live), found)| Some(live.as_ref()?.saturating_sub(found.as_ref()?.records)))
            .sum();
    }

    fn ask(&self, data: &Id, stand: &Stand<'_>) -> Option<Answer> {
        let canary = self.request.plan.data.get(data)?.canary.as_ref()?;
        let answer = canary::ask(canary, stand.places.data.get(data)?);
        answer.map_err(|fault| self.monitor.problem(&fault.message)).ok()
    }

    /// Probes show that it works, not how much it can carry: that is what the plan says of the way.
    fn level(&self) -> f64 {
        let ways = self.scene.service.ways.iter().flatten();
        let way = ways.filter(|way| way.name == self.request.choice.way).map(|way| &way.level).next();
        match way {
            Some(Fact::Exact(level) | Fact::Range(level, _)) => *level,
            _ => 1.0,
        }
    }

    fn say(&self, id: &'static str) {
        self.monitor.phase(&Message::new(id).with("service", self.request.service));
    }
}

/// A person's step stays unmeasured even where the drill did the work: it says nothing about the person.
fn without_people(step: &ChainStep) -> bool {
    step.auto && step.by.is_empty()
}

fn timed(work: impl FnOnce() -> Result<(), Fault>) -> Result<Option<Span>, Fault> {
    let begin = Instant::now();
    work().map(|()| Some(Span::from_std(begin.elapsed())))
}

fn names_a_thing(plan: &Plan, words: &str) -> bool {
    plan.services.contains_key(words)
        || plan.equipment.contains_key(words)
        || plan.software.contains_key(words)
        || plan.data.contains_key(words)
        || plan.sites.contains_key(words)
        || plan.links.as_ref().is_some_and(|links| links.contains_key(words))
}

fn span_between(from: Timestamp, to: Timestamp) -> Span {
    Span::millis(u64::try_from(to.as_millisecond() - from.as_millisecond()).unwrap_or(0))
}

fn failed(id: &'static str) -> Fault {
    Fault::new(Exit::DrillFailed, Message::new(id))
}

fn wrap(id: &'static str, fault: Fault) -> Fault {
    Fault::new(fault.exit, Message::new(id)).because(fault)
}
