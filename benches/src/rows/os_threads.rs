//! What do threads of the system cost, in the place of tasks?
//!
//! They are compared with the same rows of tasks, and use only the standard library: [`ping_pong`]
//! with `rows/table/channel.rs`, [`waiting`] with `rows/table/waiting.rs`.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use crate::load::{ANSWER, Load};
use crate::sample::{Clock, Sample, float, resident_bytes, sum_below};

/// Two threads answer each other over channels of the standard library.
pub(crate) fn ping_pong(trips: u64) -> Sample {
    let (to_echo, at_echo) = sync_channel::<u64>(1);
    let (to_caller, at_caller) = sync_channel::<u64>(1);
    let echo = thread::spawn(move || {
        for _ in 0..trips {
            let message = at_echo.recv().expect("the caller sends");
            to_caller.send(message + 1).expect("the caller listens");
        }
    });
    let clock = Clock::start();
    let mut sum = 0;
    for trip in 0..trips {
        to_echo.send(trip).expect("the echo listens");
        sum += at_caller.recv().expect("the echo answers");
    }
    let sample = clock.stop(trips);
    echo.join().expect("the echo");
    assert_eq!(sum, sum_below(trips + 1), "each answer is one more");
    sample
}

/// Silent connections, with a thread for each. The memory is the process's own, without the stack
/// that the kernel keeps for each thread.
pub(crate) fn waiting(clients: u64) -> Sample {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    let (started, starts) = channel();
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
