//! Ctrl-C asks for a safe stop; the second one stops at once.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use base::{Exit, Fault, Message};
use signal_hook::consts::{SIGINT, SIGTERM};

/// A flag that turns true at the first interrupt.
pub(crate) fn watch() -> Result<Arc<AtomicBool>, Fault> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        let hooked = signal_hook::flag::register_conditional_shutdown(
            signal,
            i32::from(Exit::Interrupted.code()),
            stop.clone(),
        )
        .and_then(|_| signal_hook::flag::register(signal, stop.clone()));
        hooked.map_err(|error| Fault::new(Exit::Unusable, Message::new("cli-signals")).because(error))?;
    }
    Ok(stop)
}
