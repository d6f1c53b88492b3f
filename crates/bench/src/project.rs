//! PSPLIB instances (Kolisch, Sprecher 1996), single mode, and the judge of their schedules.

use base::{Exit, Fault, Message};

/// A project: jobs numbered from 0, with a first and a last job of no length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Project {
    /// Length of each job, in periods.
    pub(crate) durations: Vec<u64>,
    /// Jobs that may begin only when this one has ended.
    pub(crate) successors: Vec<Vec<usize>>,
    /// Units of each resource that each job takes.
    pub(crate) requests: Vec<Vec<u32>>,
    /// Units of each resource.
    pub(crate) capacities: Vec<u32>,
}

impl Project {
    /// Reads a `.sm` file. The error says what is wrong, and in which line, counted from 1.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let mut project = Self::default();
        for (line, row) in rows(text, "PRECEDENCE RELATIONS:", 1)? {
            project.successors.push(successors(&numbers(line, row)?, project.successors.len(), line)?);
        }
        for (line, row) in rows(text, "REQUESTS/DURATIONS:", 2)? {
            let (duration, requests) = request(&numbers(line, row)?, project.durations.len(), line)?;
            project.durations.push(duration);
            project.requests.push(requests);
        }
        for (line, row) in rows(text, "RESOURCEAVAILABILITIES:", 1)?.take(1) {
            project.capacities = numbers(line, row)?;
        }
        project.fits_together()
    }

    /// Every job has a duration and a request of each resource, and every successor exists.
    fn fits_together(self) -> Result<Self, Fault> {
        let jobs = self.successors.len();
        if jobs == 0 || self.durations.len() != jobs {
            let message = Message::new("bench-psplib-jobs").with("jobs", jobs);
            return Err(unusable(message.with("durations", self.durations.len())));
        }
        if let Some(job) = self.successors.iter().flatten().find(|&&job| job >= jobs) {
            return Err(unusable(Message::new("bench-psplib-successor").with("job", job.saturating_add(1))));
        }
        let resources = self.capacities.len();
        if self.requests.iter().any(|requests| requests.len() != resources) {
            return Err(unusable(Message::new("bench-psplib-resources").with("resources", resources)));
        }
        Ok(self)
    }

    /// Whether the starts are a schedule: every successor begins after its predecessor's end, and in no period do the
    /// jobs then running take more of a resource than there is.
    ///
    /// Written from the definition and for nothing else, so that it shares no fault with a scheduler.
    pub(crate) fn admits(&self, starts: &[u64]) -> bool {
        if starts.len() != self.durations.len() {
            return false;
        }
        let ends: Option<Vec<u64>> =
            starts.iter().zip(&self.durations).map(|(s, d)| s.checked_add(*d)).collect();
        let Some(ends) = ends else { return false };
        let ordered = self
            .successors
            .iter()
            .enumerate()
            .all(|(job, successors)| successors.iter().all(|&next| ends[job] <= starts[next]));
        // The jobs running together change only where one begins, so looking there is looking everywhere.
        let covered = starts.iter().all(|&instant| {
            let running = (0..starts.len()).filter(|&job| starts[job] <= instant && instant < ends[job]);
            let running: Vec<usize> = running.collect();
            self.capacities.iter().enumerate().all(|(resource, &capacity)| {
                let taken: u64 = running.iter().map(|&job| u64::from(self.requests[job][resource])).sum();
                taken <= u64::from(capacity)
            })
        });
        ordered && covered
    }
}

/// Successors of the job after `before` others, counted from 0.
fn successors(numbers: &[usize], before: usize, line: usize) -> Result<Vec<usize>, Fault> {
    let wrong = || unusable(Message::new("bench-psplib-precedence").with("line", line));
    let [job, 1, count, successors @ ..] = numbers else { return Err(wrong()) };
    if *job != before + 1 || *count != successors.len() {
        return Err(wrong());
    }
    successors.iter().map(|job| job.checked_sub(1).ok_or_else(wrong)).collect()
}

/// Duration and requests of the job after `before` others.
fn request(numbers: &[u32], before: usize, line: usize) -> Result<(u64, Vec<u32>), Fault> {
    match numbers {
        [job, 1, duration, requests @ ..] if *job as usize == before + 1 => {
            Ok((u64::from(*duration), requests.to_vec()))
        }
        _ => Err(unusable(Message::new("bench-psplib-request").with("line", line))),
    }
}

/// Rows below a heading and its `skipped` lines of table head, up to the next line of stars or the end, numbered.
fn rows<'a>(
    text: &'a str,
    heading: &str,
    skipped: usize,
) -> Result<impl Iterator<Item = (usize, &'a str)> + use<'a>, Fault> {
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let missing = || unusable(Message::new("bench-psplib-heading").with("heading", heading));
    lines.find(|(_, line)| line.trim() == heading).ok_or_else(missing)?;
    let rows = lines.skip(skipped).take_while(|(_, line)| !line.starts_with("**"));
    Ok(rows.filter(|(_, line)| !line.trim().is_empty()))
}

fn numbers<T: std::str::FromStr>(line: usize, row: &str) -> Result<Vec<T>, Fault> {
    let numbers = row.split_whitespace().map(str::parse);
    let wrong = |_| unusable(Message::new("bench-psplib-numbers").with("line", line));
    numbers.collect::<Result<_, _>>().map_err(wrong)
}

fn unusable(message: Message) -> Fault {
    Fault::new(Exit::Unusable, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Jobs 2 and 3 of 2 and 3 periods, each taking the one unit there is.
    fn two() -> Project {
        Project {
            durations: vec![0, 2, 3, 0],
            successors: vec![vec![1, 2], vec![3], vec![3], vec![]],
            requests: vec![vec![0], vec![1], vec![1], vec![0]],
            capacities: vec![1],
        }
    }

    #[test]
    fn the_judge_admits_what_is_right() {
        assert!(two().admits(&[0, 0, 2, 5]));
        assert!(two().admits(&[0, 3, 0, 5]));
        assert!(two().admits(&[1, 9, 4, 30]));
    }

    #[test]
    fn the_judge_finds_every_fault() {
        assert!(!two().admits(&[0, 0, 1, 5]), "both take the unit from 1 to 2");
        assert!(!two().admits(&[0, 2, 0, 5]), "both take the unit from 2 to 3");
        assert!(!two().admits(&[0, 0, 2, 4]), "the last job does not wait");
        assert!(!two().admits(&[3, 0, 5, 9]), "the first job is not waited for");
        assert!(!two().admits(&[0, 0, 2]), "a job has no start");
        assert!(!two().admits(&[0, u64::MAX, 2, u64::MAX]), "an end beyond all numbers");
    }
}
