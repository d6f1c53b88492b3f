//! Whether one course of events meets what is promised: all parts by one way.

use base::{Id, Span};
use plan::{Class, Level, Objective, Objectives, PointTarget, Service};

use crate::course::Candidate;
use crate::facts::Facts;
use crate::interval::Intervals;
use crate::points::Age;

/// Shortest run that counts as being back, unless the service says otherwise.
pub const HOLD: Span = Span::hours(1);
/// Beyond this nothing counts as coming back.
pub const HORIZON: Span = Span::days(90);

/// Part of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Recovery time.
    Rto,
    /// Recovery point.
    Rpo,
    /// Recovery level.
    Rlo,
}

impl Part {
    /// All parts, in the order in which they are shown.
    pub const ALL: [Part; 3] = [Part::Rto, Part::Rpo, Part::Rlo];

    /// Word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Rto => "rto",
            Part::Rpo => "rpo",
            Part::Rlo => "rlo",
        }
    }
}

/// What is promised of a service for one class of loss.
#[derive(Clone, Copy, Debug)]
pub struct Promise<'a> {
    /// Service.
    pub id: &'a Id,
    /// Class of loss.
    pub class: Class,
    /// Objectives of that class.
    pub objectives: &'a Objectives,
    hold: Span,
}

impl<'a> Promise<'a> {
    /// What `service` promises for losses of `class`.
    pub fn new(id: &'a Id, service: &'a Service, class: Class) -> Promise<'a> {
        let objectives = if class == Class::Failure { &service.failure } else { &service.disaster };
        Promise { id, class, objectives, hold: service.hold.unwrap_or(HOLD) }
    }

    fn horizon(&self) -> Span {
        let rto = self.objectives.rto.agreed().copied().unwrap_or(Span::ZERO);
        HORIZON.max(rto * 2)
    }

    /// Longest interruption at the promised level; ∞ if the level is not reached.
    pub fn rta(&self, course: &Candidate, facts: &Facts) -> Span {
        if !self.enough(course.level, facts) {
            return Span::NEVER;
        }
        course.rta(self.hold, self.horizon())
    }

    /// Whether a level counts as being back. Where nobody has said what level is needed, full level does; any other is
    /// a question.
    pub(crate) fn enough(&self, level: f64, facts: &Facts) -> bool {
        match &self.objectives.rlo {
            Objective::Agreed(ladder) => {
                let first = ladder.0.iter().find(|(by, _)| by.is_none()).or(ladder.0.first());
                first.is_none_or(|(_, wanted)| level >= wanted.capacity)
            }
            _ if level >= 1.0 => true,
            _ if level <= 0.0 => false,
            _ => facts.luck(&|| format!("services.{}.objectives.{}.rlo", self.id, self.class.as_str())),
        }
    }

    /// Whether anything is agreed of one of these parts.
    pub(crate) fn asks(&self, parts: &[Part]) -> bool {
        parts.iter().any(|part| match part {
            Part::Rto => self.objectives.rto.agreed().is_some(),
            Part::Rpo => self.objectives.rpo.agreed().is_some(),
            Part::Rlo => self.objectives.rlo.agreed().is_some(),
        })
    }

    /// Whether a course meets a part; nothing if that part has no agreed target.
    pub fn met(&self, part: Part, course: &Candidate, facts: &Facts) -> Option<bool> {
        match part {
            Part::Rto => {
                let rto = self.objectives.rto.agreed()?;
                Some(self.rta(course, facts) <= *rto)
            }
            Part::Rpo => {
                let target = self.objectives.rpo.agreed()?;
                let back = !course.rta(self.hold, self.horizon()).is_never();
                Some(back && course.age.is_none_or(|age| fresh_enough(age, *target)))
            }
            Part::Rlo => {
                let ladder = self.objectives.rlo.agreed()?;
                let rta = course.rta(self.hold, self.horizon());
                let reached = |(by, wanted): &(Option<Span>, Level)| {
                    course.level >= wanted.capacity && by.map_or(!rta.is_never(), |by| rta <= by)
                };
                Some(ladder.0.iter().all(reached))
            }
        }
    }

    /// Whether courses taken in turn, each while it can be kept up, would meet the recovery time.
    pub(crate) fn met_in_turn(&self, courses: &[&Candidate], facts: &Facts) -> bool {
        let fresh = |c: &&Candidate| match (self.objectives.rpo.agreed(), c.age) {
            (Some(target), Some(age)) => fresh_enough(age, *target),
            _ => true,
        };
        let enough = courses.iter().copied().filter(|c| self.enough(c.level, facts));
        let good: Vec<&Candidate> = enough.filter(fresh).collect();
        self.objectives.rto.agreed().is_some_and(|rto| self.in_turn(&good) <= *rto)
    }

    /// Whether courses taken in turn, each while it can be kept up, could meet all of these parts together: by courses
    /// with data fresh enough and, for each level, only by those that reach it.
    pub(crate) fn could_meet(&self, parts: &[Part], courses: &[&Candidate], facts: &Facts) -> bool {
        let asks = |part: Part| parts.contains(&part);
        let target = self.objectives.rpo.agreed().filter(|_| asks(Part::Rpo));
        let fresh =
            |c: &&Candidate| target.is_none_or(|target| c.age.is_none_or(|age| fresh_enough(age, *target)));
        let fresh: Vec<&Candidate> = courses.iter().copied().filter(fresh).collect();
        let back = |wanted: &dyn Fn(f64) -> bool| {
            let good: Vec<&Candidate> = fresh.iter().copied().filter(|course| wanted(course.level)).collect();
            self.in_turn(&good)
        };
        let in_time = |rto: &Span| back(&|level| self.enough(level, facts)) <= *rto;
        let reached = |(by, wanted): &(Option<Span>, Level)| {
            let rta = back(&|level| level >= wanted.capacity);
            by.map_or(!rta.is_never(), |by| rta <= by)
        };
        let rlo = self.objectives.rlo.agreed().filter(|_| asks(Part::Rlo));
        (target.is_none() || !back(&|_| true).is_never())
            && self.objectives.rto.agreed().filter(|_| asks(Part::Rto)).is_none_or(in_time)
            && rlo.is_none_or(|ladder| ladder.0.iter().all(reached))
    }

    /// Longest interruption when these courses are taken in turn; ∞ without any.
    fn in_turn(&self, courses: &[&Candidate]) -> Span {
        let Some(first) = courses.first() else { return Span::NEVER };
        let up = courses.iter().fold(Intervals::none(), |sum, course| sum.union(&course.up));
        Candidate { up, ..(**first).clone() }.rta(self.hold, self.horizon())
    }

    /// Whether a course meets every part that has a target.
    pub fn met_all(&self, course: &Candidate, facts: &Facts) -> bool {
        Part::ALL.into_iter().all(|part| self.met(part, course, facts) != Some(false))
    }

    /// First course in declared order that meets every part; else the one back first, then with the newest data.
    pub fn choose(&self, courses: &[Candidate], facts: &Facts) -> Option<usize> {
        let whole = |c: &&Candidate| c.broken.is_none();
        let first = courses.iter().position(|c| whole(&c) && self.met_all(c, facts));
        let age = |c: &Candidate| c.age.map_or(Span::ZERO, Age::worst);
        // A course that does not work out is never better than one that does.
        first.or_else(|| {
            let keyed = courses.iter().enumerate();
            let keyed = keyed.map(|(at, c)| (self.rta(c, facts), c.broken.is_some(), age(c), at));
            keyed.min().map(|(.., at)| at)
        })
    }

    /// Whether something says how long it may be interrupted.
    pub(crate) fn has_target(&self) -> bool {
        self.objectives.rto.agreed().is_some()
    }

    /// How late a course is, against a service without target: not at all if it is ever back.
    pub fn late(&self, course: Option<&Candidate>, facts: &Facts) -> Span {
        let rta = course.map_or(Span::NEVER, |course| self.rta(course, facts));
        let rto = self.objectives.rto.agreed().copied().unwrap_or(self.horizon());
        if rta.is_never() { Span::NEVER } else { rta - rto.min(rta) }
    }
}

/// Whether data of this age meets the target. In words, the run time of the copy is not counted.
pub(crate) fn fresh_enough(age: Age, target: PointTarget) -> bool {
    let within = |period: Span| age.interval <= period && age.lag <= period;
    match target {
        PointTarget::Age(span) => age.worst() <= span,
        PointTarget::JustBefore => age.worst() <= Span::minutes(1),
        PointTarget::PreviousDay => within(Span::days(1)),
        PointTarget::PreviousWeek => within(Span::days(7)),
        PointTarget::PreviousMonth => within(Span::days(31)),
    }
}
