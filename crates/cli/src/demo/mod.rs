//! A resident register of an invented town: a small real service to protect, lose and recover.
//!
//! HTTP over SQLite. Whoever tries this program has something to try it on, and its own tests drill with it.

pub(crate) mod archive;
mod town;

use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use base::{Clock, Exit, Fault, Message, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Deserialize;
use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response, Server};

pub(crate) use town::prepare;

/// The register, in the folder given to both functions.
const REGISTER: &str = "register.db";

/// Largest body taken.
const BODY: u64 = 64 * 1024;

/// Most people a search names.
const FOUND: u32 = 100;

/// Answers requests on `listen` from the register in `dir` until the process ends.
///
/// `GET /health`, `GET /residents/ID`, `GET /search?name=`, `POST /residents` with `{"name": .., "address": ..}`.
pub(crate) fn serve(dir: &Path, listen: SocketAddr, clock: &dyn Clock) -> Result<(), Fault> {
    // Data first: a service without its data never listens.
    let register = open(dir)?;
    let server = hear(listen)?;
    answer_all(&register, &server, clock);
    Ok(())
}

fn hear(listen: SocketAddr) -> Result<Server, Fault> {
    Server::http(listen).map_err(|error| {
        let message = Message::new("drill-demo-listen").with("address", listen.to_string());
        Fault::new(Exit::Unusable, message).because(error)
    })
}

fn answer_all(register: &Connection, server: &Server, clock: &dyn Clock) {
    for request in server.incoming_requests() {
        answer(register, request, clock.now());
    }
}

fn answer(register: &Connection, mut request: Request, now: Timestamp) {
    let (status, body) = match route(register, &mut request, now) {
        Ok(Some(body)) => (200, body),
        Ok(None) => (404, json!({ "error": "not found" }).to_string()),
        Err(error) => (500, json!({ "error": error.to_string() }).to_string()),
    };
    let kind = if body.starts_with(['{', '[']) { "application/json" } else { "text/plain; charset=utf-8" };
    let mut response = Response::from_string(body).with_status_code(status);
    if let Ok(header) = Header::from_bytes("Content-Type", kind) {
        response.add_header(header);
    }
    // The one who asked may have gone; that is theirs to know.
    let _ = request.respond(response);
}

type Answer = Result<Option<String>, Box<dyn std::error::Error>>;

fn route(register: &Connection, request: &mut Request, now: Timestamp) -> Answer {
    let url = request.url().to_owned();
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let resident = path.strip_prefix("/residents/").and_then(|id| id.parse::<i64>().ok());
    match (request.method(), path, resident) {
        (Method::Get, "/health", _) => health(register),
        (Method::Get, "/search", _) => {
            search(register, &decode(query.strip_prefix("name=").unwrap_or_default()))
        }
        (Method::Get, _, Some(id)) => show(register, id),
        (Method::Post, "/residents", _) => move_in(register, request, now),
        _ => Ok(None),
    }
}

fn health(register: &Connection) -> Answer {
    let count: u32 = register.query_row("SELECT count(*) FROM residents", [], |row| row.get(0))?;
    Ok(Some(format!("ok {count} records")))
}

fn show(register: &Connection, id: i64) -> Answer {
    let found = register
        .query_row("SELECT id, name, address, registered_at FROM residents WHERE id = ?1", [id], resident)
        .optional()?;
    Ok(found.map(|person| person.to_string()))
}

fn search(register: &Connection, name: &str) -> Answer {
    let mut statement = register.prepare_cached(
        "SELECT id, name, address, registered_at FROM residents WHERE instr(name, ?1) > 0 ORDER BY id LIMIT ?2",
    )?;
    let found: Vec<Value> = statement.query_map(params![name, FOUND], resident)?.collect::<Result<_, _>>()?;
    Ok(Some(Value::Array(found).to_string()))
}

#[derive(Deserialize)]
struct MoveIn {
    name: String,
    address: String,
}

fn move_in(register: &Connection, request: &mut Request, now: Timestamp) -> Answer {
    let mut body = String::new();
    request.as_reader().take(BODY).read_to_string(&mut body)?;
    let MoveIn { name, address } = serde_json::from_str(&body)?;
    let id = town::register(register, &name, &address, now)?;
    show(register, id)
}

fn resident(row: &Row<'_>) -> rusqlite::Result<Value> {
    let (id, name, address): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let at: String = row.get(3)?;
    Ok(json!({ "id": id, "name": name, "address": address, "registered_at": at }))
}

fn open(dir: &Path) -> Result<Connection, Fault> {
    let path = dir.join(REGISTER);
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let opened = Connection::open_with_flags(&path, flags).and_then(|db| {
        db.busy_timeout(Duration::from_secs(10))?;
        // Asked at once, so that a service without its data never starts.
        db.query_row("SELECT count(*) FROM residents", [], |row| row.get::<_, u32>(0))?;
        Ok(db)
    });
    opened.map_err(|error| {
        Fault::new(Exit::Unusable, Message::new("drill-demo-open").with("path", &path)).because(error)
    })
}

/// Text from a query: `%E4%BD%90` and `+`.
fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpStream;
    use std::thread;

    use super::*;

    struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(1_790_000_000).unwrap()
        }
    }

    fn ask(address: SocketAddr, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(stream, "{head} HTTP/1.0\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn the_register_answers() {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path(), Fixed.now(), 1).unwrap();
        let server = hear("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = server.server_addr().to_ip().unwrap();
        let register = open(&folder.path().join("register")).unwrap();
        // The thread ends with the test process: the service itself has no end.
        thread::spawn(move || answer_all(&register, &server, &Fixed));
        assert!(ask(address, "GET /health", "").ends_with("ok 5000 records"));
        let first = ask(address, "GET /residents/1", "");
        assert!(first.contains("\"id\":1") && first.contains("application/json"), "{first}");
        assert!(ask(address, "GET /residents/999999", "").contains(" 404 "));
        let made = ask(address, "POST /residents", r#"{"name":"起上 小法師","address":"起上町1"}"#);
        assert!(made.contains("\"id\":5001") && made.contains("2026-"), "{made}");
        let found = ask(address, "GET /search?name=%E5%B0%8F%E6%B3%95%E5%B8%AB", "");
        assert!(found.contains("\"id\":5001"), "{found}");
        assert!(ask(address, "POST /residents", "nonsense").contains(" 500 "));
        assert!(ask(address, "GET /health", "").ends_with("ok 5001 records"));
    }

    #[test]
    fn without_its_data_it_does_not_start() {
        let folder = tempfile::tempdir().unwrap();
        let fault = serve(folder.path(), "127.0.0.1:0".parse().unwrap(), &Fixed).unwrap_err();
        assert!(fault.to_string().contains(REGISTER), "{fault}");
        assert!(!folder.path().join(REGISTER).exists());
    }

    #[test]
    fn queries_are_decoded() {
        assert_eq!(decode("%E4%BD%90+%"), "佐 %");
        assert_eq!(decode("a%zz"), "a%zz");
    }
}
