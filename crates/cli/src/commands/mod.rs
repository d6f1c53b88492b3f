//! One file a command.

pub(crate) mod assess;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod docs;
pub(crate) mod drill;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod ledger;
pub(crate) mod protect;
pub(crate) mod prove;
pub(crate) mod scenarios;
pub(crate) mod schema;
pub(crate) mod status;
pub(crate) mod structure;
pub(crate) mod vault;
pub(crate) mod what_if;
