//! When is a connection that was begun established?
//!
//! When the socket has become writable, and it has a peer and no error.
//!
//! tokio: `TcpStream::connect_mio`; it asks for the error only.

use std::io;

use kettle_runtime::Pollable;
use kettle_runtime::event::Direction;
use socket2::SockRef;

use super::ready::InTurn;
use crate::io::evented::Evented;

/// Waits for the end of a `connect` that was begun.
pub(in crate::net) async fn connected<S: Pollable + InTurn>(io: &Evented<S>) -> io::Result<()>
where
    for<'s> SockRef<'s>: From<&'s S>,
{
    let has_ended = |io: &S| {
        let socket = SockRef::from(io);
        match socket.take_error()? {
            Some(error) => Err(error),
            None => match socket.peer_addr() {
                Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                    Err(io::ErrorKind::WouldBlock.into())
                }
                _ => Ok(()),
            },
        }
    };
    io.io(Direction::Write, |io| io.in_turn(|| has_ended(io))).await
}
