//! What one run of `oki` works with: the machine as the shell sees it, the plan, its state.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use base::{Clock, Exit, Fault, Lang, Message, Span};
use drivers::{Deadlines, Host, PlanLock};
use ledger::Ledger;
use plan::{Change, Reading, Severity};

use crate::args::{Global, When};
use crate::terminal::{Settings, SystemClock, Terminal};

/// The environment, read once; everything below gets it from here.
pub(crate) struct Environment {
    pub(crate) args: Vec<String>,
    pub(crate) locale: String,
    pub(crate) here: PathBuf,
    no_color: bool,
    columns: Option<usize>,
    state_home: Option<PathBuf>,
    home: Option<PathBuf>,
    path: OsString,
    pub(crate) user: String,
    pub(crate) host: String,
}

impl Environment {
    #[expect(clippy::disallowed_methods, reason = "the shell is where the environment is read")]
    pub(crate) fn read() -> Environment {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = var("LC_ALL").or_else(|| var("LC_MESSAGES")).or_else(|| var("LANG"));
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        Environment {
            args: std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect(),
            locale: locale.unwrap_or_default(),
            here: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            no_color: var("NO_COLOR").is_some(),
            columns: var("COLUMNS").and_then(|text| text.parse().ok()),
            state_home: var("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()),
            home: var("HOME").map(PathBuf::from),
            path: std::env::var_os("PATH").unwrap_or_default(),
            user: var("USER")
                .or_else(|| var("LOGNAME"))
                .or_else(account)
                .unwrap_or_else(|| "unknown".to_owned()),
            host: host.trim().to_owned(),
        }
    }

    /// `$XDG_STATE_HOME/okiagari`, by default `~/.local/state/okiagari`.
    pub(crate) fn state_home(&self) -> PathBuf {
        let own = self.home.as_ref().map(|home| home.join(".local/state"));
        self.state_home.clone().or(own).unwrap_or_else(|| self.here.join(".oki-state")).join("okiagari")
    }
}

/// Name of the account that owns this process, where the environment does not say.
fn account() -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let uid = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut lines = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>());
    lines
        .find(|fields| fields.get(2) == Some(&uid.as_str()))
        .and_then(|fields| Some((*fields.first()?).to_owned()))
}

/// An environment variable, for secrets named in a plan.
#[expect(clippy::disallowed_methods, reason = "the shell is where the environment is read")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// One run of the program.
pub(crate) struct Session {
    pub(crate) environment: Environment,
    pub(crate) global: Global,
    pub(crate) terminal: Terminal,
    pub(crate) clock: SystemClock,
}

impl Session {
    /// `stop` turns true when somebody interrupts the run.
    pub(crate) fn new(
        environment: Environment,
        global: Global,
        lang: Lang,
        stop: Arc<AtomicBool>,
    ) -> Result<Session, Fault> {
        let log = global.log_file.as_ref().map(|path| open_log(path)).transpose()?;
        let tty = std::io::stdout().is_terminal();
        let colour = match global.color {
            When::Always => true,
            When::Never => false,
            When::Auto => tty && !environment.no_color,
        };
        let measured =
            tty.then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
        let width = measured.or(environment.columns).unwrap_or(100).clamp(40, 140);
        let quiet = global.quiet;
        let terminal = Terminal::new(Settings { lang, colour, width, quiet, log, stop });
        Ok(Session { environment, global, terminal, clock: SystemClock })
    }

    /// A path given on the command line, absolute.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.environment.here.join(path)
    }

    /// Who is doing this, as the ledger writes it.
    pub(crate) fn by(&self) -> String {
        format!("{}@{}", self.environment.user, self.environment.host)
    }

    /// Prints the result as JSON.
    pub(crate) fn print_json(&self, value: &serde_json::Value) {
        self.terminal.out(&serde_json::to_string_pretty(value).unwrap_or_default());
    }

    /// The plan in `dir`; refused if it cannot be read or has errors.
    pub(crate) fn plan(&self, said: &Path) -> Result<OpenPlan<'_>, Fault> {
        let dir = self.plan_dir(said)?;
        let reading = crate::files::read(&dir)?;
        let errors = reading.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        if errors > 0 {
            let fault = Fault::new(
                Exit::Unusable,
                Message::new("cli-plan-errors").with("dir", &dir).with("count", errors),
            );
            let first = reading.diagnostics.iter().find(|d| d.severity == Severity::Error);
            let shown = first
                .map(|d| reading.render(d, self.terminal.lang, self.terminal.colour))
                .unwrap_or_default();
            self.terminal.err(&shown);
            return Err(fault.hint(Message::new("cli-plan-errors-hint").with("dir", &dir)));
        }
        let state = self.global.state.as_ref().map_or_else(|| dir.join(".oki"), |state| self.path(state));
        Ok(OpenPlan { session: self, said: said.to_owned(), dir, state, reading })
    }

    /// A plan that can be used, with changes tried on it; refused with every mistake they make in it.
    pub(crate) fn changed(&self, plan: &OpenPlan<'_>, changes: &[Change]) -> Result<OpenPlan<'_>, Fault> {
        let reading = crate::files::read_changed(&plan.dir, changes)?;
        let errors = reading.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        let errors: Vec<&plan::Diagnostic> = errors.collect();
        let Some(first) = errors.first() else {
            let (said, dir, state) = (plan.said.clone(), plan.dir.clone(), plan.state.clone());
            return Ok(OpenPlan { session: self, said, dir, state, reading });
        };
        for error in &errors {
            self.terminal.err(&reading.render(error, self.terminal.lang, self.terminal.colour));
        }
        let message = Message::new("cli-whatif-mistakes").with("count", errors.len());
        let first = Fault::new(Exit::Unusable, first.message.clone());
        Err(Fault::new(Exit::Unusable, message).because(first))
    }

    /// The folder of a plan; a clear word if it is not one.
    pub(crate) fn plan_dir(&self, dir: &Path) -> Result<PathBuf, Fault> {
        let path = self.path(dir);
        if path.join(plan::ENTRY).is_file() {
            return Ok(path.canonicalize().unwrap_or(path));
        }
        let fault = Fault::new(
            Exit::Unusable,
            Message::new("cli-no-plan").with("dir", dir).with("entry", plan::ENTRY),
        );
        Err(fault.hint(Message::new("cli-no-plan-hint")))
    }
}

