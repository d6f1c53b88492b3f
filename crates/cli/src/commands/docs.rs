//! `oki completions` and `oki man`: made from the command line's own description.

use std::path::Path;

use base::{Exit, Fault, Lang, Message};
use clap_complete::Shell;

use crate::args;
use crate::session::Session;

pub(crate) fn completions(shell: Shell) -> Exit {
    let mut command = args::command(Lang::En);
    clap_complete::generate(shell, &mut command, "oki", &mut std::io::stdout());
    Exit::Met
}

pub(crate) fn man(session: &Session, dir: &Path) -> Result<Exit, Fault> {
    let dir = session.path(dir);
    let failed = |error: std::io::Error| {
        Fault::new(Exit::Unusable, Message::new("cli-man-write").with("path", &dir)).because(error)
    };
    std::fs::create_dir_all(&dir).map_err(failed)?;
    clap_mangen::generate_to(args::command(session.terminal.lang), &dir).map_err(failed)?;
    session.terminal.out(&session.terminal.text(&Message::new("cli-man-done").with("dir", &dir)));
    Ok(Exit::Met)
}
