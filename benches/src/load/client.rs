//! What do all clients of the bench's servers have in common?
//!
//! How they connect ([`connect`]), wait for the signal to begin ([`await_start`]), wait for events
//! ([`poll`], no longer than [`PATIENCE`]), and report a wrong answer ([`wrong`]).

use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use mio::{Events, Poll};

/// An operation that takes this long hangs.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// There is a [`PAUSE`] after this many connections. No system's accept queue is shorter than 128.
const CONNECTIONS_AT_ONCE: u64 = 50;
const PAUSE: Duration = Duration::from_millis(3);

/// Connects a client; so many others have `connected` already. The pauses let the server accept,
/// because a client that finds the server's queue full tries again only after a second.
pub(super) fn connect(server: SocketAddr, connected: u64) -> io::Result<TcpStream> {
    if (connected + 1).is_multiple_of(CONNECTIONS_AT_ONCE) {
        thread::sleep(PAUSE);
    }
    TcpStream::connect(server)
}

/// Waits until the server closes standard input, which is the signal to begin.
pub(super) fn await_start() -> io::Result<()> {
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Waits for events. None within [`PATIENCE`] is an error.
pub(super) fn poll(selector: &mut Poll, events: &mut Events) -> io::Result<()> {
    loop {
        match selector.poll(events, Some(PATIENCE)) {
            Ok(()) if events.is_empty() => {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "nothing happens"));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

pub(super) fn wrong(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words.to_owned())
}
