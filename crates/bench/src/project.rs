//! PSPLIB instances (Kolisch, Sprecher 1996), single mode, and the judge of their schedules.

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
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut project = Self::default();
        let jobs = project.precedence(rows(text, "PRECEDENCE RELATIONS:", 1)?)?;
        project.requests(rows(text, "REQUESTS/DURATIONS:", 2)?, jobs)?;
        let (line, row) =
            rows(text, "RESOURCEAVAILABILITIES:", 1)?.next().ok_or("no resource availabilities")?;
        project.capacities = numbers(line, row)?;
        let resources = project.capacities.len();
        if project.requests.iter().any(|requests| requests.len() != resources) {
            return Err(format!("not every job says what it takes of each of the {resources} resources"));
        }
        Ok(project)
    }

    fn precedence<'a>(&mut self, rows: impl Iterator<Item = (usize, &'a str)>) -> Result<usize, String> {
        for (line, row) in rows {
            let numbers: Vec<usize> = numbers(line, row)?;
            let [job, modes, count, successors @ ..] = numbers.as_slice() else {
                return Err(format!("line {line}: job, modes and successors expected"));
            };
            if *job != self.successors.len() + 1 || *modes != 1 || *count != successors.len() {
                return Err(format!(
                    "line {line}: jobs in order, one mode, as many successors as said expected"
                ));
            }
            let successors: Option<Vec<usize>> = successors.iter().map(|job| job.checked_sub(1)).collect();
            self.successors.push(successors.ok_or(format!("line {line}: there is no job 0"))?);
        }
        let jobs = self.successors.len();
        if let Some(job) = self.successors.iter().flatten().find(|&&job| job >= jobs) {
            return Err(format!("job {} is a successor but does not exist", job + 1));
        }
        Ok(jobs)
    }

    fn requests<'a>(
        &mut self,
        rows: impl Iterator<Item = (usize, &'a str)>,
        jobs: usize,
    ) -> Result<(), String> {
        for (line, row) in rows {
            let numbers: Vec<u32> = numbers(line, row)?;
            let [job, 1, duration, requests @ ..] = numbers.as_slice() else {
                return Err(format!("line {line}: job, one mode, duration and requests expected"));
            };
            if *job as usize != self.durations.len() + 1 {
                return Err(format!("line {line}: jobs in order expected"));
            }
            self.durations.push(u64::from(*duration));
            self.requests.push(requests.to_vec());
        }
        if self.durations.len() == jobs {
            return Ok(());
        }
        Err(format!("{} jobs have a duration, {jobs} have successors", self.durations.len()))
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

/// Rows below a heading and its `skipped` table head, up to the next line of stars or the end, with their numbers.
fn rows<'a>(
    text: &'a str,
    heading: &str,
    skipped: usize,
) -> Result<impl Iterator<Item = (usize, &'a str)>, String> {
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.find(|(_, line)| line.trim() == heading).ok_or(format!("no line {heading:?}"))?;
    let rows = lines.skip(skipped).take_while(|(_, line)| !line.starts_with("**"));
    Ok(rows.filter(|(_, line)| !line.trim().is_empty()))
}

fn numbers<T: std::str::FromStr>(line: usize, row: &str) -> Result<Vec<T>, String> {
    let numbers = row.split_whitespace().map(str::parse);
    numbers.collect::<Result<_, _>>().map_err(|_| format!("line {line}: whole numbers expected, not {row:?}"))
}
