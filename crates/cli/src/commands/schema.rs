//! `oki schema`: JSON Schemas, for editors and for programs that read our JSON.

use base::Exit;

use crate::args::{SchemaArgs, SchemaWhat};
use crate::session::Session;

/// What `oki prove --json` and `oki status --json` print.
pub(crate) const VERDICTS: &str = include_str!("../../../../docs/schemas/verdicts.schema.json");
/// What `oki check --json` prints.
pub(crate) const DIAGNOSTICS: &str = include_str!("../../../../docs/schemas/diagnostics.schema.json");
/// What `oki explain SERVICE --structure --json` prints.
pub(crate) const STRUCTURE: &str = include_str!("../../../../docs/schemas/structure.schema.json");

/// What `oki assess --json` prints.
const ASSESSMENT: &str = include_str!("../../../../docs/schemas/assessment.schema.json");
/// What `oki what-if --json` prints.
const WHAT_IF: &str = include_str!("../../../../docs/schemas/what-if.schema.json");
/// What `oki explain --json` prints of a service.
const EXPLANATION: &str = include_str!("../../../../docs/schemas/explanation.schema.json");

pub(crate) fn run(session: &Session, args: &SchemaArgs) -> Exit {
    match args.what {
        SchemaWhat::Plan => session.print_json(&plan::schema()),
        SchemaWhat::Verdicts => session.terminal.out(VERDICTS.trim_end()),
        SchemaWhat::Assessment => session.terminal.out(ASSESSMENT.trim_end()),
        SchemaWhat::WhatIf => session.terminal.out(WHAT_IF.trim_end()),
        SchemaWhat::Explanation => session.terminal.out(EXPLANATION.trim_end()),
        SchemaWhat::Structure => session.terminal.out(STRUCTURE.trim_end()),
        SchemaWhat::Diagnostics => session.terminal.out(DIAGNOSTICS.trim_end()),
    }
    Exit::Met
}
