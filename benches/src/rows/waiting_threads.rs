//! What does a silent connection cost if it has a thread of its own?
//!
//! For comparison with the tasks of `rows/table/waiting.rs`; it uses only the standard library. The
//! memory is the process's own, without the stack that the kernel keeps for each thread.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use crate::load::{ANSWER, Load};
use crate::sample::{Clock, Sample, float, resident_bytes};

pub(crate) fn waiting(clients: u64) -> Sample {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    let (started, starts) = mpsc::channel();
    let before = resident_bytes();
    let mut load = Load::start("waiting", address, &[clients]);
    let clock = Clock::start();
    let mut handles = Vec::new();
    for _ in 0..clients {
        let (socket, _) = listener.accept().expect("a client connects");
        let started = started.clone();
        let thread = thread::Builder::new().spawn(move || {
            started.send(()).expect("the server listens");
            answer(socket)
        });
        // If no thread can be started, the client gets no answer.
        handles.extend(thread);
    }
    for _ in &handles {
        starts.recv().expect("each thread begins");
    }
    let start_up = clock.stop(clients).value;
    let resident = resident_bytes().saturating_sub(before);
    let clock = Clock::start();
    load.go();
    let threads = handles.len() as u64;
    for handle in handles {
        handle.join().expect("no thread panics").expect("the client sends and reads");
    }
    let answering = clock.stop(clients).value;
    let answers = load.finish();
    assert_eq!(answers, threads);
    Sample::new(float(resident) / float(clients))
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
