//! A small plan with a real service, its data and a vault, all in one folder that goes away.

#![allow(dead_code, clippy::unwrap_used)] // every test program uses a part of it

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use assess::{ChainStep, Choice, CopyRecord, DrillRecord};
use base::{Clock, Fault, Id, Lang, Message, Monitor, Span, Timestamp};
use drivers::{Deadlines, DrillRequest, Host, ProtectRequest, Protected};
use ledger::Ledger;
use plan::{Canary, Copy, Data, Fact, MonitorSpec, Plan, Probe, Run, Secret, Service, Vault, Verb};

pub(crate) const SECRET: &str = "correct horse battery staple";

pub(crate) struct Wall;

impl Clock for Wall {
    #[allow(clippy::disallowed_methods)] // the one place where these tests read the clock
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Keeps what it hears, and interrupts once it has heard a certain text.
#[derive(Default)]
pub(crate) struct Ear {
    heard: Mutex<Vec<String>>,
    pub(crate) stop_at: Option<&'static str>,
}

impl Monitor for Ear {
    fn notice(&self, what: &Message) {
        self.heard.lock().unwrap().push(what.text(Lang::En));
    }
    fn phase(&self, what: &Message) {
        self.notice(what);
    }
    fn interrupted(&self) -> bool {
        self.stop_at.is_some_and(|text| self.heard(text))
    }
    fn problem(&self, what: &Message) {
        self.heard.lock().unwrap().push(what.text(Lang::En));
    }
}

impl Ear {
    pub(crate) fn heard(&self, part: &str) -> bool {
        self.heard.lock().unwrap().iter().any(|text| text.contains(part))
    }
}

pub(crate) struct Lab {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) plan: Plan,
    pub(crate) choice: Choice,
    pub(crate) lost: BTreeSet<Id>,
    pub(crate) known: Vec<CopyRecord>,
    pub(crate) deadlines: Deadlines,
    pub(crate) ear: Ear,
}

fn environment(name: &str) -> Option<String> {
    (name == "VAULT_PASSWORD").then(|| SECRET.to_owned())
}

impl Lab {
    /// Live data with 10 records, a service that counts them, one vault.
    pub(crate) fn new() -> Lab {
        let folder = tempfile::tempdir().unwrap();
        let live = folder.path().join("live/register");
        fs::create_dir_all(live.join("documents")).unwrap();
        fs::write(live.join("documents/a.txt"), "minutes").unwrap();
        let mut plan = Plan::default();
        plan.data.insert("register".into(), data("live/register", &["remote"]));
        plan.vaults.insert("remote".into(), vault("vault"));
        plan.services.insert("residents".into(), service());
        let lab = Lab {
            folder,
            plan,
            choice: choice(),
            lost: BTreeSet::new(),
            known: Vec::new(),
            deadlines: Deadlines { start: Span::seconds(20), stop: Span::millis(500), ..Deadlines::USUAL },
            ear: Ear::default(),
        };
        lab.add_records(10);
        lab
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    pub(crate) fn add_records(&self, count: u32) {
        let db = rusqlite::Connection::open(self.path("live/register/register.db")).unwrap();
        db.execute_batch("CREATE TABLE IF NOT EXISTS residents (at INTEGER)").unwrap();
        for n in 0..count {
            db.execute("INSERT INTO residents VALUES (?1)", [1_790_000_000 + n]).unwrap();
        }
    }

    pub(crate) fn host(&self) -> Host<'static> {
        Host {
            plan_dir: self.folder.path().to_owned(),
            state_dir: self.path("state"),
            keys_dir: self.path("keys"),
            oki: std::env::current_exe().unwrap(),
            machine: "lab".into(),
            user: "lab".into(),
            path: "/usr/local/bin:/usr/bin:/bin".into(),
            environment: &environment,
            deadlines: self.deadlines,
        }
    }

