//! How many losses break each objective, a line each: a section of `oki assess --structure`. All about one service:
//! `oki explain SERVICE --structure`.

use assess::structure::{Reach, Structure, Target};
use base::{Fault, Id, Message};
use plan::{Class, Plan};
use serde_json::Value as Json;

use crate::args::{AssessArgs, EFFORT, ORDER};
use crate::commands::structure::{self, BOTH};
use crate::session::OpenPlan;
use crate::terminal::{Paint, Terminal, columns, pad, wrap};

/// The structure of every objective that is agreed.
pub(crate) struct Structures {
    found: Vec<Structure>,
}

impl Structures {
    pub(crate) fn of(
        plan: &OpenPlan<'_>,
        terminal: &Terminal,
        args: &AssessArgs,
    ) -> Result<Structures, Fault> {
        let classes: Vec<Class> = BOTH.into_iter().filter(|class| args.wants_class(*class)).collect();
        let services = plan.reading.plan.services.keys().filter(|id| args.wants_service(id.as_str()));
        let mut found: Vec<Structure> = plan.ask(&plan.reading.plan, |context| {
            let of = |service: &Id| {
                let questions = structure::questions(service, &classes, Target::All, ORDER);
                structure::find(context, terminal, &questions, EFFORT)
            };
            services.flat_map(of).collect()
        })?;
        found.sort_by_key(|one| std::cmp::Reverse(one.single_points().count()));
        Ok(Structures { found })
    }

    pub(crate) fn json(&self, plan: &Plan) -> Json {
        let one = |found: &Structure| {
            let mut out = structure::structure_json(found, plan);
            if let Some(fields) = out.as_object_mut() {
                fields.insert("service".to_owned(), Json::from(found.question.service.as_str()));
            }
            out
        };
        self.found.iter().map(one).collect()
    }

    pub(crate) fn lines(&self, terminal: &Terminal, plan: &Plan) -> Vec<String> {
        let mut out = vec![String::new(), terminal.paint(Paint::Bold, &terminal.word("cli-structures"))];
        if self.found.is_empty() {
            out.push(format!("  {}", terminal.word("cli-structure-no-objective")));
            return out;
        }
        let head = HEADS.map(|id| terminal.word(id));
        let rows: Vec<[String; COLUMNS]> =
            self.found.iter().map(|found| cells(terminal, found, plan)).collect();
        let width = |at: usize| rows.iter().chain([&head]).map(|row| columns(&row[at])).max().unwrap_or(0);
        let mut widths: [usize; COLUMNS] = std::array::from_fn(width);
        // Targets wrap where there is no room for them.
        let others = widths.iter().sum::<usize>() - widths[1] + 2 * COLUMNS;
        widths[1] = widths[1].min(terminal.width.saturating_sub(others).max(16));
        out.extend(line(&head, &widths).iter().map(|line| terminal.paint(Paint::Dim, line)));
        out.extend(rows.iter().flat_map(|row| line(row, &widths)));
        let hint = Message::new("cli-structures-hint");
        let hint = wrap(&terminal.text(&hint), terminal.width);
        out.extend(hint.iter().map(|line| terminal.paint(Paint::Dim, line)));
        out
    }
}

const COLUMNS: usize = 8;
const HEADS: [&str; COLUMNS] = [
    "cli-head-service",
    "cli-head-objective",
    "cli-head-alone",
    "cli-head-two",
    "cli-head-three",
    "cli-head-in-all",
    "cli-head-scarce",
    "cli-head-recovery",
];

/// A row, as many lines as its targets take.
fn line(row: &[String; COLUMNS], widths: &[usize; COLUMNS]) -> Vec<String> {
    let targets = wrap(&row[1], widths[1]);
    let cell = |(at, text): (usize, &String)| match at {
        0 => pad(text, widths[at]),
        1 => pad(&targets[0], widths[at]),
        _ => format!("{}{text}", " ".repeat(widths[at] - columns(text))),
    };
    let first = format!("  {}", row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  "));
    let further = targets.iter().skip(1).map(|text| format!("  {}  {text}", " ".repeat(widths[0])));
    std::iter::once(first).chain(further).collect()
}

/// What is not known is a question mark; of what is known in part, at least how many.
fn cells(terminal: &Terminal, found: &Structure, plan: &Plan) -> [String; COLUMNS] {
    let of = |order: usize| {
        let count = found.cuts.iter().filter(|cut| cut.events.len() == order).count();
        match found.reach >= Reach::Order(order) {
            true => count.to_string(),
            false if count > 0 => format!("≥ {count}"),
            false => "?".to_owned(),
        }
    };
    let all = found.counts.as_ref().map(|counts| counts.iter().fold(0u128, |sum, n| sum.saturating_add(*n)));
    let recovery = found.recovery.as_ref().map(|points| points.len().to_string());
    let unknown = || "?".to_owned();
    [
        found.question.service.to_string(),
        structure::objectives(terminal, found, plan),
        of(1),
        of(2),
        of(3),
        all.map_or_else(unknown, |n| n.to_string()),
        found.scarce_checked.map_or_else(unknown, |_| found.scarce.len().to_string()),
        recovery.unwrap_or_else(unknown),
    ]
}
