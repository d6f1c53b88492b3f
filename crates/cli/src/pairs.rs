//! What two shared causes at once break that neither of them breaks alone: a section of `oki assess --pairs`.

use std::collections::{BTreeMap, BTreeSet};

use assess::State;
use assess::joint::{Finding, Joint};
use base::{Arg, Fault, Id, Message, Monitor};
use plan::Class;
use serde_json::{Value as Json, json};

use crate::args::AssessArgs;
use crate::session::OpenPlan;
use crate::terminal::{Paint, Terminal, columns, pad, wrap};
use crate::verdicts::{glyph, state_paint, state_text};

/// Parts in which the work is done, so that its progress can be told and it can be stopped.
const PARTS: usize = 20;
/// Widest column of pairs; longer ones wrap.
const CAUSES: usize = 34;

/// Pairs of regions, sites and suppliers.
pub(crate) struct Pairs {
    findings: Vec<Finding>,
    /// Pairs that were looked at, of how many.
    looked: usize,
    all: usize,
}

impl Pairs {
    pub(crate) fn of(plan: &OpenPlan<'_>, terminal: &Terminal, args: &AssessArgs) -> Result<Pairs, Fault> {
        let found = plan.ask(&plan.reading.plan, |context| {
            let joint = Joint::new(context);
            let all = joint.pairs();
            let (mut findings, mut looked) = (Vec::new(), 0);
            while looked < all && !terminal.interrupted() {
                let working = Message::new("cli-pairs-working").with("percent", looked * 100 / all);
                terminal.begin(&working, None);
                let next = (looked + all.div_ceil(PARTS)).min(all);
                findings.extend(joint.of_pairs(looked..next));
                looked = next;
            }
            terminal.end();
            Pairs { findings, looked, all }
        })?;
        Ok(found.picked(args))
    }

    /// Only what was asked for. Shared causes count as disasters.
    fn picked(mut self, args: &AssessArgs) -> Pairs {
        self.findings.retain(|found| {
            args.wants_class(Class::Disaster)
                && args.wants_service(found.service.as_str())
                && found.causes.iter().any(|cause| args.wants_loss(cause.as_str()))
        });
        self.findings.sort();
        self
    }

    /// A row for each pair, the worst first.
    pub(crate) fn lines(&self, terminal: &Terminal) -> Vec<String> {
        let mut out = vec![String::new(), terminal.paint(Paint::Bold, &terminal.word("cli-pairs"))];
        let rows: Vec<Row> = self.rows().iter().map(|row| Row::of(terminal, row)).collect();
        let widest = |cell: fn(&Row) -> &str| rows.iter().map(|row| columns(cell(row))).max().unwrap_or(0);
        let (marks, causes) = (widest(|row| &row.mark), widest(|row| &row.causes).min(CAUSES));
        let indent = marks + causes + 6;
        let room = terminal.width.saturating_sub(indent).max(24);
        for row in &rows {
            let (left, right) = (wrap(&row.causes, causes), wrap(&row.broken, room));
            for at in 0..left.len().max(right.len()) {
                let cell = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
                let mark = pad(if at == 0 { &row.mark } else { "" }, marks);
                let mark = terminal.paint(state_paint(row.state), &mark);
                let line = format!("  {mark}  {}  {}", pad(&cell(&left), causes), cell(&right));
                out.push(line.trim_end().to_owned());
            }
        }
        let pairs = self.findings.iter().map(|found| &found.causes).collect::<BTreeSet<_>>().len();
        let id = if self.looked < self.all { "cli-pairs-stopped" } else { "cli-pairs-count" };
        let count = Message::new(id).with("count", pairs).with("looked", self.looked).with("all", self.all);
        let lines = wrap(&terminal.text(&count), terminal.width);
        out.extend(lines.iter().map(|line| terminal.paint(Paint::Dim, line)));
        out
    }

    /// What a pair breaks, findings of one state together; missed before unknown.
    fn rows(&self) -> Vec<Vec<&Finding>> {
        let mut rows: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
        for found in &self.findings {
            rows.entry((found.state, &found.causes, found.with_people)).or_default().push(found);
        }
        rows.into_values().collect()
    }

    pub(crate) fn json(&self) -> Json {
        let one = |found: &Finding| {
            json!({
                "losses": found.causes.iter().map(Id::as_str).collect::<Vec<_>>(),
                "people": found.with_people,
                "service": found.service.as_str(),
                "objective": found.part.as_str(),
                "verdict": found.state.as_str(),
                "certain": found.certain,
            })
        };
        json!({
            "looked_at": self.looked,
            "of": self.all,
            "found": self.findings.iter().map(one).collect::<Vec<_>>(),
        })
    }
}

/// A pair as texts.
struct Row {
    state: State,
    mark: String,
    causes: String,
    broken: String,
}

impl Row {
    fn of(terminal: &Terminal, row: &[&Finding]) -> Row {
        let first = row[0];
        let causes: Vec<&str> = first.causes.iter().map(Id::as_str).collect();
        let causes = causes.join(" + ");
        let with = Message::new("cli-loss-people").with("place", causes.as_str());
        let mut broken: BTreeMap<&Id, Vec<String>> = BTreeMap::new();
        for found in row {
            broken.entry(&found.service).or_default().push(found.part.as_str().to_uppercase());
        }
        let services =
            broken.iter().map(|(service, parts)| Arg::Text(format!("{service} {}", parts.join(" "))));
        let list = Message::new("cli-loss").with("losses", services.collect::<Vec<_>>());
        Row {
            state: first.state,
            mark: format!("{} {}", glyph(first.state), state_text(terminal, first.state)),
            causes: if first.with_people { terminal.text(&with) } else { causes },
            broken: terminal.text(&list),
        }
    }
}

#[cfg(test)]
mod tests {
    use assess::Part;
    use base::Lang;

    use super::*;

    fn found(causes: [&str; 2], with_people: bool) -> Finding {
        Finding {
            state: State::Missed,
            service: Id::new("erp"),
            part: Part::Rto,
            causes: causes.map(Id::new).to_vec(),
            with_people,
            certain: true,
        }
    }

    #[test]
    fn a_pair_counts_once_and_work_that_was_stopped_is_said() {
        let findings = vec![found(["hall", "school"], false), found(["hall", "school"], true)];
        let mut pairs = Pairs { findings, looked: 6, all: 6 };
        let said = |pairs: &Pairs, lang| pairs.lines(&Terminal::plain(lang)).join("\n");
        let whole = said(&pairs, Lang::En);
        assert!(whole.contains("✗ missed  hall + school with its people  erp RTO"), "{whole}");
        assert!(whole.contains("1 of 6 pairs of regions, sites and suppliers break"), "{whole}");
        pairs.all = 40;
        let part = said(&pairs, Lang::En);
        assert!(part.contains("stopped after 6 of 40 pairs; 1 of them break"), "{part}");
        let part = said(&pairs, Lang::Ja);
        assert!(part.contains("40 通りのうち 6 通りまでで中断しました。うち 1 通りで"), "{part}");
    }
}
