//! TCP on other threads, under other executors, and after the end of its runtime.

use crate::common::engine::{connected, panic_of, runtime, waker_that};
use crate::help::says;
use std::future::{pending, poll_fn};
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::pin::pin;
use std::task::{Context, Poll};
use std::thread;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream, lookup_host};
use kettle::runtime::Runtime;

/// A foreign executor: a thread that parks.
fn park_block_on<F: Future>(future: F) -> F::Output {
    let this = thread::current();
    let waker = waker_that(move || this.unpark());
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// A runtime that runs on a thread of its own until the function returns.
fn beside_a_running_runtime<R>(f: impl FnOnce(&Runtime) -> R) -> R {
    let runtime = runtime();
    let gate = runtime.spawn(pending::<()>());
    let open = gate.abort_handle();
    thread::scope(|scope| {
        scope.spawn(|| assert!(runtime.block_on(gate).unwrap_err().is_cancelled()));
        // Also if it panics: the thread must end.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(&runtime)));
        open.abort();
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

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

#[test]
fn no_runtime_is_said_in_words() {
    let no_runtime = |future: &mut dyn FnMut()| {
        assert!(says(&panic_of(future), "there is no runtime here"));
    };
    no_runtime(&mut || drop(park_block_on(TcpListener::bind("127.0.0.1:0"))));
    no_runtime(&mut || drop(park_block_on(lookup_host("localhost:80")).map(Iterator::count)));
}
