//! The service of the example, so that one binary is enough to try everything. Hidden.

use base::{Exit, Fault, Message};

use crate::demo;
use crate::session::Session;

pub(crate) fn run(session: &Session, args: &[String]) -> Result<Exit, Fault> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", dir, listen] => {
            let address = listen.parse().map_err(|error| {
                Fault::new(Exit::Unusable, Message::new("cli-demo-address").with("address", *listen)).because(error)
            })?;
            demo::serve(&session.path(dir.as_ref()), address).map_err(|error| failed(error))?;
        }
        ["prepare", dir] => {
            let now = base::Clock::now(&session.clock);
            demo::prepare(&session.path(dir.as_ref()), now, 1).map_err(|error| failed(error))?;
        }
        _ => return Err(Fault::new(Exit::Unusable, Message::new("cli-demo-usage"))),
    }
    Ok(Exit::Met)
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Fault {
    Fault::new(Exit::Unusable, Message::new("cli-demo-failed")).because(error)
}
