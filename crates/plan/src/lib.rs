//! The continuity plan: YAML in; meaning and diagnostics with source spans out.

pub mod model;
pub use model::*;