fn open_log(path: &Path) -> Result<std::fs::File, Fault> {
    let file = std::fs::File::options().create(true).append(true).open(path);
    file.map_err(|error| {
        Fault::new(Exit::Unusable, Message::new("cli-log-file").with("path", path)).because(error)
    })
}

/// A plan without errors, and where its state is kept.
pub(crate) struct OpenPlan<'s> {
    pub(crate) session: &'s Session,
    /// The folder as it was given.
    pub(crate) said: PathBuf,
    pub(crate) dir: PathBuf,
    pub(crate) state: PathBuf,
    pub(crate) reading: Reading,
}

/// A word as a shell would need it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,:=+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

impl<'s> OpenPlan<'s> {
    /// The folder as the last word of a command that is shown: nothing where it is the present one.
    pub(crate) fn argument(&self) -> String {
        self.word_for("")
    }

    /// The same for commands that take it as an option.
    pub(crate) fn option(&self) -> String {
        self.word_for("--dir ")
    }

    fn word_for(&self, option: &str) -> String {
        let said = self.said.to_string_lossy();
        if said == "." { String::new() } else { format!(" {option}{}", quoted(&said)) }
    }

    /// The lock that lets one run change state at a time.
    pub(crate) fn lock(&self, wait: bool) -> Result<PlanLock, Fault> {
        self.prepare_state()?;
        let session = self.session;
        // The first try tells whether there is anything to wait for, so that waiting is announced.
        match PlanLock::acquire(&self.state, None, &session.clock, &session.terminal) {
            Err(fault) if fault.exit == Exit::Locked && wait => {
                session.terminal.say(&Message::new("cli-waiting").with("why", fault.message));
                PlanLock::acquire(&self.state, Some(Span::hours(6)), &session.clock, &session.terminal)
            }
            other => other,
        }
    }

    /// The state folder keeps itself out of version control.
    fn prepare_state(&self) -> Result<(), Fault> {
        let ignore = self.state.join(".gitignore");
        let made = std::fs::create_dir_all(&self.state)
            .and_then(|()| if ignore.exists() { Ok(()) } else { std::fs::write(&ignore, "*\n") });
        made.map_err(|error| {
            Fault::new(Exit::Unusable, Message::new("cli-state").with("path", &self.state)).because(error)
        })
    }

    /// The ledger, made on first use.
    pub(crate) fn ledger(&self) -> Result<Ledger<'s>, Fault> {
        self.prepare_state()?;
        Ledger::open(&self.state.join("ledger.sqlite"), &self.session.clock)
    }

    /// Whether anything was ever recorded.
    pub(crate) fn has_ledger(&self) -> bool {
        self.state.join("ledger.sqlite").exists()
    }

    /// This machine, as far as drills and copies may touch it.
    pub(crate) fn host(&self) -> Result<Host<'static>, Fault> {
        let oki = std::env::current_exe()
            .map_err(|error| Fault::new(Exit::Unusable, Message::new("cli-own-path")).because(error))?;
        Ok(Host {
            plan_dir: self.dir.clone(),
            state_dir: self.state.clone(),
            keys_dir: self.session.environment.state_home().join("keys"),
            oki,
            machine: self.session.environment.host.clone(),
            user: self.session.environment.user.clone(),
            path: self.session.environment.path.clone(),
            environment: &variable,
            deadlines: Deadlines::USUAL,
        })
    }

    /// Everything measured so far.
    pub(crate) fn evidence(&self) -> Result<assess::Evidence, Fault> {
        let now = self.session.clock.now();
        if !self.has_ledger() {
            return Ok(assess::Evidence::none(now));
        }
        let mut evidence = drivers::evidence(&self.ledger()?, now)?;
        // A vault that is not there holds nothing, whatever was recorded.
        let vaults = self.reading.plan.vaults.iter();
        let gone = |(id, vault): (&base::Id, &plan::Vault)| {
            let repo = vault.repo.as_ref()?;
            (!drivers::is_vault(&self.dir.join(repo))).then(|| id.clone())
        };
        let gone: std::collections::BTreeSet<base::Id> = vaults.filter_map(gone).collect();
        evidence.copies.retain(|copy| !gone.contains(&copy.to));
        evidence.drills.retain(|drill| !drill.passed || !drill.sources.values().any(|s| gone.contains(s)));
        Ok(evidence)
    }

    /// Puts a question to the engine about a form of this plan, from the evidence there is.
    pub(crate) fn ask<R>(
        &self,
        plan: &plan::Plan,
        question: impl FnOnce(assess::Context<'_>) -> R,
    ) -> Result<R, Fault> {
        let net = assess::net::Net::new(plan);
        let evidence = self.evidence()?;
        let digest = |paths: &[String]| self.reading.evidence_digest(paths);
        Ok(question(assess::Context { plan, net: &net, evidence: &evidence, digest: &digest }))
    }

    /// The assessment from the evidence there is.
    pub(crate) fn assess(&self) -> Result<assess::Assessment, Fault> {
        let evidence = self.evidence()?;
        Ok(assess::assess(&self.reading.plan, &evidence, &|paths| self.reading.evidence_digest(paths)))
    }
}
