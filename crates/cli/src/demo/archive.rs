//! The archive of the invented town: its documents, to be read over HTTP.

use std::net::SocketAddr;
use std::path::{Component, Path};

use base::{Exit, Fault, Message};
use tiny_http::{Method, Request, Response};

/// Answers `GET /documents` (a list) and `GET /documents/PATH` from the folder `dir` until the process ends.
pub(crate) fn serve(dir: &Path, listen: SocketAddr) -> Result<(), Fault> {
    std::fs::read_dir(dir).map_err(|error| {
        Fault::new(Exit::Unusable, Message::new("drill-demo-open").with("path", dir)).because(error)
    })?;
    let server = super::hear(listen)?;
    for request in server.incoming_requests() {
        answer(dir, request);
    }
    Ok(())
}

fn answer(dir: &Path, request: Request) {
    let path = request.url().trim_start_matches('/').to_owned();
    let body = match (request.method(), path.strip_prefix("documents")) {
        (Method::Get, Some("" | "/")) => list(dir).ok(),
        (Method::Get, Some(name)) => document(dir, name.trim_start_matches('/')),
        _ => None,
    };
    let response = match body {
        Some(body) => Response::from_string(body),
        None => Response::from_string("not found\n").with_status_code(404),
    };
    // The one who asked may have gone; that is theirs to know.
    let _ = request.respond(response);
}

/// Paths of all documents, one a line.
fn list(dir: &Path) -> std::io::Result<String> {
    let mut out = Vec::new();
    collect(dir, "", &mut out)?;
    out.sort();
    Ok(out.join("\n"))
}

fn collect(dir: &Path, before: &str, out: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), out)?;
        } else {
            out.push(name);
        }
    }
    Ok(())
}

fn document(dir: &Path, name: &str) -> Option<String> {
    let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    if inside { std::fs::read_to_string(dir.join(name)).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_listed_and_read_and_nothing_outside_is() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("minutes")).unwrap();
        std::fs::write(dir.path().join("minutes/1.txt"), "budget").unwrap();
        assert_eq!(list(dir.path()).unwrap(), "minutes/1.txt");
        assert_eq!(document(dir.path(), "minutes/1.txt").as_deref(), Some("budget"));
        assert_eq!(document(dir.path(), "../../etc/hostname"), None);
        assert_eq!(document(dir.path(), "/etc/hostname"), None);
    }
}
