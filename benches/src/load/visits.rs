//! What do all visitors have in common?
//!
//! How they come ([`connect`], [`await_start`]), and how they wait ([`poll`], no longer than
//! [`PATIENCE`]).

use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use mio::{Events, Poll};

/// No operation takes this long, but in a hang.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// So many visitors come at once, then there is a pause: a system's shortest queue takes 128.
const CROWD: u64 = 50;
const PAUSE: Duration = Duration::from_millis(3);

/// One of many visitors who come one after another, `before` of them before this one. Now and then
/// they wait for the server to take in those who stand at its door: whom it has no room for would
/// try again after a second.
pub(super) fn connect(server: SocketAddr, before: u64) -> io::Result<TcpStream> {
    if before % CROWD == CROWD - 1 {
        thread::sleep(PAUSE);
    }
    TcpStream::connect(server)
}

/// Until the server lets them begin.
pub(super) fn await_start() -> io::Result<()> {
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Waits for events; that none come is an error.
pub(super) fn poll(poll: &mut Poll, events: &mut Events) -> io::Result<()> {
    loop {
        match poll.poll(events, Some(PATIENCE)) {
            Ok(()) if events.is_empty() => {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "nothing happens"));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// The answer was another one.
pub(super) fn wrong(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words.to_owned())
}
