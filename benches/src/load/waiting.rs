//! How do clients show what a silent connection costs?
//!
//! [`run`]: all of them connect first and send nothing; on a signal, all send a request.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::client::{PATIENCE, await_start, connect};
use super::http::{ANSWER, REQUEST};

/// Returns how many got the right answer. A client whose connection the server closed gets none.
pub(super) fn run(server: SocketAddr, clients: u64) -> io::Result<u64> {
    let mut sockets = Vec::new();
    for before in 0..clients {
        let socket = connect(server, before)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        sockets.push(socket);
    }
    await_start()?;
    sockets.retain_mut(|socket| socket.write_all(REQUEST).is_ok());
    Ok(sockets.into_iter().filter_map(read_answer).filter(|answer| answer == ANSWER).count() as u64)
}

fn read_answer(mut socket: TcpStream) -> Option<Vec<u8>> {
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).ok()?;
    Some(answer)
}
