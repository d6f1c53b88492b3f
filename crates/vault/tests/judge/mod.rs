//! The judges of our vaults: the restic programs in `OKI_RESTIC` (`:` between them), or Debian's own. And folders that
//! hold everything a file system can hold.

#![allow(clippy::unwrap_used, dead_code)] // helpers of tests; every test program uses a part of them

pub(crate) mod folder;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use base::{Clock, Silent, Timestamp};
use serde_json::Value;
use store::{Directory, Store};
use vault::{BackupReport, BackupRequest, Owner, Password, Source, Vault};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) struct Wall;

impl Clock for Wall {
    #[allow(clippy::disallowed_methods)] // the one place where these tests read the clock
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// One restic program.
#[derive(Clone)]
pub(crate) struct Restic {
    program: PathBuf,
    pub(crate) password: &'static str,
}

/// All judges there are.
pub(crate) fn restics() -> Vec<Restic> {
    #[allow(clippy::disallowed_methods)] // the test command says here which programs it found
    let named = std::env::var("OKI_RESTIC").unwrap_or_else(|_| "/usr/bin/restic".to_owned());
    let judge = |path: &str| {
        let program = PathBuf::from(path);
        assert!(program.exists(), "{path} is missing: install Debian's package restic, or set OKI_RESTIC");
        Restic { program, password: PASSWORD }
    };
    named.split(':').map(judge).collect()
}

impl Restic {
    pub(crate) fn run(&self, repo: &Path, args: &[&str]) -> Output {
        self.command(repo, args).output().unwrap()
    }

    pub(crate) fn command(&self, repo: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["--no-cache", "--repo"]).arg(repo).args(args);
        command.env("RESTIC_PASSWORD", self.password).env_remove("RESTIC_REPOSITORY");
        command
    }

    /// Runs it; it has to succeed. Gives what it prints.
    pub(crate) fn ok(&self, repo: &Path, args: &[&str]) -> String {
        let output = self.run(repo, args);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{} {args:?}: {out}{err}", self.program.display());
        out.into_owned()
    }

    /// Fills a folder with everything that this restic can keep: old ones lose targets of links that are not UTF-8.
    pub(crate) fn fill(&self, at: &Path) {
        folder::fill(at);
        let version = String::from_utf8(Command::new(&self.program).arg("version").output().unwrap().stdout);
        let minor = version.unwrap().split(['.', ' ']).nth(2).and_then(|number| number.parse::<u32>().ok());
        if minor.unwrap() >= 17 {
            folder::raw_links(at);
        }
    }

    /// Stores `source`; gives the summary it prints.
    pub(crate) fn backup(&self, repo: &Path, source: &Path) -> Value {
        let out = self.ok(repo, &["backup", "--json", "--force", source.to_str().unwrap()]);
        let mut lines = out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.rfind(|line| line["message_type"] == "summary").unwrap()
    }

    /// Everything it can find wrong, which has to be nothing.
    pub(crate) fn check(&self, repo: &Path) {
        let said = self.ok(repo, &["check", "--read-data"]);
        assert!(said.contains("no errors were found"), "{said}");
    }
}

/// A place for one test: `repo`, `source`, and targets.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(place.source()).unwrap();
        place
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn repo(&self) -> PathBuf {
        self.at("repo")
    }

    pub(crate) fn source(&self) -> PathBuf {
        self.at("source")
    }

    pub(crate) fn init(&self) -> Vault {
        let store: Arc<dyn Store> = Arc::new(Directory::create(&self.repo()).unwrap());
        Vault::init(store, &Password::new(PASSWORD), owner(), &Wall).unwrap()
    }

    pub(crate) fn open(&self) -> Vault {
        self.open_with(PASSWORD).unwrap()
    }

    pub(crate) fn open_with(&self, password: &str) -> Result<Vault, base::Fault> {
        let store: Arc<dyn Store> = Arc::new(Directory::open(&self.repo()).unwrap());
        Vault::open(store, &Password::new(password), owner())
    }

    pub(crate) fn backup(&self, vault: &Vault) -> BackupReport {
        let report = vault.backup(request(&self.source()), &Wall, &Silent).unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        report
    }

    /// Where a restore to `target` puts the source.
    pub(crate) fn restored(&self, target: &str) -> PathBuf {
        self.at(target).join(self.source().strip_prefix("/").unwrap())
    }

    /// Restores by ourselves, all of it.
    pub(crate) fn restore(&self, vault: &Vault, which: &str, target: &str) -> PathBuf {
        let snapshot = vault.find(which, &base::Silent).unwrap();
        let report = vault.restore(&snapshot, &self.at(target), false, &Wall, &Silent).unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        self.restored(target)
    }
}

pub(crate) fn owner() -> Owner {
    Owner { hostname: "hall".to_owned(), username: "suzuki".to_owned() }
}

pub(crate) fn request(source: &Path) -> BackupRequest<'static> {
    BackupRequest {
        source: Source::Paths(vec![source.to_owned()]),
        time: Wall.now(),
        tags: Vec::new(),
        hostname: "hall".to_owned(),
    }
}

/// No error was found by ourselves.
pub(crate) fn sound(vault: &Vault) {
    let report = vault.check(true, &Wall, &Silent).unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert!(report.read_bytes > 0 && report.snapshots > 0, "{report:?}");
}

/// Tree ids of the folders of a snapshot, by path.
pub(crate) fn trees(vault: &Vault, which: &str) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let snapshot = vault.find(which, &base::Silent).unwrap();
    vault
        .list(&snapshot, &base::Silent, &mut |entry| {
            out.extend(entry.node.subtree.map(|id| (entry.path.clone(), id.to_string())));
        })
        .unwrap();
    out
}
