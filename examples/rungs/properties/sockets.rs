//! Rung 6: the thread waits for sockets, too.

use std::cell::Cell;
use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::kit::*;

/// A listener at a free port, and its address.
async fn door<S: Sockets>() -> (S::Listener, SocketAddr) {
    let listener = S::bind("127.0.0.1:0").await.unwrap();
    let address = S::local_addr(&listener).unwrap();
    (listener, address)
}

/// Visits `address` once there were more than `polls` polls, and says hello.
pub(super) fn visit_after(
    polls: usize,
    counted: &Arc<AtomicUsize>,
    address: SocketAddr,
) -> JoinHandle<()> {
    let counted = Arc::clone(counted);
    thread::spawn(move || {
        while counted.load(Ordering::Acquire) <= polls {
            thread::yield_now();
        }
        TcpStream::connect(address).unwrap().write_all(b"hello").unwrap();
    })
}

/// Lets a visitor in, who comes after the first poll of this. Returns how often that was polled.
async fn visited<T>(accept: impl Future<Output = io::Result<T>>, at: SocketAddr) -> usize {
    let polls = Arc::new(AtomicUsize::new(0));
    visit_after(0, &polls, at);
    let_in(accept, &polls).await;
    polls.load(Ordering::Acquire)
}

/// Lets a visitor in, and counts the polls of this.
async fn let_in<T>(accept: impl Future<Output = io::Result<T>>, polls: &AtomicUsize) {
    let mut accept = pin!(accept);
    poll_fn(|cx| {
        let poll = accept.as_mut().poll(cx);
        polls.fetch_add(1, Ordering::AcqRel);
        poll
    })
    .await
    .unwrap();
}

pub(super) fn a_wait_for_a_visitor<S: Sockets>() {
    let polls = S::block_on(async {
        let (listener, address) = door::<S>().await;
        visited(S::accept(&listener), address).await
    });
    assert_eq!(polls, 2, "polls of `accept`, if the visitor comes after the first poll");
}

pub(super) fn more_than_fits<S: Sockets>() {
    const BYTES: usize = 251 << 18; // in many pieces, whatever room a socket has
    S::block_on(async {
        let (listener, address) = door::<S>().await;
        let (begin, begins) = mpsc::channel();
        let at_the_end = begin.clone();
        let visitor = thread::spawn(move || {
            let (stream, mut all) = (TcpStream::connect(address).unwrap(), Vec::new());
            begins.recv().unwrap();
            stream.take(BYTES as u64 + 1).read_to_end(&mut all).unwrap();
            all
        });
        // No two pieces alike.
        let bytes = (0..=250).collect::<Vec<u8>>().repeat(BYTES / 251);
        let (mut stream, _) = S::accept(&listener).await.unwrap();
        let empty = S::write_all(&mut stream, &[]).await;
        assert!(
            empty.is_ok(),
            "`write_all` of no bytes gives {empty:?}, although nothing is left to write"
        );
        // It has its turn while the write waits, and only then the visitor reads.
        S::spawn(async move { begin.send(()).unwrap() });
        let written = S::write_all(&mut stream, &bytes).await;
        let _ = at_the_end.send(()); // all was written at once?
        drop(stream);
        let came = visitor.join().unwrap();
        written.unwrap();
        assert_eq!(came.len(), BYTES, "bytes that arrive after `write_all`");
        assert!(came == bytes, "the bytes that arrive differ from those written");
    });
}

pub(super) fn a_sleep_beside_a_socket<S: Sockets>() {
    S::block_on(async {
        S::spawn(async {
            let (listener, _) = door::<S>().await;
            let _ = S::accept(&listener).await;
        });
        yield_now().await;
        S::sleep(Duration::from_millis(5)).await;
    });
}

