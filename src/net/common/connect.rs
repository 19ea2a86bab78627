//! How does a connection begin without blocking, and when is it established?
//!
//! `connect` on a non-blocking socket returns at once with an error that only means "under way".
//! The connection is established when the socket is reported writable and has no error. An attempt
//! before that report asks for a peer, too, since a socket that is still connecting has no error,
//! either. With TCP Fast Open there is no peer before the first write, but there is a report.
//!
//! tokio: `TcpStream::connect_mio` waits for a report first, so it asks only for the error.

use std::io;

use kettle_runtime::Pollable;
use kettle_runtime::event::Direction;
use socket2::SockRef;

use super::ready::InTurn;
use crate::io::evented::Evented;

/// Turns the error "under way" into `Ok`. On Unix `EAGAIN` stays an error: it means that no port is
/// left, or that the listener's queue is full.
pub(in crate::net) fn begun(connect: io::Result<()>) -> io::Result<()> {
    match connect {
        Err(error) if is_under_way(&error) => Ok(()),
        result => result,
    }
}

#[cfg(unix)]
fn is_under_way(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EINPROGRESS)
}

#[cfg(windows)]
fn is_under_way(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

/// Waits until a `connect` that is under way has succeeded or failed.
pub(in crate::net) async fn connected<S: Pollable + InTurn>(io: &Evented<S>) -> io::Result<()>
where
    for<'s> SockRef<'s>: From<&'s S>,
{
    // The first `WouldBlock` clears the direction, unless the report count has changed meanwhile: a
    // later attempt follows a report.
    let mut reported = false;
    let mut has_ended = |io: &S| {
        let socket = SockRef::from(io);
        if let Some(error) = socket.take_error()? {
            return Err(error);
        }
        match socket.peer_addr() {
            Err(error) if error.kind() == io::ErrorKind::NotConnected && !reported => {
                reported = true;
                Err(io::ErrorKind::WouldBlock.into())
            }
            _ => Ok(()),
        }
    };
    io.io(Direction::Write, |io| io.in_turn(|| has_ended(io))).await
}

#[cfg(all(test, unix))]
mod tests {
    use std::net::{SocketAddr, TcpListener};

    use socket2::{Domain, Socket, Type};

    use super::*;

    fn connect(address: SocketAddr) -> io::Result<()> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.set_nonblocking(true).expect("not to block");
        socket.connect(&address.into())
    }

    #[test]
    fn a_connection_under_way_is_no_failure() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        // Linux always returns "under way"; other systems may connect at once.
        let connect = connect(listener.local_addr().expect("its address"));
        begun(connect).expect("a connection to a listener on this machine");
    }

    #[test]
    fn a_failure_is_not_a_connection_under_way() {
        // A broadcast address, which TCP refuses at once.
        let refused = connect("255.255.255.255:9".parse().expect("an address"));
        begun(refused).expect_err("no TCP to all");
        for errno in [libc::EAGAIN, libc::ECONNREFUSED, libc::EALREADY, libc::EINTR] {
            let failed = begun(Err(io::Error::from_raw_os_error(errno)));
            assert!(failed.is_err(), "{errno}");
        }
    }
}