    pub(crate) fn ledger(&self) -> Ledger<'static> {
        Ledger::open(&self.path("state/ledger.db"), &Wall).unwrap()
    }

    pub(crate) fn protect(&self) -> Protected {
        let digest = |data: &Id, copy: &Copy| format!("{data}>{}", copy.to);
        let request = ProtectRequest {
            plan: &self.plan,
            only: &[],
            anew: &[],
            known: &[],
            by: "test",
            digest: &digest,
        };
        drivers::protect(&self.host(), &request, &self.ledger(), &Wall, &self.ear).unwrap()
    }

    pub(crate) fn try_drill(&self) -> Result<DrillRecord, Fault> {
        let service = Id::new("residents");
        let request = DrillRequest {
            plan: &self.plan,
            service: &service,
            loss: "lose(hall)",
            lost: &self.lost,
            choice: &self.choice,
            digest: "digest",
            known: &self.known,
        };
        let result = drivers::drill(&self.host(), &request, &Wall, &self.ear);
        self.nothing_stays();
        result
    }

    pub(crate) fn drill(&self) -> DrillRecord {
        self.try_drill().unwrap()
    }

    /// The failure of a drill that has to fail.
    pub(crate) fn failure(&self) -> String {
        let record = self.drill();
        assert!(!record.passed && record.rta.is_none() && record.level == 0.0, "{record:?}");
        record.failure.unwrap()
    }

    pub(crate) fn run(&mut self) -> &mut Run {
        self.plan.services.get_mut("residents").unwrap().run.as_mut().unwrap()
    }

    /// Neither a folder nor a process of a drill is left.
    pub(crate) fn nothing_stays(&self) {
        let drills = self.path("state/drills");
        let left: Vec<_> =
            fs::read_dir(&drills).map(|entries| entries.flatten().collect()).unwrap_or_default();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(marked(&drills), Vec::<String>::new());
    }

    /// Every file of the vault that is large enough to hold content, damaged in the middle.
    pub(crate) fn damage_vault(&self) {
        let packs = files(&self.path("vault/data"));
        for file in if packs.is_empty() { files(&self.path("vault")) } else { packs } {
            let mut bytes = fs::read(&file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0xff;
            let mut permissions = fs::metadata(&file).unwrap().permissions();
            std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
            fs::set_permissions(&file, permissions).unwrap();
            fs::write(&file, bytes).unwrap();
        }
    }
}

/// Processes whose environment names a folder as their sandbox.
pub(crate) fn marked(folder: &Path) -> Vec<String> {
    let mark = format!("OKIAGARI_SANDBOX={}", folder.display());
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let marked = processes.filter(|entry| {
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&mark)
    });
    marked.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out
}

pub(crate) fn data(path: &str, vaults: &[&str]) -> Data {
    Data {
        path: Some(path.into()),
        copies: Some(vaults.iter().map(|vault| copy(vault)).collect()),
        canary: Some(Canary {
            sqlite: "register.db".into(),
            query: "SELECT count(*), max(at) FROM residents".into(),
        }),
        ..Data::default()
    }
}

pub(crate) fn copy(to: &str) -> Copy {
    Copy {
        to: to.into(),
        how: Fact::Absent,
        every: Fact::Absent,
        over: Vec::new(),
        from: None,
        carried: Fact::Absent,
        keep: Fact::Absent,
        immutable: Fact::Absent,
        verify: Fact::Absent,
        by_oki: true,
    }
}

pub(crate) fn vault(repo: &str) -> Vault {
    Vault {
        common: plan::Common::default(),
        at: plan::Placement::Unknown,
        key: None,
        domain: Vec::new(),
        repo: Some(repo.into()),
        password: Some(Secret::Env("VAULT_PASSWORD".into())),
    }
}

fn service() -> Service {
    let run = Run {
        command: words(&[
            "oki",
            "--ignored",
            "--exact",
            "service",
            "--",
            "--port={port}",
            "--data={data.register}",
        ]),
        probes: vec![http("http://127.0.0.1:{port}/health", "ok 10 records")],
    };
    let monitor = Some(MonitorSpec { every: Span::millis(100), failures: 3 });
    Service { monitor, run: Some(run), ..Service::default() }
}

pub(crate) fn http(url: &str, expects: &str) -> Probe {
    Probe::Http { url: url.into(), expects: Some(expects.into()) }
}

pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

pub(crate) fn step(verb: Verb, object: &str, auto: bool) -> ChainStep {
    let (takes, starts) = (Span::ZERO, Span::ZERO);
    ChainStep { verb, object: object.into(), by: Vec::new(), auto, takes, starts, waits_for: None }
}

fn choice() -> Choice {
    Choice {
        way: "backup-site".into(),
        original: false,
        sources: BTreeMap::from([(Id::new("register"), Id::new("remote"))]),
        steps: vec![
            step(Verb::Detect, "interruption", true),
            step(Verb::Decide, "recovery", true),
            step(Verb::Restore, "register", true),
            step(Verb::Start, "residents", true),
            step(Verb::Check, "residents", true),
        ],
        used: vec![Id::new("remote")],
        service: Id::new("register"),
    }
}

/// The service of the lab, in a process of its own: counts the records once, then tells the number to whoever asks.
pub(crate) fn serve() {
    let argument = |name: &str| std::env::args().find_map(|arg| arg.strip_prefix(name).map(str::to_owned));
    let (Some(port), Some(data)) = (argument("--port="), argument("--data=")) else { return };
    let db = rusqlite::Connection::open(Path::new(&data).join("register.db")).unwrap();
    let count: u32 = db.query_row("SELECT count(*) FROM residents", [], |row| row.get(0)).unwrap();
    let body = format!("ok {count} records");
    let listener = TcpListener::bind(("127.0.0.1", port.parse::<u16>().unwrap())).unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let length = body.len();
        let _ =
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    }
}
