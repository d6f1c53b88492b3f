//! A town office of its own for each test, and the real program to run on it.

#![allow(clippy::unwrap_used, dead_code)] // helpers of tests; every test program uses a part of them

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program under test.
pub(crate) const OKI: &str = env!("CARGO_BIN_EXE_oki");

/// A copy of the example in a folder of its own, with a state home of its own.
pub(crate) struct Town {
    folder: tempfile::TempDir,
}

/// What a run of the program said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Town {
    /// Written by the program itself: what works from a folder with only the binary is what users get.
    pub(crate) fn new() -> Town {
        let town = Town { folder: tempfile::tempdir().unwrap() };
        let said = town.oki(&["init", "--example", "town-office", town.dir().to_str().unwrap()]);
        assert_eq!(said.code, 0, "{}", said.err);
        town
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.folder.path().join("town")
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(OKI);
        // A tempting secret: no child and no output may ever hold it.
        command.args(args).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LANG", "C.UTF-8");
        command.env("HOME", self.root()).env("XDG_STATE_HOME", self.root().join("state"));
        command.current_dir(self.root()).stdin(Stdio::null());
        command
    }

    /// Runs the program with these arguments.
    pub(crate) fn oki(&self, args: &[&str]) -> Said {
        said(self.command(args).output().unwrap())
    }

    /// Runs it on this town: the folder is put at the end.
    pub(crate) fn on_plan(&self, args: &[&str]) -> Said {
        let dir = self.dir();
        self.oki(&[args, &[dir.to_str().unwrap()]].concat())
    }

    /// The verdicts that `prove` or `status` print as JSON.
    pub(crate) fn verdicts(&self, command: &str) -> Verdicts {
        let said = self.on_plan(&[command, "--json"]);
        let value: Value =
            serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err));
        Verdicts(value["verdicts"].as_array().unwrap().clone())
    }

    /// Replaces a text of the plan, which must be there.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let path = self.dir().join("okiagari.yaml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "the plan has no {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    }
}

pub(crate) fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) struct Verdicts(pub(crate) Vec<Value>);

impl Verdicts {
    /// The verdict on one objective of one service under one loss.
    pub(crate) fn one(&self, service: &str, objective: &str, loss: &str) -> &Value {
        let found = self
            .0
            .iter()
            .find(|v| v["service"] == service && v["objective"] == objective && v["loss"] == loss);
        found.unwrap_or_else(|| panic!("no verdict on {service} {objective} {loss}"))
    }

    pub(crate) fn state(&self, service: &str, objective: &str, loss: &str) -> String {
        self.one(service, objective, loss)["verdict"].as_str().unwrap().to_owned()
    }

    pub(crate) fn reason(&self, service: &str, objective: &str, loss: &str) -> String {
        self.one(service, objective, loss)["reason"].as_str().unwrap().to_owned()
    }
}

/// Turns over one bit in the middle of every file below `folder`.
pub(crate) fn damage(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            count += damage(&path);
        } else {
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            // Files of a vault are read-only: replaced, not written to.
            fs::remove_file(&path).unwrap();
            fs::write(&path, bytes).unwrap();
            count += 1;
        }
    }
    count
}
