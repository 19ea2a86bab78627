//! The sending of `rows/stream.rs`, without a runtime: a socket that blocks is the limit here.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};

use crate::load::{Load, PIECE, piece};
use crate::sample::{Clock, Sample};

/// What the runtimes' `copy` moves at once.
pub(crate) const BUFFER: usize = 8 * 1024;

pub(crate) fn send(pieces: u64) -> Sample {
    let (listener, mut load) = listen("drink", pieces);
    let (mut socket, _) = listener.accept().expect("a visitor");
    let piece = piece();
    let clock = Clock::start();
    load.go();
    for _ in 0..pieces {
        socket.write_all(&piece).expect("a visitor listens");
    }
    drop(socket);
    let sample = clock.stop(pieces);
    assert_eq!(load.finish(), pieces * PIECE as u64);
    sample
}

pub(crate) fn pass_on(pieces: u64) -> Sample {
    let (listener, mut load) = listen("pump", pieces);
    let (mut from, _) = listener.accept().expect("a visitor");
    let (mut to, _) = listener.accept().expect("his other socket");
    let mut buffer = vec![0; BUFFER];
    let mut bytes = 0;
    let clock = Clock::start();
    load.go();
    loop {
        let length = from.read(&mut buffer).expect("a visitor speaks");
        if length == 0 {
            break;
        }
        to.write_all(&buffer[..length]).expect("a visitor listens");
        bytes += length as u64;
    }
    drop((from, to));
    let sample = clock.stop(pieces);
    assert_eq!(bytes, pieces * PIECE as u64);
    assert_eq!(load.finish(), bytes);
    sample
}

fn listen(kind: &str, pieces: u64) -> (TcpListener, Load) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    (listener, Load::start(kind, address, &[pieces * PIECE as u64]))
}
