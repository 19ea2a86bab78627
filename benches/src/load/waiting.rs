//! How do clients show what a silent connection costs?
//!
//! [`run`]: all of them connect first and send nothing; on a signal, all send a request.

use std::io::{self, Read, Write};
use std::net::SocketAddr;

use super::client::{PATIENCE, await_start, connect};
use super::http::{ANSWER, REQUEST};

/// Returns how many got the right answer. A client whose connection the server closed gets none.
pub(super) fn run(server: SocketAddr, clients: u64) -> io::Result<u64> {
    let mut sockets = Vec::new();
    for connected in 0..clients {
        let socket = connect(server, connected)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        sockets.push(socket);
    }
    await_start()?;
    sockets.retain_mut(|socket| socket.write_all(REQUEST).is_ok());
    sockets.retain_mut(|socket| {
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).is_ok() && answer == ANSWER
    });
    Ok(sockets.len() as u64)
}
