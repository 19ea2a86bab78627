//! How do clients load an HTTP server?
//!
//! [`run`]: each of them connects, sends a request, reads the answer to its end, and connects again
//! for its next request. Connecting is part of what is measured, so no client connects before the
//! signal to begin.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;
use mio::{Interest, Poll, Token};

use super::client::{await_start, drive, wrong};

pub(crate) const REQUEST: &[u8] =
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kettle-bench\r\nAccept: */*\r\n\r\n";
pub(crate) const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\n\r\nHello from async Rust!";

struct Client {
    exchange: Exchange,
    /// How many requests still have no answer.
    requests_left: u64,
}

/// A connection, with one request and its answer.
struct Exchange {
    socket: TcpStream,
    is_sent: bool,
    answer: Vec<u8>,
}

/// Returns the number of correct answers.
pub(super) fn run(server: SocketAddr, clients: u64, requests: u64) -> io::Result<u64> {
    let mut selector = Poll::new()?;
    await_start()?;
    let mut connected = Vec::new();
    for _ in 0..clients {
        let token = Token(connected.len());
        let exchange = Exchange::begin(&selector, token, server)?;
        connected.push(Client { exchange, requests_left: requests });
    }
    drive(&mut selector, clients * requests, |selector, token| {
        let client = &mut connected[token.0];
        // A client with all its answers keeps its last socket, which may be reported once more.
        if client.requests_left == 0 || !client.exchange.proceed()? {
            return Ok(false);
        }
        client.requests_left -= 1;
        if client.requests_left > 0 {
            // This drops the old socket, which leaves the selector.
            client.exchange = Exchange::begin(selector, token, server)?;
        }
        Ok(true)
    })
}

impl Exchange {
    fn begin(selector: &Poll, token: Token, server: SocketAddr) -> io::Result<Exchange> {
        let mut socket = TcpStream::connect(server)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        selector.registry().register(&mut socket, token, interest)?;
        let mut exchange = Exchange { socket, is_sent: false, answer: Vec::new() };
        // Within one machine a connection is established at once. So the request is sent now, and
        // is there when the server accepts. Otherwise `proceed` would send it later.
        exchange.send_request()?;
        Ok(exchange)
    }

    /// Sends the request, if the connection is established by now.
    fn send_request(&mut self) -> io::Result<()> {
        match self.socket.write(REQUEST) {
            Ok(written) if written == REQUEST.len() => self.is_sent = true,
            Ok(_) => return Err(wrong("the request did not fit the socket")),
            // It isn't connected yet.
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Writes and reads until the socket would block. Returns whether the answer is complete.
    fn proceed(&mut self) -> io::Result<bool> {
        if !self.is_sent {
            self.send_request()?;
        }
        if !self.is_sent {
            return Ok(false);
        }
        let mut buffer = [0; 1024];
        loop {
            match self.socket.read(&mut buffer) {
                Ok(0) if self.answer == ANSWER => return Ok(true),
                Ok(0) => return Err(wrong("the answer is not the right one")),
                Ok(length) => self.answer.extend_from_slice(&buffer[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
    }
}
