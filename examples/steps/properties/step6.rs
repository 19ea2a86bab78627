//! Step 6: the thread waits for sockets, too.

use std::cell::Cell;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Poll, Waker};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::kit::*;
use super::reports::*;
use super::step3::*;
use super::step5::spawning;

pub fn step6<S: Sockets>() -> Vec<Property> {
    properties![
        a_wait_for_a_visitor "a wait for a visitor is two polls"
        tried_first "what is there already is had in the first poll, and `accept` says who the visitor is"
        what_a_visitor_says "what a visitor says can be read, and then its end"
        more_than_fits "a write of nothing is done, and one that is too large for the socket waits until there is room"
        a_sleep_beside_a_socket "a sleep ends while another task waits for a socket"
        a_visitor_beside_a_sleep "a visitor is let in while another task sleeps for an hour"
        a_visitor_beside_work "a visitor is let in while a task gives way again and again"
        one_door_of_two "a visitor wakes the task that waits for it, and no other"
        a_new_door "a socket that is made when another was dropped is mistaken for none"
        a_conversation "a socket can be waited for again and again"
        the_wait_is_over "a task that has waited for a socket is not woken by what comes there later"
        five_at_one_door "of five tasks that wait for one socket all are woken"
        many_doors "of seventy tasks, each with a socket to which a visitor comes at the same time, all are woken"
        a_write_beside_what_is_unread "a write goes on, though something is there that no task reads"
        a_visitor_beside_an_unpark "a visitor is let in who comes in the moment of another thread's wake"
        a_sleep_beside_news "in each turn the sleeps that are over end, and the sockets are asked"
        a_signal "a signal that ends the wait of the system is no failure"
        the_task_that_asked_last "a socket wakes the task that polled it last"
        an_error_is_told "an address that is taken, and a peer that has gone, are errors and no panics"
        a_dropped_socket "a socket that is dropped leaves no waker behind"
    ]
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
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        visited(S::accept(&listener), S::local_addr(&listener).unwrap()).await
    });
    assert_eq!(polls, 2, "polls of `accept`, when the visitor comes after the first");
}

pub(super) fn tried_first<S: Sockets>() {
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let address = S::local_addr(&listener).unwrap();
        for _ in 0..2 {
            let mut visitor = TcpStream::connect(address).unwrap();
            let accept = || poll(pin!(S::accept(&listener)), Waker::noop());
            let (mut stream, from) = at_once::<S, _>("accept", accept).await;
            assert_eq!(from, visitor.local_addr().unwrap(), "the address that `accept` gives");
            visitor.write_all(b"hello").unwrap();
            let read = || poll(pin!(S::read(&mut stream, &mut [0; 9])), Waker::noop());
            let said = at_once::<S, _>("read", read).await;
            assert_eq!(said, 5, "bytes of five that a first poll of `read` gives");
        }
    });
}

/// What one of many first polls gives. (What a visitor does takes a moment to arrive.)
async fn at_once<S: Sockets, T>(
    what: &str,
    mut first_poll: impl FnMut() -> Poll<io::Result<T>>,
) -> T {
    for _ in 0..1_000 {
        if let Poll::Ready(came) = first_poll() {
            return came.unwrap();
        }
        S::sleep(Duration::from_millis(1)).await;
    }
    panic!("`{what}` is never ready in its first poll")
}

