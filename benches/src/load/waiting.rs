//! How do clients ("visitors") show what a silent connection costs?
//!
//! All of them connect first and send nothing; on a signal, all send a request.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::http::{ANSWER, REQUEST};
use super::visits::{PATIENCE, await_start, connect};

/// Returns how many got the right answer. A client that the server refused gets none.
pub(super) fn visit(server: SocketAddr, visitors: u64) -> io::Result<u64> {
    let mut all = Vec::new();
    for before in 0..visitors {
        let socket = connect(server, before)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        all.push(socket);
    }
    await_start()?;
    let waiting: Vec<TcpStream> = all.into_iter().filter_map(send_request).collect();
    Ok(waiting.into_iter().filter_map(read_answer).count() as u64)
}

fn send_request(mut socket: TcpStream) -> Option<TcpStream> {
    socket.write_all(REQUEST).ok()?;
    Some(socket)
}

fn read_answer(mut socket: TcpStream) -> Option<()> {
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).ok()?;
    (answer == ANSWER).then_some(())
}
