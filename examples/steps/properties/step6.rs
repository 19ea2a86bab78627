//! Step 6: the thread waits for sockets, too.

use std::cell::Cell;
use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::thread::{self};
use std::time::Duration;

use super::kit::*;
use super::step3::*;

pub fn step6<S: Sockets>() -> Vec<Property> {
    properties![
        a_wait_for_a_visitor "a wait for a visitor is two polls"
        what_a_visitor_says "what a visitor says can be read, and then its end"
        more_than_fits "a write that is too large for the socket waits until there is room"
        a_sleep_beside_a_socket "a sleep ends while another task waits for a socket"
    ]
}

/// Visits `address` once there were more than `polls` polls, and says hello.
pub(super) fn visit_after(polls: usize, counted: &Arc<AtomicUsize>, address: SocketAddr) {
    let counted = Arc::clone(counted);
    thread::spawn(move || {
        while counted.load(Ordering::Acquire) <= polls {
            thread::yield_now();
        }
        TcpStream::connect(address).unwrap().write_all(b"hello").unwrap();
    });
}

/// How often a task without a selector asks for a visitor, who comes after `unasked` polls.
pub fn polls_without_a_selector<S: Tasks>(unasked: usize) -> usize {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let polls = Arc::new(AtomicUsize::new(0));
    visit_after(unasked, &polls, listener.local_addr().unwrap());
    let _visitor = S::block_on(poll_fn(|cx| {
        polls.fetch_add(1, Ordering::AcqRel);
        match listener.accept() {
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                cx.waker().wake_by_ref(); // nothing else would
                Poll::Pending
            }
            accepted => Poll::Ready(accepted.unwrap().1),
        }
    }));
    polls.load(Ordering::Acquire)
}

pub(super) fn a_wait_for_a_visitor<S: Sockets>() {
    let polls = S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let polls = Arc::new(AtomicUsize::new(0));
        visit_after(0, &polls, S::local_addr(&listener).unwrap());
        let mut accept = pin!(S::accept(&listener));
        poll_fn(|cx| {
            let poll = accept.as_mut().poll(cx);
            polls.fetch_add(1, Ordering::AcqRel);
            poll
        })
        .await
        .unwrap();
        polls.load(Ordering::Acquire)
    });
    assert_eq!(polls, 2, "polls of `accept`, when the visitor comes after the first");
}

pub(super) fn what_a_visitor_says<S: Sockets>() {
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        visit_after(0, &Arc::new(AtomicUsize::new(1)), S::local_addr(&listener).unwrap());
        let mut stream = S::accept(&listener).await.unwrap();
        let (mut said, mut buffer) = (Vec::new(), [0; 8]);
        loop {
            match S::read(&mut stream, &mut buffer).await.unwrap() {
                0 => break,
                n => said.extend_from_slice(&buffer[..n]),
            }
        }
        assert_eq!(String::from_utf8_lossy(&said), "hello", "what was read until the end");
    });
}

pub(super) fn more_than_fits<S: Sockets>() {
    const BYTES: usize = 16 << 20;
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let address = S::local_addr(&listener).unwrap();
        let visitor = thread::spawn(move || {
            let mut all = Vec::new();
            TcpStream::connect(address).unwrap().read_to_end(&mut all).unwrap();
            all.len()
        });
        let mut stream = S::accept(&listener).await.unwrap();
        S::write_all(&mut stream, &vec![7; BYTES]).await.unwrap();
        drop(stream);
        assert_eq!(visitor.join().unwrap(), BYTES, "bytes that arrive");
    });
}

pub(super) fn a_sleep_beside_a_socket<S: Sockets>() {
    S::block_on(async {
        S::spawn(async {
            let listener = S::bind("127.0.0.1:0").await.unwrap();
            let _ = S::accept(&listener).await;
        });
        yield_now().await;
        S::sleep(Duration::from_millis(5)).await;
    });
}

/// Does `block_on` go on after a panic in a task?
pub fn goes_on_after_a_panic<S: Tasks>() -> bool {
    let went_on = Cell::new(false);
    let words = panics_in(|| {
        S::block_on(async {
            S::spawn(async { panic!("a part of the test") });
            yield_now().await;
            went_on.set(true);
        });
    });
    words.is_none() && went_on.get()
}
