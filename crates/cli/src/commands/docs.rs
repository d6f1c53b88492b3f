//! `oki completions` and `oki man`: made from the command line's own description.

use std::path::Path;

use base::{Exit, Fault, Lang, Message};
use clap_complete::Shell;

use crate::args;
use crate::session::Session;

pub(crate) fn completions(session: &Session, shell: Shell) -> Exit {
    let mut command = visible(args::command(Lang::En));
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "oki", &mut script);
    session.terminal.out(String::from_utf8_lossy(&script).trim_end());
    Exit::Met
}

/// The command line without its hidden commands, which not every generator leaves out.
fn visible(command: clap::Command) -> clap::Command {
    let mut out = clap::Command::new("oki").args(command.get_arguments().cloned());
    out = out.subcommands(command.get_subcommands().filter(|sub| !sub.is_hide_set()).cloned());
    out.version(env!("CARGO_PKG_VERSION"))
        .about(command.get_about().cloned().unwrap_or_default())
        .after_help(command.get_after_help().cloned().unwrap_or_default())
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
}

pub(crate) fn man(session: &Session, dir: &Path) -> Result<Exit, Fault> {
    let dir = session.path(dir);
    let failed = |error: std::io::Error| {
        Fault::new(Exit::Unusable, Message::new("cli-man-write").with("path", &dir)).because(error)
    };
    std::fs::create_dir_all(&dir).map_err(failed)?;
    clap_mangen::generate_to(visible(args::command(session.terminal.lang)), &dir).map_err(failed)?;
    session.terminal.out(&session.terminal.text(&Message::new("cli-man-done").with("dir", &dir)));
    Ok(Exit::Met)
}
