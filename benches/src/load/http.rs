//! How do clients ("visitors") load an HTTP server?
//!
//! Each connects, sends a request, reads the answer to its end, and connects again.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::visits::{await_start, poll, wrong};

pub(crate) const REQUEST: &[u8] =
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kettle-bench\r\nAccept: */*\r\n\r\n";
pub(crate) const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\n\r\nHello from async Rust!";

struct Visit {
    socket: TcpStream,
    is_sent: bool,
    answer: Vec<u8>,
}

pub(super) fn visit(server: SocketAddr, visitors: u64, requests: u64) -> io::Result<u64> {
    let mut selector = Poll::new()?;
    await_start()?;
    let mut all = Vec::new();
    for _ in 0..visitors {
        all.push((Visit::begin(&selector, Token(all.len()), server)?, requests));
    }
    let (mut events, mut done) = (Events::with_capacity(1024), 0);
    while done < visitors * requests {
        poll(&mut selector, &mut events)?;
        for event in &events {
            let (visit, left) = &mut all[event.token().0];
            if *left > 0 && visit.proceed()? {
                done += 1;
                *left -= 1;
                if *left > 0 {
                    // The old socket is dropped, and with it leaves the selector.
                    *visit = Visit::begin(&selector, event.token(), server)?;
                }
            }
        }
    }
    Ok(done)
}

impl Visit {
    fn begin(selector: &Poll, token: Token, server: SocketAddr) -> io::Result<Visit> {
        let mut socket = TcpStream::connect(server)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        selector.registry().register(&mut socket, token, interest)?;
        let mut visit = Visit { socket, is_sent: false, answer: Vec::new() };
        // On one machine a connection is established at once, so this always gets the request to
        // the server before it accepts.
        visit.send_request()?;
        Ok(visit)
    }

    /// Sends the request, if the connection is established.
    fn send_request(&mut self) -> io::Result<bool> {
        match self.socket.write(REQUEST) {
            Ok(written) if written == REQUEST.len() => self.is_sent = true,
            Ok(_) => return Err(wrong("the request did not fit the socket")),
            Err(error) if not_yet(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(self.is_sent)
    }

    /// Goes on as far as the socket lets it. Returns whether the visit is over.
    fn proceed(&mut self) -> io::Result<bool> {
        if !self.is_sent && !self.send_request()? {
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

fn not_yet(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected)
}