pub(super) fn a_visitor_beside_a_sleep<S: Sockets>() {
    S::block_on(async {
        S::spawn(S::sleep(Duration::from_hours(1)));
        yield_now().await;
        let (listener, address) = door::<S>().await;
        visited(S::accept(&listener), address).await;
    });
}

pub(super) fn a_visitor_beside_work<S: Sockets>() {
    const ENOUGH: usize = 5_000;
    let turns = Rc::new(Cell::new(0));
    let counted = Rc::clone(&turns);
    S::block_on(async {
        let (listener, address) = door::<S>().await;
        let polls = Arc::default();
        let visitor = visit_after(0, &polls, address);
        S::spawn(async move {
            while counted.get() < ENOUGH {
                // Only from then on: when that thread gets its turn is the system's matter.
                counted.set(counted.get() + usize::from(visitor.is_finished()));
                yield_now().await;
            }
        });
        let_in(S::accept(&listener), &polls).await;
    });
    assert!(turns.get() < ENOUGH, "a visitor is let in only when no other task is ready");
}

/// The visitor says its next word when the last one was answered.
pub(super) fn a_conversation<S: Sockets>() {
    const WORDS: u8 = 20;
    S::block_on(async {
        let (listener, address) = door::<S>().await;
        let visitor = thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            for word in 0..WORDS {
                thread::yield_now();
                stream.write_all(&[word]).unwrap();
                let mut answer = [0];
                stream.read_exact(&mut answer).unwrap();
                assert_eq!(answer, [word], "what was answered");
            }
            stream.local_addr().unwrap()
        });
        let (mut stream, from) = S::accept(&listener).await.unwrap();
        for word in 0..WORDS {
            let mut said = [0; 9]; // more room than there are bytes
            assert_eq!(S::read(&mut stream, &mut said).await.unwrap(), 1, "bytes of one word");
            assert_eq!(said[0], word, "what was said");
            S::write_all(&mut stream, &said[..1]).await.unwrap();
        }
        assert_eq!(from, visitor.join().unwrap(), "the address that `accept` gives");
        assert_eq!(S::read(&mut stream, &mut [0]).await.unwrap(), 0, "bytes when it has gone");
    });
}

pub(super) fn five_at_one_door<S: Sockets>() {
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
            let (listener, address) = door::<S>().await;
            let listener = Rc::new(listener);
            for _ in 0..at_each {
                addresses.push(address);
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

pub(super) fn the_task_that_asked_last<S: Sockets>() {
    let (first, _) = caller();
    S::block_on(async {
        let (listener, address) = door::<S>().await;
        let mut accept = pin!(S::accept(&listener));
        assert!(poll(accept.as_mut(), &first).is_pending(), "there is no visitor yet");
        visited(accept, address).await;
    });
}

pub(super) fn an_error_is_told<S: Sockets>() {
    S::block_on(async {
        let (listener, address) = door::<S>().await;
        assert!(S::bind(&address.to_string()).await.is_err(), "an address that is taken was bound");
        drop(TcpStream::connect(address).unwrap());
        let (mut stream, _) = S::accept(&listener).await.unwrap();
        let mut pieces = 0;
        while S::write_all(&mut stream, &[7; 4_096]).await.is_ok() {
            pieces += 1;
            assert!(pieces < 1_000, "four megabytes were written to a visitor who has gone");
            S::sleep(Duration::from_millis(1)).await;
        }
    });
}

pub(super) fn a_dropped_socket<S: Sockets>() {
    let (waker, caller) = caller();
    S::block_on(async {
        let (listener, _) = door::<S>().await;
        {
            let mut accept = pin!(S::accept(&listener));
            for _ in 0..9 {
                assert!(poll(accept.as_mut(), &waker).is_pending(), "there is no visitor");
                let kept = clones_of(&caller);
                assert_eq!(kept, 1, "wakers kept for one task that polls again and again");
            }
        }
        drop(listener);
        assert_eq!(clones_of(&caller), 0, "wakers that a dropped socket leaves behind");
    });
}
