//! The round trips of `rows/echo.rs`, without a runtime.

use std::io::{self, ErrorKind, Read, Write};

use mio::net::TcpStream;

use super::server::{Server, Talk};
use crate::load::{Load, TRIPS};
use crate::sample::{Clock, Sample};

pub(crate) fn some(trips: u64) -> Sample {
    echo(64, trips)
}

pub(crate) fn among(connections: u64) -> Sample {
    echo(connections, TRIPS)
}

fn echo(connections: u64, trips: u64) -> Sample {
    let each = trips / connections;
    let (mut server, address) = Server::<Echo>::listen();
    let mut load = Load::start("echo", address, &[connections, each]);
    while server.come < connections {
        server.turn();
    }
    let clock = Clock::start();
    load.go();
    while server.gone < connections {
        server.turn();
    }
    let sample = clock.stop(connections * each);
    assert_eq!(server.bytes, connections * each * 64);
    assert_eq!(load.finish(), connections * each);
    sample
}

struct Echo {
    socket: TcpStream,
    bytes: u64,
}

impl Talk for Echo {
    fn begin(socket: TcpStream) -> Echo {
        Echo { socket, bytes: 0 }
    }

    fn socket(&mut self) -> &mut TcpStream {
        &mut self.socket
    }

    fn proceed(&mut self) -> io::Result<Option<u64>> {
        let mut buffer = [0; 1024];
        loop {
            let length = match self.socket.read(&mut buffer) {
                Ok(0) => return Ok(Some(self.bytes)),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) => return Err(error),
            };
            // 64 bytes always fit: the visitor waits for them.
            self.socket.write_all(&buffer[..length])?;
            self.bytes += length as u64;
            if length < buffer.len() {
                // There was no more: the next bytes are a new event.
                return Ok(None);
            }
        }
    }
}
