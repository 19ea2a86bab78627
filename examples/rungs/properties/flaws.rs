//! What does each rung still do badly? The next one has properties that say it doesn't.

use std::cell::Cell;
use std::future::poll_fn;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use super::futures::*;
use super::handles::*;
use super::kit::*;
use super::sleeps::*;
use super::sockets::*;
use super::wakes::*;

pub fn flaw1<S: Rung>() {
    let polls = polls_of_a_sleep::<S>(20);
    println!("A sleep of 20 ms was polled {polls} times. Two polls would do.");
}

pub fn flaw2<S: Rung>() {
    let log = one_after_another::<S>();
    println!("Tea and toast, each of which waits once: {}.", log.join(", "));
}

pub fn flaw3<S: Tasks>() {
    let polls = polls_for::<S>(wake_often);
    println!("A task that was woken {WAKES} times before its turn was polled {polls} times.");
}

pub fn flaw4<S: Tasks>() {
    let threads = threads_that_end_sleeps::<S>().len();
    println!("{SLEEPS} sleeps were ended by {threads} threads.");
}

pub fn flaw5<S: Tasks>() {
    let polls = polls_without_a_selector::<S>(1_000);
    println!("A task that waited for a visitor asked {polls} times. Two would do.");
}

pub fn flaw6<S: Tasks>() {
    let end = if goes_on_after_a_panic::<S>() { "goes on" } else { "panics, and all tasks end" };
    println!("A task panics. `block_on` {end}.");
}

pub fn flaw7<S: Tasks>() {
    let polls = polls_beside_a_greedy_task::<S>(100_000);
    println!("One task took 100000 steps without a wait. Meanwhile a ready one had {polls} polls.");
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
