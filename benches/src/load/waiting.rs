//! Visitors who all connect, stand there in silence, and ask only then.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::http::{ANSWER, REQUEST};
use super::visits::{PATIENCE, await_start, connect};

/// How many of them got the right answer; one whom the server turned away did not.
pub(super) fn visit(server: SocketAddr, visitors: u64) -> io::Result<u64> {
    let mut all = Vec::new();
    for before in 0..visitors {
        let socket = connect(server, before)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        all.push(socket);
    }
    await_start()?;
    let asked: Vec<TcpStream> = all.into_iter().filter_map(ask).collect();
    Ok(asked.into_iter().filter_map(answered).count() as u64)
}

fn ask(mut socket: TcpStream) -> Option<TcpStream> {
    socket.write_all(REQUEST).ok()?;
    Some(socket)
}

fn answered(mut socket: TcpStream) -> Option<()> {
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).ok()?;
    (answer == ANSWER).then_some(())
}
