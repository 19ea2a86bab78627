//! What do all clients of the bench's servers have in common?
//!
//! [`connect`] connects one of many clients, [`await_start`] waits for the signal to begin,
//! [`drive`] lets clients proceed when their sockets are ready, [`wrong`] is an error.

use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use mio::{Events, Poll, Token};

/// A client that waits for this long gives up, because the server hangs.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// The system queues connections until the server accepts them, and no system's queue is shorter
/// than 128. So there is a [`PAUSE`] for accepting after each group of this size: a client that
/// found the queue full would try again only after a second.
const CONNECTIONS_AT_ONCE: u64 = 50;
const PAUSE: Duration = Duration::from_millis(3);

/// Connects one more client, after `connected` others.
pub(super) fn connect(server: SocketAddr, connected: u64) -> io::Result<TcpStream> {
    if (connected + 1).is_multiple_of(CONNECTIONS_AT_ONCE) {
        thread::sleep(PAUSE);
    }
    TcpStream::connect(server)
}

/// Waits until the server's process closes this one's standard input: the signal to begin.
pub(super) fn await_start() -> io::Result<()> {
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Calls `proceed` with the token of each socket that is ready, until so many operations are done;
/// it returns whether one is. Fails if nothing happens for [`PATIENCE`].
pub(super) fn drive(
    selector: &mut Poll,
    operations: u64,
    mut proceed: impl FnMut(&Poll, Token) -> io::Result<bool>,
) -> io::Result<u64> {
    let (mut events, mut done) = (Events::with_capacity(1024), 0);
    while done < operations {
        match selector.poll(&mut events, Some(PATIENCE)) {
            Ok(()) if events.is_empty() => {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "nothing happens"));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => result?,
        }
        for event in &events {
            done += u64::from(proceed(selector, event.token())?);
        }
    }
    Ok(done)
}

pub(super) fn wrong(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words.to_owned())
}
