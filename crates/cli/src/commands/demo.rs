//! The service of the example, so that one binary is enough to try everything. Hidden.

use base::{Clock, Exit, Fault, Message};

use crate::demo;
use crate::session::Session;

pub(crate) fn run(session: &Session, args: &[String]) -> Result<Exit, Fault> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", dir, listen] => demo::serve(&session.path(dir.as_ref()), address(listen)?, &session.clock)?,
        ["archive", dir, listen] => demo::archive::serve(&session.path(dir.as_ref()), address(listen)?)?,
        ["prepare", dir] => demo::prepare(&session.path(dir.as_ref()), session.clock.now(), 1)?,
        _ => return Err(Fault::new(Exit::Unusable, Message::new("cli-demo-usage"))),
    }
    Ok(Exit::Met)
}

fn address(text: &str) -> Result<std::net::SocketAddr, Fault> {
    text.parse().map_err(|error: std::net::AddrParseError| {
        Fault::new(Exit::Unusable, Message::new("cli-demo-address").with("address", text)).because(error)
    })
}
