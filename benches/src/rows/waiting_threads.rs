//! What does a silent visitor cost who has a thread of his own?
//!
//! As `waiting.rs`, with nothing but the standard library. The memory is what the process has: the
//! stack that the system itself keeps for each thread is not in it.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use crate::load::{ANSWER, Load};
use crate::sample::{Clock, Sample, float, resident_bytes};

pub(crate) fn waiting(visitors: u64) -> Sample {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    let (tell, told) = mpsc::channel();
    let before = resident_bytes();
    let mut load = Load::start("waiting", address, &[visitors]);
    let clock = Clock::start();
    let mut handles = Vec::new();
    for _ in 0..visitors {
        let (socket, _) = listener.accept().expect("a visitor");
        let tell = tell.clone();
        let thread = thread::Builder::new().spawn(move || {
            tell.send(()).expect("the server listens");
            answer(socket)
        });
        // A visitor without a thread goes without an answer.
        handles.extend(thread);
    }
    for _ in &handles {
        told.recv().expect("each thread begins");
    }
    let start_up = clock.stop(visitors).value;
    let resident = resident_bytes().saturating_sub(before);
    let clock = Clock::start();
    load.go();
    let threads = handles.len() as u64;
    for handle in handles {
        handle.join().expect("no thread panics").expect("a visitor talks");
    }
    let answering = clock.stop(visitors).value;
    let answers = load.finish();
    assert_eq!(answers, threads);
    Sample::new(float(resident) / float(visitors))
        .with("start-up ns", start_up)
        .with("answer ns", answering)
        .with("answers", float(answers))
}

fn answer(mut socket: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    let length = socket.read(&mut buffer)?;
    assert!(length > 0);
    socket.write_all(ANSWER)
}
