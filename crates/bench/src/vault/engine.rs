//! `oki-bench engine`: our engine as a program of its own, so that it is measured as the others are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Clock, Exit, Fault, Message, Silent, Timestamp};
use clap::{Args, ValueEnum};
use store::Directory;
use vault::{BackupRequest, Owner, Password, Source, Vault};

use super::rivals::PASSWORD;

#[derive(Debug, Args)]
pub(crate) struct EngineArgs {
    what: What,
    repo: PathBuf,
    #[arg(default_value = "/")]
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    Init,
    Backup,
    Restore,
}

struct Now;

impl Clock for Now {
    #[expect(clippy::disallowed_methods, reason = "a program has the real clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Makes a vault, backs a path up, or restores the latest snapshot to it.
///
/// # Errors
/// Those of the vault; `Partial` if anything could not be read or restored.
pub(crate) fn run(args: &EngineArgs) -> Result<(), Fault> {
    let problems = match args.what {
        What::Init => {
            let store = Arc::new(Directory::create(&args.repo)?);
            Vault::init(store, &Password::new(PASSWORD), owner(), &Now)?;
            Vec::new()
        }
        What::Backup => backup(&open(&args.repo)?, &args.path)?,
        What::Restore => {
            let vault = open(&args.repo)?;
            let snapshot = vault.find("latest", &Silent)?;
            vault.restore(&snapshot, &args.path, false, &Now, &Silent)?.problems
        }
    };
    problems.into_iter().next().map_or(Ok(()), |problem| Err(Fault::new(Exit::Partial, problem)))
}

fn backup(vault: &Vault, path: &Path) -> Result<Vec<Message>, Fault> {
    let source = Source::Paths(vec![path.to_owned()]);
    let request = BackupRequest { source, time: Now.now(), tags: Vec::new(), hostname: owner().hostname };
    Ok(vault.backup(request, &Now, &Silent)?.problems)
}

fn open(repo: &Path) -> Result<Vault, Fault> {
    Vault::open(Arc::new(Directory::open(repo)?), &Password::new(PASSWORD), owner())
}

fn owner() -> Owner {
    Owner { hostname: "bench".to_owned(), username: "bench".to_owned() }
}
