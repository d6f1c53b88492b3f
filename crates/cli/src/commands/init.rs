//! `oki init`: a plan to start from, or an example to try. Never overwrites anything.

use std::fs;
use std::path::Path;

use base::{Arg, Exit, Fault, Lang, Message};

use crate::args::InitArgs;
use crate::session::Session;

/// Plans that come with the program: name, files.
const EXAMPLES: [(&str, &[(&str, &str)]); 1] =
    [("town-office", &[(plan::ENTRY, include_str!("../../../../examples/town-office/okiagari.yaml"))])];

/// A plan to start from, with comments in the reader's language.
fn starter(lang: Lang) -> &'static str {
    match lang {
        Lang::En => include_str!("starter.en.yaml"),
        Lang::Ja => include_str!("starter.ja.yaml"),
    }
}

pub(crate) fn run(session: &Session, args: &InitArgs) -> Result<Exit, Fault> {
    let files: &[(&str, &str)] = match &args.example {
        None => &[(plan::ENTRY, starter(session.terminal.lang))],
        Some(name) => example(name)?,
    };
    let dir = session.path(&args.dir);
    for (name, text) in files {
        write_new(&dir, name, text)?;
    }
    session.terminal.out(&session.terminal.text(&Message::new("cli-init-done").with("dir", &args.dir)));
    Ok(Exit::Met)
}

fn example(name: &str) -> Result<&'static [(&'static str, &'static str)], Fault> {
    let found = EXAMPLES.iter().find(|(known, _)| *known == name).map(|(_, files)| *files);
    found.ok_or_else(|| {
        let known = EXAMPLES.iter().map(|(known, _)| Arg::from(*known)).collect::<Vec<_>>();
        Fault::new(Exit::Unusable, Message::new("cli-init-unknown").with("name", name).with("known", known))
    })
}

/// Writes a file that is not there yet.
pub(crate) fn write_new(dir: &Path, name: &str, text: &str) -> Result<(), Fault> {
    let path = dir.join(name);
    let failed = |error: std::io::Error| {
        let id = if error.kind() == std::io::ErrorKind::AlreadyExists {
            "cli-init-exists"
        } else {
            "cli-init-write"
        };
        Fault::new(Exit::Unusable, Message::new(id).with("path", &path)).because(error)
    };
    fs::create_dir_all(dir).map_err(failed)?;
    let file = fs::File::options().write(true).create_new(true).open(&path);
    let written = file.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(failed)
}
