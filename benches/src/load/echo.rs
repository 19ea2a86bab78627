//! How do clients load an echo server?
//!
//! [`run`] connects all of them, and waits for the signal to begin, because only round trips are
//! measured. In a *round trip* a client sends 64 bytes, and waits until the same bytes have come
//! back.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;
use mio::{Interest, Poll, Token};

use super::client::{await_start, connect, drive, wrong};

/// How many bytes a round trip carries.
const LENGTH: usize = 64;

struct Client {
    socket: TcpStream,
    /// How many round trips it still has to make.
    trips_left: u64,
    /// What the current trip sends: the client's number, `trips_left`, zeros, and a check byte.
    sent: [u8; LENGTH],
    /// How many of the sent bytes have come back.
    received: usize,
}

/// Returns the number of correct round trips.
pub(super) fn run(server: SocketAddr, clients: u64, trips: u64) -> io::Result<u64> {
    let mut selector = Poll::new()?;
    let mut connected = Vec::new();
    for number in 0..clients {
        let mut client = Client::connect(server, number, trips)?;
        let token = Token(connected.len());
        selector.registry().register(&mut client.socket, token, Interest::READABLE)?;
        connected.push(client);
    }
    await_start()?;
    for client in &mut connected {
        client.send()?;
    }
    drive(&mut selector, clients * trips, |_, Token(number)| connected[number].receive())
}

impl Client {
    fn connect(server: SocketAddr, number: u64, trips: u64) -> io::Result<Client> {
        let socket = connect(server, number)?;
        socket.set_nonblocking(true)?;
        socket.set_nodelay(true)?;
        let mut sent = [0; LENGTH];
        sent[..8].copy_from_slice(&number.to_le_bytes());
        Ok(Client { socket: TcpStream::from_std(socket), trips_left: trips, sent, received: 0 })
    }

    /// Begins a round trip.
    fn send(&mut self) -> io::Result<()> {
        self.received = 0;
        // No two trips send the same bytes, so an old echo can't pass for the right one.
        self.sent[8..16].copy_from_slice(&self.trips_left.to_le_bytes());
        self.sent[LENGTH - 1] = self.sent[8] ^ self.sent[0];
        let written = self.socket.write(&self.sent)?;
        if written == LENGTH { Ok(()) } else { Err(wrong("64 bytes did not fit the socket")) }
    }

    /// Reads what has arrived. Returns whether a round trip ended; then the next one has begun.
    fn receive(&mut self) -> io::Result<bool> {
        let mut buffer = [0; LENGTH];
        loop {
            let length = match self.socket.read(&mut buffer[self.received..]) {
                // The server may close the connection of a client that has made all its trips.
                Ok(0) if self.trips_left == 0 => return Ok(false),
                Ok(0) => return Err(wrong("the server hung up")),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            };
            let part = self.received..self.received + length;
            if self.trips_left == 0 || buffer[part.clone()] != self.sent[part.clone()] {
                return Err(wrong("the echo is not what was sent"));
            }
            self.received = part.end;
            if self.received == LENGTH {
                self.trips_left -= 1;
                if self.trips_left > 0 {
                    self.send()?;
                }
                // mio reports only what newly arrives. All that was sent has come back, so the
                // next bytes of the server's will be new, and nothing is missed by returning.
                return Ok(true);
            }
        }
    }
}
