//! Questions whose right answer shows that a service works.

use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use base::{Exit, Fault, Message, Monitor, Span};
use plan::Probe;
use rusqlite::types::Value;

use crate::canary;
use crate::host::Host;
use crate::place::Places;
use crate::process::{self, Room};
use crate::text::{quote, redact, without_password};

/// Most of an answer that is read.
const ANSWER: u64 = 1 << 20;

/// From where probes are asked.
pub(crate) struct Asker<'a> {
    pub(crate) host: &'a Host<'a>,
    pub(crate) places: &'a Places,
    pub(crate) room: Room<'a>,
    pub(crate) monitor: &'a dyn Monitor,
}

impl Asker<'_> {
    /// Asks all of them; the fault of the first that does not pass says what was asked, expected and got.
    pub(crate) fn ask_all(&self, probes: &[Probe]) -> Result<(), Fault> {
        probes.iter().try_for_each(|probe| self.ask(probe))
    }

    fn ask(&self, probe: &Probe) -> Result<(), Fault> {
        match probe {
            Probe::Tcp(address) => self.tcp(&self.places.fill(address)?),
            Probe::Http { url, expects } => self.http(&self.places.fill(url)?, expects.as_deref()),
            Probe::Sql { database, query, expects } => {
                let database = self.places.fill(database)?;
                let got = if database.starts_with("postgresql://") || database.starts_with("postgres://") {
                    self.postgresql(&database, query)?
                } else {
                    self.sqlite(&database, query)?
                };
                let asked = format!("{} {}", redact(&database), quote(query));
                compare(&asked, expects.as_deref(), got.as_deref())
            }
            Probe::Command { command, expects } => {
                self.program(&self.places.fill_all(command)?, expects.as_deref())
            }
        }
    }

    fn within(&self) -> Duration {
        self.host.deadlines.probe.to_std()
    }

    fn tcp(&self, address: &str) -> Result<(), Fault> {
        let asked = format!("tcp {address}");
        let found = address.to_socket_addrs().map_err(|error| no_answer(&asked).because(error))?;
        let mut fault = no_answer(&asked);
        for address in found {
            match TcpStream::connect_timeout(&address, self.within()) {
                Ok(_) => return Ok(()),
                Err(error) => fault = no_answer(&asked).because(error),
            }
        }
        Err(fault)
    }

    fn http(&self, url: &str, expects: Option<&str>) -> Result<(), Fault> {
        let asked = format!("GET {}", redact(url));
        if url.starts_with("https:") {
            return Err(https(url));
        }
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(self.within()))
            .http_status_as_error(false)
            // Where it would send us may be the live system.
            .max_redirects(0)
            // The service itself is asked, never a proxy named in our environment.
            .proxy(None)
            .build()
            .into();
        let mut answer = agent.get(url).call().map_err(|error| no_answer(&asked).because(error))?;
        let body = answer.body_mut().with_config().limit(ANSWER).lossy_utf8(true).read_to_string();
        let status = answer.status().as_u16();
        if status != 200 {
            let got = format!("{status} {}", quote(&body.unwrap_or_default()));
            return Err(unexpected(&asked, "200", &got));
        }
        match expects {
            None => Ok(()),
            Some(text) => {
                let body = body.map_err(|error| no_answer(&asked).because(error))?;
                contains(&asked, text, &body)
            }
        }
    }

    /// First column of the first row. A relative path is looked up in the sandbox, never beside the live data.
    fn sqlite(&self, database: &str, query: &str) -> Result<Option<String>, Fault> {
        let file = self.room.cwd.join(Path::new(database));
        let row = canary::first_row(&file, query)
            .map_err(|error| no_answer(&format!("{} {}", file.display(), quote(query))).because(error))?;
        Ok(row.map(|row| row.first().map(value_text).unwrap_or_default()))
    }

    fn postgresql(&self, address: &str, query: &str) -> Result<Option<String>, Fault> {
        // Arguments can be read by everybody on the machine: the password goes another way.
        let (open, password) = without_password(address);
        let arguments = ["psql", "-X", "-A", "-t", "-q", "-w", "-F", "\u{1f}", "-c", query, &open];
        let argv: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let mut command = process::command(&argv, self.host, self.room)?;
        command.env("PGCONNECT_TIMEOUT", "5");
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
        let ended = process::run(command, self.host.deadlines.probe, self.monitor)?;
        if !ended.status.success() {
            let asked = format!("{} {}", redact(address), quote(query));
            let said = quote(&ended.errors.replace(address, &redact(address)));
            return Err(no_answer(&asked).because(std::io::Error::other(said)));
        }
        let row = ended.output.lines().next();
        Ok(row.map(|row| row.split('\u{1f}').next().unwrap_or_default().to_owned()))
    }

    fn program(&self, argv: &[String], expects: Option<&str>) -> Result<(), Fault> {
        let asked = quote(&argv.iter().map(|word| redact(word)).collect::<Vec<_>>().join(" "));
        let command = process::command(argv, self.host, self.room)?;
        let ended = process::run(command, self.host.deadlines.probe, self.monitor)?;
        if !ended.status.success() {
            let said = if ended.errors.trim().is_empty() { &ended.output } else { &ended.errors };
            return Err(unexpected(&asked, "exit status: 0", &format!("{} {}", ended.status, quote(said))));
        }
        expects.map_or(Ok(()), |text| contains(&asked, text, &ended.output))
    }
}

