//! A visitor who takes what the server sends, and one who sends it round through the server.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;

use super::visits::{PATIENCE, await_start, wrong};

/// What is written at once.
pub(crate) const PIECE: usize = 64 * 1024;

/// The bytes of one piece; the stream repeats them, so each byte is known by its place.
pub(crate) fn piece() -> Vec<u8> {
    (0..PIECE).map(|place| u8::try_from(place % 251).unwrap_or(0)).collect()
}

/// Takes so many bytes.
pub(super) fn drink(server: SocketAddr, bytes: u64) -> io::Result<u64> {
    let socket = connect(server)?;
    await_start()?;
    take(socket, bytes)
}

/// Sends so many bytes into one socket and takes them out of the other.
pub(super) fn pump(server: SocketAddr, bytes: u64) -> io::Result<u64> {
    let (mut to, from) = (connect(server)?, connect(server)?);
    await_start()?;
    let sender = thread::spawn(move || {
        let piece = piece();
        let mut pieces = 0..bytes / PIECE as u64;
        pieces.try_for_each(|_| to.write_all(&piece))
    });
    let taken = take(from, bytes)?;
    sender.join().expect("the sender does not panic")?;
    Ok(taken)
}

fn connect(server: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpStream::connect(server)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    Ok(socket)
}

/// Reads to the end, and compares each byte.
fn take(mut socket: TcpStream, bytes: u64) -> io::Result<u64> {
    let expected = piece();
    let mut buffer = vec![0; PIECE];
    let (mut taken, mut place) = (0, 0);
    loop {
        let length = socket.read(&mut buffer[place..])?;
        if length == 0 {
            break;
        }
        let part = place..place + length;
        if buffer[part.clone()] != expected[part.clone()] {
            return Err(wrong("another byte than was sent"));
        }
        place = part.end % PIECE;
        taken += length as u64;
    }
    if taken == bytes { Ok(taken) } else { Err(wrong("not all bytes came")) }
}
