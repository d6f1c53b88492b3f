use base::{Exit, Fault};
pub(crate) fn run(_: &crate::session::Session, _: crate::args::VaultArgs) -> Result<Exit, Fault> {
    Ok(Exit::Unusable)
}
