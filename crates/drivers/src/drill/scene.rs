//! What a drill needs, found and checked before anything happens: the service, its data, and a copy of each.

use std::collections::BTreeSet;

use assess::{Choice, CopyRecord};
use base::{Clock, Exit, Fault, Id, Message, Monitor};
use plan::{Data, Plan, Probe, Run, Service};

use crate::copies::{Copies, Point};
use crate::host::Host;
use crate::keys;

/// What to drill.
pub struct DrillRequest<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The service to be recovered.
    pub service: &'a Id,
    /// Id of the loss.
    pub loss: &'a str,
    /// What the loss takes: vaults, keys and live data among these are never touched.
    pub lost: &'a BTreeSet<Id>,
    /// How the service is to be recovered.
    pub choice: &'a Choice,
    /// Digest of the part of the plan that this exercises.
    pub digest: &'a str,
    /// Copies known so far: their counts stand in for live data that cannot be asked.
    pub known: &'a [CopyRecord],
}

/// A data set of the service, and the copy it comes from.
pub(crate) struct Source<'a> {
    pub(crate) data: &'a Id,
    pub(crate) set: &'a Data,
    pub(crate) vault: &'a Id,
    pub(crate) copies: Copies,
    pub(crate) point: Point,
    /// Whether the loss takes it; else it survives and is only stood in for.
    pub(crate) lost: bool,
}

pub(crate) struct Scene<'a> {
    pub(crate) service: &'a Service,
    pub(crate) run: &'a Run,
    pub(crate) sources: Vec<Source<'a>>,
}

impl<'a> Scene<'a> {
    pub(crate) fn find(
        host: &Host<'_>,
        request: &DrillRequest<'a>,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<Scene<'a>, Fault> {
        let about = |id| Message::new(id).with("service", request.service);
        let unusable = |id| Fault::new(Exit::Unusable, about(id));
        let service = request.plan.services.get(request.service);
        let service = service.ok_or_else(|| unusable("drill-no-service"))?;
        let run = service.run.as_ref();
        let run = run.ok_or_else(|| unusable("drill-no-run").hint(Message::new("drill-no-run-hint")))?;
        if run.probes.is_empty() {
            return Err(unusable("drill-no-probes").hint(Message::new("drill-no-run-hint")));
        }
        refuse_https(&run.probes)?;
        let finder = Finder { host, request, clock, monitor };
        let mut sources = Vec::new();
        for (data, vault) in &request.choice.sources {
            sources.push(finder.source(data, vault, true)?);
        }
        for data in kept(service, request.choice) {
            sources.extend(finder.any_source(data)?);
        }
        Ok(Scene { service, run, sources })
    }
}

/// Data that the way works on and the loss leaves alone.
fn kept<'a>(service: &'a Service, choice: &'a Choice) -> impl Iterator<Item = &'a Id> {
    let ways = service.ways.iter().flatten().filter(|way| way.name == choice.way);
    ways.flat_map(|way| &way.data).filter(|data| !choice.sources.contains_key(*data))
}

fn refuse_https(probes: &[Probe]) -> Result<(), Fault> {
    for probe in probes {
        if let Probe::Http { url, .. } = probe
            && url.starts_with("https:")
        {
            return Err(crate::probe::https(url));
        }
    }
    Ok(())
}

struct Finder<'a, 'b> {
    host: &'b Host<'b>,
    request: &'b DrillRequest<'a>,
    clock: &'b dyn Clock,
    monitor: &'b dyn Monitor,
}

impl<'a> Finder<'a, '_> {
    fn source(&self, data: &'a Id, vault_id: &'a Id, lost: bool) -> Result<Source<'a>, Fault> {
        let plan = self.request.plan;
        let about = |id| Message::new(id).with("data", data).with("vault", vault_id);
        let unusable = |id| Fault::new(Exit::Unusable, about(id));
        let set = plan.data.get(data).ok_or_else(|| unusable("drill-no-data"))?;
        let vault = plan.vaults.get(vault_id).ok_or_else(|| unusable("drill-not-a-vault"))?;
        let repo = vault.repo.as_ref().ok_or_else(|| keys::no_repository(vault_id))?;
        if self.is_lost(vault_id) || vault.key.as_ref().is_some_and(|key| self.is_lost(key)) {
            return Err(unusable("drill-source-lost"));
        }
        let repo = self.host.in_plan(repo);
        let no_copy = || unusable("drill-no-copy").hint(Message::new("drill-no-copy-hint"));
        if !Copies::exist(&repo) {
            return Err(no_copy());
        }
        let password = keys::password(self.host, vault_id, vault, false, self.monitor)?;
        let copies = Copies::open(self.host, &repo, &password, false, self.clock)?;
        let point = copies.points(data)?.pop().ok_or_else(no_copy)?;
        Ok(Source { data, set, vault: vault_id, copies, point, lost })
    }

    /// Any copy that the loss leaves will do to stand in for data that survive. Data that oki has no copy of are left
    /// out: a placeholder that needs them will say so.
    fn any_source(&self, data: &'a Id) -> Result<Option<Source<'a>>, Fault> {
        let Some(set) = self.request.plan.data.get(data).filter(|set| set.path.is_some()) else {
            return Ok(None);
        };
        let mut last = None;
        for copy in set.copies.iter().flatten().filter(|copy| copy.by_oki) {
            match self.source(data, &copy.to, false) {
                Ok(source) => return Ok(Some(source)),
                Err(fault) => last = Some(fault),
            }
        }
        last.map_or(Ok(None), Err)
    }

    fn is_lost(&self, id: &Id) -> bool {
        self.request.lost.contains(id)
    }
}
