//! Visitors who each connect, ask, read the answer to its end, and come again.

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
    asked: bool,
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
        let mut visit = Visit { socket, asked: false, answer: Vec::new() };
        // On this machine a connection stands at once: whether the server finds the request there
        // is not left to chance.
        visit.ask()?;
        Ok(visit)
    }

    /// Sends the request, if the connection stands.
    fn ask(&mut self) -> io::Result<bool> {
        match self.socket.write(REQUEST) {
            Ok(written) if written == REQUEST.len() => self.asked = true,
            Ok(_) => return Err(wrong("the request did not fit the socket")),
            Err(error) if not_yet(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(self.asked)
    }

    /// Goes on as far as it gets: is it over?
    fn proceed(&mut self) -> io::Result<bool> {
        if !self.asked && !self.ask()? {
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
