//! Step 6, when the selector has more than one thing to say in one look.

use std::cell::Cell;
use std::future::poll_fn;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::pin::pin;
use std::rc::Rc;
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use super::kit::*;

pub(super) fn five_at_one_door<S: Sockets>() {
    if_it_hangs("five tasks waited for one socket: was each one's waker kept beside the others'?");
    visitors_at_once::<S>(1, 5);
}

pub(super) fn many_doors<S: Sockets>() {
    visitors_at_once::<S>(70, 1);
}

/// So many visitors for each of so many sockets have come when the loop looks.
fn visitors_at_once<S: Sockets>(doors: usize, at_each: usize) {
    let let_in = Rc::new(Cell::new(0));
    S::block_on(async {
        let mut addresses = Vec::new();
        for _ in 0..doors {
            let listener = Rc::new(S::bind("127.0.0.1:0").await.unwrap());
            for _ in 0..at_each {
                addresses.push(S::local_addr(&listener).unwrap());
                let (listener, let_in) = (Rc::clone(&listener), Rc::clone(&let_in));
                S::spawn(async move {
                    S::accept(&listener).await.unwrap();
                    let_in.set(let_in.get() + 1);
                });
            }
        }
        yield_now().await;
        let connect = |address| TcpStream::connect(address).unwrap();
        let visitors: Vec<_> = addresses.into_iter().map(connect).collect();
        while let_in.get() < visitors.len() {
            S::sleep(Duration::from_millis(5)).await;
        }
    });
}

// On Linux each report of room says here that there is something to read, too. (Elsewhere it may be two reports.)
pub(super) fn a_write_beside_what_is_unread<S: Sockets>() {
    const BYTES: usize = 64 << 20; // in many pieces, whatever room a socket has
    if_it_hangs("there is room to write, and something to read: the task that writes is not woken");
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let address = S::local_addr(&listener).unwrap();
        let (begin, begins) = mpsc::channel();
        let visitor = thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"hello").unwrap();
            begins.recv().unwrap();
            stream.read_exact(&mut vec![0; BYTES]).unwrap();
        });
        let (mut stream, _) = S::accept(&listener).await.unwrap();
        // What the visitor has said is there, and four bytes of it stay there.
        assert_eq!(S::read(&mut stream, &mut [0]).await.unwrap(), 1, "bytes of one");
        // It has its turn while the write waits, and only then the visitor reads.
        S::spawn(async move { begin.send(()).unwrap() });
        S::write_all(&mut stream, &vec![7; BYTES]).await.unwrap();
        visitor.join().unwrap();
    });
}

pub(super) fn a_visitor_beside_an_unpark<S: Sockets>() {
    if_it_hangs("a visitor has come in the moment of another thread's wake, and is not let in");
    for _ in 0..5 {
        let let_in = Rc::new(Cell::new(false));
        let told = Rc::clone(&let_in);
        S::block_on(async {
            let listener = S::bind("127.0.0.1:0").await.unwrap();
            let address = S::local_addr(&listener).unwrap();
            S::spawn(async move {
                S::accept(&listener).await.unwrap();
                told.set(true);
            });
            yield_now().await;
            let mut visitor = None;
            // Before the loop looks again there is first the unpark, and then the visitor.
            poll_fn(|cx| {
                if visitor.is_some() {
                    return Poll::Ready(());
                }
                let waker = cx.waker().clone();
                thread::spawn(move || waker.wake()).join().unwrap();
                visitor = Some(TcpStream::connect(address).unwrap());
                Poll::Pending
            })
            .await;
            while !let_in.get() {
                S::sleep(Duration::from_millis(5)).await;
            }
        });
    }
}

pub(super) fn a_sleep_beside_news<S: Sockets>() {
    let [(sleeper, over), (reader, news)] = [caller(), caller()];
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let mut visitor = TcpStream::connect(S::local_addr(&listener).unwrap()).unwrap();
        let (mut stream, _) = S::accept(&listener).await.unwrap();
        let mut reads = |to: &mut [u8]| poll(pin!(S::read(&mut stream, to)), &reader).is_ready();
        let (mut sleeps, long) = (Vec::new(), Duration::from_millis(20));
        // When the loop looks after each of these turns, a sleep is over, and a byte has come.
        for _ in 0..3 {
            sleeps.push(Box::pin(S::sleep(long)));
            for sleep in &mut sleeps {
                _ = poll(sleep.as_mut(), &sleeper);
            }
            while reads(&mut [0; 9]) {}
            visitor.write_all(b"hi").unwrap();
            while !reads(&mut [0]) {}
            thread::sleep(long);
            yield_now().await;
        }
    });
    let are_called = [over, news].map(|caller| !caller.0.lock().unwrap().is_empty());
    let what = "was a waker of the sleeps called, and one of the socket? In each of three turns a sleep was over, and a \
                byte had come. (Each turn looks for both, whatever it finds of the other)";
    assert_eq!(are_called, [true; 2], "{what}");
}
