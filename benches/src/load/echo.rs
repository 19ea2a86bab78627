//! How do clients ("visitors") load an echo server?
//!
//! Each sends 64 bytes, waits until the same bytes have come back, and sends the next.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::visits::{await_start, connect, poll, wrong};

const LENGTH: usize = 64;

struct Visitor {
    socket: TcpStream,
    /// How many round trips it still has to make.
    left: u64,
    sent: [u8; LENGTH],
    /// How many bytes of that have come back.
    back: usize,
}

pub(super) fn visit(server: SocketAddr, visitors: u64, trips: u64) -> io::Result<u64> {
    let mut selector = Poll::new()?;
    let mut all = Vec::new();
    for number in 0..visitors {
        let mut visitor = Visitor::connect(server, number, trips)?;
        let token = Token(all.len());
        selector.registry().register(&mut visitor.socket, token, Interest::READABLE)?;
        all.push(visitor);
    }
    await_start()?;
    for visitor in &mut all {
        visitor.send()?;
    }
    let (mut events, mut made) = (Events::with_capacity(1024), 0);
    while made < visitors * trips {
        poll(&mut selector, &mut events)?;
        for event in &events {
            made += u64::from(all[event.token().0].receive()?);
        }
    }
    Ok(made)
}

impl Visitor {
    fn connect(server: SocketAddr, number: u64, trips: u64) -> io::Result<Visitor> {
        let socket = connect(server, number)?;
        socket.set_nonblocking(true)?;
        socket.set_nodelay(true)?;
        let mut sent = [0; LENGTH];
        sent[..8].copy_from_slice(&number.to_le_bytes());
        Ok(Visitor { socket: TcpStream::from_std(socket), left: trips, sent, back: 0 })
    }

    fn send(&mut self) -> io::Result<()> {
        self.back = 0;
        // No two trips send the same bytes.
        self.sent[8..16].copy_from_slice(&self.left.to_le_bytes());
        self.sent[LENGTH - 1] = self.sent[8] ^ self.sent[0];
        let written = self.socket.write(&self.sent)?;
        if written == LENGTH { Ok(()) } else { Err(wrong("64 bytes did not fit the socket")) }
    }

    /// Reads what is there. Returns whether a round trip ended; then the next one has begun.
    fn receive(&mut self) -> io::Result<bool> {
        let mut buffer = [0; LENGTH];
        loop {
            let length = match self.socket.read(&mut buffer[self.back..]) {
                // The socket of a visitor who is done has nothing more to tell.
                Ok(0) if self.left == 0 => return Ok(false),
                Ok(0) => return Err(wrong("the server hung up")),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            };
            let part = self.back..self.back + length;
            if self.left == 0 || buffer[part.clone()] != self.sent[part.clone()] {
                return Err(wrong("the echo is not what was sent"));
            }
            self.back = part.end;
            if self.back == LENGTH {
                self.left -= 1;
                if self.left > 0 {
                    self.send()?;
                }
                return Ok(true);
            }
        }
    }
}
