//! What do all these clients have in common?
//!
//! How they connect ([`connect`]), wait for the signal to begin ([`await_start`]), and wait for
//! events ([`poll`], no longer than [`PATIENCE`]).

use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use mio::{Events, Poll};

/// An operation that takes this long hangs.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// After so many connections there is a pause: the shortest queue of any system takes 128.
const CROWD: u64 = 50;
const PAUSE: Duration = Duration::from_millis(3);

/// Connects one of many clients; `before` of them have connected already. A pause now and then lets
/// the server accept, because a client that finds its queue full tries again only after a second.
pub(super) fn connect(server: SocketAddr, before: u64) -> io::Result<TcpStream> {
    if before % CROWD == CROWD - 1 {
        thread::sleep(PAUSE);
    }
    TcpStream::connect(server)
}

/// Waits until the server closes standard input, which is the signal to begin.
pub(super) fn await_start() -> io::Result<()> {
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Waits for events; it is an error if none come.
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

pub(super) fn wrong(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words.to_owned())
}
