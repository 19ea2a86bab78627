//! Visitors who each send 64 bytes, wait until the same have come back, and send the next.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::visits::{Visits, await_start, connect, poll, wrong};
use crate::sample::quantile;

const LENGTH: usize = 64;

struct Visitor {
    socket: TcpStream,
    /// How many trips it still makes.
    left: u64,
    sent: [u8; LENGTH],
    /// How much of that has come back.
    back: usize,
    /// When it was sent.
    begun: Instant,
}

pub(super) fn visit(server: SocketAddr, visitors: u64, trips: u64) -> io::Result<Visits> {
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
    let (mut events, mut made) = (Events::with_capacity(1024), Vec::new());
    while (made.len() as u64) < visitors * trips {
        poll(&mut selector, &mut events)?;
        for event in &events {
            made.extend(all[event.token().0].receive()?);
        }
    }
    let count = made.len() as u64;
    let took = (quantile(&mut made, (1, 2)), quantile(&mut made, (99, 100)));
    Ok(Visits { count, took: Some(took) })
}

impl Visitor {
    fn connect(server: SocketAddr, number: u64, trips: u64) -> io::Result<Visitor> {
        let socket = connect(server, number)?;
        socket.set_nonblocking(true)?;
        socket.set_nodelay(true)?;
        let mut sent = [0; LENGTH];
        sent[..8].copy_from_slice(&number.to_le_bytes());
        Ok(Visitor {
            socket: TcpStream::from_std(socket),
            left: trips,
            sent,
            back: 0,
            begun: Instant::now(),
        })
    }

    fn send(&mut self) -> io::Result<()> {
        self.back = 0;
        self.begun = Instant::now();
        // No two trips send the same.
        self.sent[8..16].copy_from_slice(&self.left.to_le_bytes());
        self.sent[LENGTH - 1] = self.sent[8] ^ self.sent[0];
        let written = self.socket.write(&self.sent)?;
        if written == LENGTH { Ok(()) } else { Err(wrong("64 bytes did not fit the socket")) }
    }

    /// Takes what is there. At the end of a trip: how many microseconds it took, and the next one
    /// has begun.
    fn receive(&mut self) -> io::Result<Option<f64>> {
        let mut buffer = [0; LENGTH];
        loop {
            let length = match self.socket.read(&mut buffer[self.back..]) {
                // The socket of a visitor who is done has nothing more to tell.
                Ok(0) if self.left == 0 => return Ok(None),
                Ok(0) => return Err(wrong("the server hung up")),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error),
            };
            let part = self.back..self.back + length;
            if self.left == 0 || buffer[part.clone()] != self.sent[part.clone()] {
                return Err(wrong("the echo is not what was sent"));
            }
            self.back = part.end;
            if self.back == LENGTH {
                let took = self.begun.elapsed().as_secs_f64() * 1e6;
                self.left -= 1;
                if self.left > 0 {
                    self.send()?;
                }
                return Ok(Some(took));
            }
        }
    }
}