/// Probes speak no TLS: a program that does it well is on every machine.
pub(crate) fn https(url: &str) -> Fault {
    let fault = Fault::new(Exit::Unusable, Message::new("drill-probe-https").with("url", redact(url)));
    fault.hint(Message::new("drill-probe-https-hint").with("url", redact(url)))
}

fn compare(asked: &str, expects: Option<&str>, got: Option<&str>) -> Result<(), Fault> {
    match (expects, got) {
        (_, None) => Err(unexpected(asked, expects.unwrap_or("a row"), "no row")),
        (Some(expected), Some(got)) if expected != got => Err(unexpected(asked, expected, got)),
        _ => Ok(()),
    }
}

fn contains(asked: &str, text: &str, got: &str) -> Result<(), Fault> {
    if got.contains(text) { Ok(()) } else { Err(unexpected(asked, text, got)) }
}

fn unexpected(asked: &str, expected: &str, got: &str) -> Fault {
    let message = Message::new("drill-probe-unexpected").with("asked", asked);
    let message = message.with("expected", quote(expected)).with("got", quote(got));
    Fault::new(Exit::DrillFailed, message)
}

fn no_answer(asked: &str) -> Fault {
    Fault::new(Exit::DrillFailed, Message::new("drill-probe-no-answer").with("asked", asked))
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(n) => n.to_string(),
        Value::Real(x) => x.to_string(),
        Value::Text(text) => text.clone(),
        Value::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// Whether the service answers within `deadline`, asked again and again.
pub(crate) fn wait_until_passed(
    asker: &Asker<'_>,
    probes: &[Probe],
    deadline: Span,
    mut alive: impl FnMut() -> Result<(), Fault>,
) -> Result<(), Fault> {
    let begin = std::time::Instant::now();
    loop {
        process::stop_if_interrupted(asker.monitor)?;
        alive()?;
        let fault = match asker.ask_all(probes) {
            Ok(()) => return Ok(()),
            Err(fault) => fault,
        };
        // A question that cannot be asked will not be answered by waiting.
        if matches!(fault.exit, Exit::Unusable | Exit::Interrupted) {
            return Err(fault);
        }
        if Span::from_std(begin.elapsed()) >= deadline {
            let late = Message::new("drill-start-deadline").with("within", deadline);
            return Err(Fault::new(Exit::DrillFailed, late).because(fault));
        }
        process::sleep(Span::millis(50), asker.monitor)?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use base::{Lang, Silent};

    use super::*;
    use crate::host::Deadlines;

    fn ask(probe: &Probe, port: u16) -> Result<(), String> {
        let host = Host {
            plan_dir: "/".into(),
            state_dir: "/".into(),
            keys_dir: "/".into(),
            oki: "/".into(),
            machine: "test".into(),
            user: "test".into(),
            path: "/usr/bin:/bin".into(),
            environment: &|_| None,
            deadlines: Deadlines { probe: Span::millis(1500), ..Deadlines::USUAL },
        };
        let places = Places { port: Some(port), ..Places::default() };
        let room = Room { cwd: Path::new("/"), home: Path::new("/"), mark: None };
        let asker = Asker { host: &host, places: &places, room, monitor: &Silent };
        asker.ask(probe).map_err(|fault| fault.chain(Lang::En).join(": "))
    }

    /// Answers every connection with the same bytes, or with silence.
    fn server(answer: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let mut silent = Vec::new();
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
                if answer.is_empty() {
                    silent.push(stream);
                }
            }
        });
        port
    }

    fn get(expects: &str) -> Probe {
        Probe::Http { url: "http://127.0.0.1:{port}/x".into(), expects: Some(expects.into()) }
    }

    fn fails(probe: &Probe, port: u16, parts: &[&str]) {
        let said = ask(probe, port).unwrap_err();
        assert!(parts.iter().all(|part| said.contains(part)), "{said} lacks one of {parts:?}");
    }

    #[test]
    fn http_says_what_was_asked_expected_and_got() {
        let good = server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfine!");
        assert_eq!(ask(&get("fine"), good), Ok(()));
        fails(&get("bad"), good, &["GET http://127.0.0.1:", "\"bad\"", "\"fine!\""]);
        let broken = server("HTTP/1.1 503 No\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfull");
        fails(&get("fine"), broken, &["expected \"200\"", "503 full"]);
        fails(&get("fine"), server(""), &["no answer", "timeout"]);
        fails(&get("fine"), 1, &["no answer", "refused"]);
        let moved =
            server("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        fails(&get("fine"), moved, &["302"]);
    }

    #[test]
    fn tcp_needs_no_more_than_a_connection() {
        let probe = Probe::Tcp("127.0.0.1:{port}".into());
        assert_eq!(ask(&probe, server("")), Ok(()));
        fails(&probe, 1, &["tcp 127.0.0.1:1", "refused"]);
    }

    #[test]
    fn programs_are_judged_by_status_and_output_under_a_deadline() {
        let run = |words: &[&str], expects: Option<&str>| Probe::Command {
            command: words.iter().map(ToString::to_string).collect(),
            expects: expects.map(str::to_owned),
        };
        assert_eq!(ask(&run(&["echo", "{port}"], Some("7")), 7), Ok(()));
        fails(&run(&["echo", "a"], Some("b")), 7, &["echo a", "\"b\"", "\"a\""]);
        fails(&run(&["sh", "-c", "echo why >&2; exit 9"], None), 7, &["exit status: 9", "why"]);
        fails(&run(&["sleep", "100"], None), 7, &["did not end within"]);
    }

    #[test]
    fn sql_compares_the_first_column_of_the_first_row() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        rusqlite::Connection::open(&file).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        let sql = |query: &str, expects: Option<&str>| Probe::Sql {
            database: file.display().to_string(),
            query: query.into(),
            expects: expects.map(str::to_owned),
        };
        assert_eq!(ask(&sql("SELECT 'a', 'b' UNION SELECT 'c', 'd'", Some("a")), 0), Ok(()));
        assert_eq!(ask(&sql("SELECT NULL", None), 0), Ok(()));
        fails(&sql("SELECT x FROM t", None), 0, &["a.db SELECT x FROM t", "no row"]);
        fails(&sql("SELECT 2.5", Some("3")), 0, &["\"3\"", "\"2.5\""]);
        fails(&sql("DROP TABLE t", None), 0, &["readonly"]);
        fails(&sql("nonsense", None), 0, &["no answer", "syntax"]);
    }

    #[test]
    fn a_password_in_an_address_is_never_told() {
        let probe = Probe::Sql {
            database: "postgresql://oki:hush@127.0.0.1:1/db".into(),
            query: "SELECT 1".into(),
            expects: None,
        };
        let said = ask(&probe, 0).unwrap_err();
        assert!(!said.contains("hush"), "{said}");
    }
}
