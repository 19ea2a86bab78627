//! TCP on other threads, under other executors, and after the end of its runtime.

use super::tcp::{beside_a_running_runtime, park_block_on};
use crate::common::engine::{connected, panic_of, runtime};
use crate::help::{Polled, says};
use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream, lookup_host};

// ---- other threads, other runtimes --------------------------------------------------------------

/// Echoes what comes until the end.
async fn echo(mut stream: TcpStream) -> usize {
    let (mut total, mut buf) = (0, [0; 1024]);
    loop {
        let n = stream.read(&mut buf).await.unwrap();
        if n == 0 {
            return total;
        }
        stream.write_all(&buf[..n]).await.unwrap();
        total += n;
    }
}

fn ask(address: SocketAddr) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        for _ in 0..100 {
            stream.write_all(b"hello").unwrap();
            stream.read_exact(&mut [0; 5]).unwrap();
        }
    })
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio's accept wants a runtime entered on the thread that polls")]
fn sockets_under_a_foreign_executor() {
    beside_a_running_runtime(|runtime| {
        let listener = {
            let _current = runtime.enter();
            park_block_on(TcpListener::bind("127.0.0.1:0")).unwrap()
        };
        let far = ask(listener.local_addr().unwrap());
        // No runtime is current here: what is accepted belongs to the listener's.
        let stream = park_block_on(listener.accept()).unwrap().0;
        assert_eq!(park_block_on(echo(stream)), 500);
        far.join().unwrap();
    });
}

#[test]
fn a_socket_is_used_while_no_thread_drives_its_runtime() {
    let runtime = runtime();
    let (near, mut far) = runtime.block_on(connected());
    // Nobody reports anything now; what need not wait works.
    far.write_all(b"hello").unwrap();
    let mut buf = [0; 8];
    let n = loop {
        match near.try_read(&mut buf) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                runtime.block_on(near.readable()).unwrap();
            }
            result => break result.unwrap(),
        }
    };
    assert_eq!(&buf[..n], b"hello");
}

#[test]
#[cfg_attr(on_tokio, ignore = "in tokio a socket can do nothing after its runtime's end")]
fn the_end_of_a_runtime_is_an_error_for_who_waits_elsewhere() {
    let runtime = runtime();
    let (mut near, mut far) = runtime.block_on(connected());
    let (waits, is_waiting) = std::sync::mpsc::channel();
    let waiter = thread::spawn(move || {
        let mut reported = false;
        let mut buf = [0; 8];
        let error = {
            let mut read = pin!(near.read(&mut buf));
            park_block_on(poll_fn(|cx| {
                let polled = read.as_mut().poll(cx);
                if polled.is_pending() && !std::mem::replace(&mut reported, true) {
                    waits.send(()).unwrap();
                }
                polled
            }))
            .unwrap_err()
        };
        (error, near)
    });
    is_waiting.recv().unwrap();
    drop(runtime);
    let (error, mut near) = waiter.join().unwrap();
    assert_eq!(error.kind(), ErrorKind::Other);
    assert!(says(&error.to_string(), "shut down"), "{error}");
    // The connection still stands.
    park_block_on(near.write_all(b"still there")).unwrap();
    far.read_exact(&mut [0; 11]).unwrap();
}

/// The same for one that waits until there is room.
#[test]
fn the_end_of_a_runtime_is_an_error_for_a_writer_that_waits_elsewhere() {
    let runtime = runtime();
    let (near, far) = runtime.block_on(connected());
    let much = vec![0; 1 << 16];
    while near.try_write(&much).is_ok() {}
    let mut waiting = Polled::new(near.writable());
    waiting.pending();
    drop(runtime);
    assert_eq!(waiting.wakes(), 1, "it is told");
    let error = waiting.ready().unwrap_err();
    assert!(says(&error.to_string(), "shut down"), "{error}");
    drop(far);
}

#[test]
fn no_runtime_is_said_in_words() {
    let no_runtime = |future: &mut dyn FnMut()| {
        assert!(says(&panic_of(future), "there is no runtime here"));
    };
    no_runtime(&mut || drop(park_block_on(TcpListener::bind("127.0.0.1:0"))));
    no_runtime(&mut || drop(park_block_on(lookup_host("localhost:80")).map(Iterator::count)));
    no_runtime(&mut || {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        drop(TcpListener::from_std(listener));
    });
}

// ---- many ---------------------------------------------------------------------------------------

/// Threads that share a listener, wait, give up and come again, while the runtime reports to them.
#[test]
#[cfg_attr(on_tokio, ignore = "tokio's accept wants a runtime entered on the thread that polls")]
fn many_threads_on_the_sockets_of_one_runtime() {
    const THREADS: usize = 4;
    const ROUNDS: usize = 100;
    beside_a_running_runtime(|runtime| {
        let _current = runtime.enter();
        let listener = park_block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let mut total = 0;
                    for _ in 0..ROUNDS {
                        // One that gives up: its place in the list goes with it.
                        let mut given_up = pin!(listener.accept());
                        let mut cx = Context::from_waker(Waker::noop());
                        if let Poll::Ready(early) = given_up.as_mut().poll(&mut cx) {
                            total += park_block_on(echo(early.unwrap().0));
                        } else {
                            total +=
                                park_block_on(echo(park_block_on(listener.accept()).unwrap().0));
                        }
                    }
                    assert_eq!(total, ROUNDS * 5);
                });
                scope.spawn(|| {
                    let _current = runtime.enter();
                    for _ in 0..ROUNDS {
                        park_block_on(async {
                            let mut near = TcpStream::connect(address).await.unwrap();
                            near.write_all(b"hello").await.unwrap();
                            near.read_exact(&mut [0; 5]).await.unwrap();
                        });
                    }
                });
            }
        });
    });
}
