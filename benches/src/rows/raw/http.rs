//! The visitors of `rows/http.rs`, without a runtime.

use std::io::{self, ErrorKind, Read, Write};

use mio::net::TcpStream;

use super::server::{Server, Talk};
use crate::load::{ANSWER, Load, REQUEST};
use crate::sample::{Clock, Sample};

pub(crate) fn some(requests: u64) -> Sample {
    http(32, requests)
}

fn http(visitors: u64, requests: u64) -> Sample {
    let each = requests / visitors;
    let requests = each * visitors;
    let (mut server, address) = Server::<Answer>::listen();
    let mut load = Load::start("http", address, &[visitors, each]);
    let clock = Clock::start();
    load.go();
    while server.gone < requests {
        server.turn();
    }
    let sample = clock.stop(requests);
    assert_eq!(server.bytes, requests * REQUEST.len() as u64);
    assert_eq!(load.finish(), requests);
    sample
}

struct Answer {
    socket: TcpStream,
}

impl Talk for Answer {
    fn begin(socket: TcpStream) -> Answer {
        Answer { socket }
    }

    fn socket(&mut self) -> &mut TcpStream {
        &mut self.socket
    }

    fn proceed(&mut self) -> io::Result<Option<u64>> {
        let mut buffer = [0; 1024];
        let length = match self.socket.read(&mut buffer) {
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error),
        };
        self.socket.write_all(ANSWER)?;
        Ok(Some(length as u64))
    }
}