pub(super) fn what_a_visitor_says<S: Sockets>() {
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        visit_after(0, &Arc::new(AtomicUsize::new(1)), S::local_addr(&listener).unwrap());
        let (mut stream, _) = S::accept(&listener).await.unwrap();
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
    const BYTES: usize = 251 << 18; // in many pieces, whatever room a socket has
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let address = S::local_addr(&listener).unwrap();
        let (begin, begins) = mpsc::channel();
        let at_the_end = begin.clone();
        let visitor = thread::spawn(move || {
            let (stream, mut all) = (TcpStream::connect(address).unwrap(), Vec::new());
            begins.recv().unwrap();
            if_it_hangs(
                "the visitor reads, so there is room in the socket again, and `write_all` does not go on. Which event \
                 wakes a task that waits for room? Is the socket registered for that, too?",
            );
            stream.take(BYTES as u64 + 1).read_to_end(&mut all).unwrap();
            all
        });
        // No two pieces alike.
        let bytes = (0..=250).collect::<Vec<u8>>().repeat(BYTES / 251);
        let (mut stream, _) = S::accept(&listener).await.unwrap();
        let empty = S::write_all(&mut stream, &[]).await;
        assert!(empty.is_ok(), "`write_all` of no bytes gives {empty:?}: nothing is left to write");
        // It has its turn while the write waits, and only then the visitor reads.
        S::spawn(async move { begin.send(()).unwrap() });
        if_it_hangs(
            "`write_all` has more to write than there is room for, and another task does not get its turn",
        );
        let written = S::write_all(&mut stream, &bytes).await;
        if_it_hangs(
            "`write_all` is done, the stream was dropped, and the visitor does not see its end",
        );
        let _ = at_the_end.send(()); // all was written at once?
        drop(stream);
        let came = visitor.join().unwrap();
        assert!(came.len() <= BYTES, "more bytes arrive than there are: some were written twice");
        written.unwrap();
        let what = "bytes that arrive of those for which `write_all` gives `Ok`";
        assert_eq!(came.len(), BYTES, "{what}");
        assert!(came == bytes, "the bytes that arrive are not those written, in their order");
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

pub(super) fn a_visitor_beside_a_sleep<S: Sockets>() {
    S::block_on(async {
        S::spawn(S::sleep(Duration::from_hours(1)));
        yield_now().await;
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        visited(S::accept(&listener), S::local_addr(&listener).unwrap()).await;
    });
}

pub(super) fn a_visitor_beside_work<S: Sockets>() {
    const ENOUGH: usize = 5_000;
    let turns = Rc::new(Cell::new(0));
    let counted = Rc::clone(&turns);
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let polls = Arc::default();
        let visitor = visit_after(0, &polls, S::local_addr(&listener).unwrap());
        S::spawn(async move {
            while counted.get() < ENOUGH {
                // Only from then on: when the visitor's thread gets its turn is the system's matter.
                counted.set(counted.get() + usize::from(visitor.is_finished()));
                yield_now().await;
            }
        });
        let_in(S::accept(&listener), &polls).await;
    });
    assert!(turns.get() < ENOUGH, "a visitor is let in only when no other task is to be polled");
}

pub(super) fn one_door_of_two<S: Sockets>() {
    let polls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&polls);
    S::block_on(async {
        S::spawn(async move {
            let listener = S::bind("127.0.0.1:0").await.unwrap();
            let mut accept = pin!(S::accept(&listener));
            poll_fn(|cx| {
                counted.set(counted.get() + 1);
                accept.as_mut().poll(cx).map(drop)
            })
            .await;
        });
        yield_now().await;
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        visited(S::accept(&listener), S::local_addr(&listener).unwrap()).await;
        yield_now().await;
    });
    assert_eq!(polls.get(), 1, "polls of a task that waits at another door than the visitor's");
}

pub(super) fn a_new_door<S: Sockets>() {
    let let_in = Rc::new(Cell::new(false));
    let told = Rc::clone(&let_in);
    S::block_on(async {
        let (old, second) =
            (S::bind("127.0.0.1:0").await.unwrap(), S::bind("127.0.0.1:0").await.unwrap());
        let at_the_second = S::local_addr(&second).unwrap();
        S::spawn(async move {
            S::accept(&second).await.unwrap();
            told.set(true);
        });
        yield_now().await;
        drop(old);
        let new = S::bind("127.0.0.1:0").await.unwrap();
        visited(S::accept(&new), S::local_addr(&new).unwrap()).await;
        yield_now().await;
        assert!(!let_in.get(), "a visitor was let in at another door than its own");
        let _visitor = TcpStream::connect(at_the_second).unwrap();
        while !let_in.get() {
            S::sleep(Duration::from_millis(5)).await;
        }
    });
}

/// The visitor says its next word when the last one was answered.
pub(super) fn a_conversation<S: Sockets>() {
    const WORDS: u8 = 20;
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let address = S::local_addr(&listener).unwrap();
        let visitor = thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            for word in 0..WORDS {
                thread::yield_now();
                stream.write_all(&[word]).unwrap();
                let mut answer = [0];
                stream.read_exact(&mut answer).unwrap();
                assert_eq!(answer, [word], "what was answered");
            }
        });
        let (mut stream, _) = S::accept(&listener).await.unwrap();
        for word in 0..WORDS {
            let mut said = [0; 9]; // more room than there are bytes
            assert_eq!(S::read(&mut stream, &mut said).await.unwrap(), 1, "bytes of one word");
            assert_eq!(said[0], word, "what was said");
            S::write_all(&mut stream, &said[..1]).await.unwrap();
        }
        visitor.join().unwrap();
    });
}

pub(super) fn the_wait_is_over<S: Sockets>() {
    let mut polls = 0;
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let address = S::local_addr(&listener).unwrap();
        visited(S::accept(&listener), address).await;
        let mut sleep = pin!(S::sleep(Duration::from_millis(50)));
        let mut second = None;
        poll_fn(|cx| {
            polls += 1;
            second.get_or_insert_with(|| TcpStream::connect(address).unwrap());
            sleep.as_mut().poll(cx)
        })
        .await;
    });
    assert!(
        polls <= 2,
        "polls of a task that sleeps, when a visitor comes that it doesn't wait for\n  came:     {polls}\n  expected: 2 at most"
    );
}

/// The system's call is interrupted when a process was stopped and goes on. (So on Linux; elsewhere nothing is shown.)
pub(super) fn a_signal<S: Sockets>() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let done = Arc::new(AtomicUsize::new(0));
    S::block_on(poll_fn(|cx| {
        if done.load(Ordering::Acquire) == 1 {
            return Poll::Ready(());
        }
        let (waker, done, own) = (cx.waker().clone(), Arc::clone(&done), std::process::id());
        thread::spawn(move || {
            let signals = format!("kill -STOP {own}; kill -CONT {own}");
            let _ = std::process::Command::new("sh").args(["-c", &signals]).status();
            done.store(1, Ordering::Release);
            waker.wake();
        });
        Poll::Pending
    }));
}

pub(super) fn the_task_that_asked_last<S: Sockets>() {
    let (first, _) = caller();
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let mut accept = pin!(S::accept(&listener));
        assert!(poll(accept.as_mut(), &first).is_pending(), "there is no visitor yet");
        visited(accept, S::local_addr(&listener).unwrap()).await;
    });
}

pub(super) fn an_error_is_told<S: Sockets>() {
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let address = S::local_addr(&listener).unwrap();
        assert!(S::bind(&address.to_string()).await.is_err(), "an address was bound that is taken");
        drop(TcpStream::connect(address).unwrap());
        let (mut stream, _) = S::accept(&listener).await.unwrap();
        let mut pieces = 0;
        while S::write_all(&mut stream, &[7; 4_096]).await.is_ok() {
            pieces += 1;
            assert!(pieces < 1_000, "four megabytes were written to a visitor who has gone");
            S::sleep(Duration::from_millis(1)).await;
        }
        // A visitor that goes without having read what was said.
        let visitor = TcpStream::connect(address).unwrap();
        let (mut stream, _) = S::accept(&listener).await.unwrap();
        S::write_all(&mut stream, b"hello").await.unwrap();
        visitor.peek(&mut [0]).unwrap();
        drop(visitor);
        let end = S::read(&mut stream, &mut [0]).await;
        // (Elsewhere than on Linux that may be an end like others.)
        assert!(
            end.is_err() || !cfg!(target_os = "linux"),
            "a connection was reset: `read` gives {end:?}"
        );
    });
}

pub(super) fn a_dropped_socket<S: Sockets>() {
    let (waker, caller) = caller();
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        {
            let mut accept = pin!(S::accept(&listener));
            for _ in 0..9 {
                assert!(poll(accept.as_mut(), &waker).is_pending(), "there is no visitor");
                let kept = clones_of(&caller);
                assert_eq!(kept, 1, "wakers that are kept of a task that polls again and again");
            }
        }
        drop(listener);
        assert_eq!(clones_of(&caller), 0, "wakers that a dropped socket leaves behind");
    });
    let panic = panics_in(|| {
        S::block_on(async {
            let listener = S::bind("127.0.0.1:0").await.unwrap();
            let waits = poll(pin!(S::accept(&listener)), &spawning::<S>()).is_pending();
            assert!(waits, "there is no visitor");
            drop(listener);
        });
    });
    assert_eq!(panic, None, "the panic of a waker that calls `spawn` when it goes with its socket");
}
