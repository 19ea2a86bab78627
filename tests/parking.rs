//! Does a thread in `Handle::block_on`, which drives no runtime, sleep while it waits, and wake for
//! its own waker only?

// The system is asked whether it sleeps.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use common::engine::*;

/// Polls on this thread until the future is ready. How often?
fn polls_of_block_on(mut poll: impl FnMut(&mut Context<'_>) -> Poll<()>) -> usize {
    let mut polls = 0;
    runtime().handle().block_on(poll_fn(|cx| {
        polls += 1;
        poll(cx)
    }));
    polls
}

/// A thread that waits, and where the system tells what it does.
struct Waiting {
    waker: Waker,
    thread: Thread,
    stat: String,
}

impl Waiting {
    fn here(cx: &Context<'_>) -> Waiting {
        let own = fs::read_link("/proc/thread-self").expect("Linux has it");
        let stat = format!("/proc/{}/stat", own.display());
        Waiting { waker: cx.waker().clone(), thread: thread::current(), stat }
    }

    /// Returns when it sleeps, and fails if it works instead: a fifth of a second of processor
    /// time.
    fn until_asleep(&self) {
        let (_, before) = self.state();
        let mut asleep = 0;
        while asleep < 20 {
            let (state, ticks) = self.state();
            assert!(ticks - before < 20, "the thread works, and nobody has woken it");
            asleep = if state == "S" { asleep + 1 } else { 0 };
            thread::yield_now();
        }
    }

    /// The state, and the processor time in hundredths of a second.
    fn state(&self) -> (String, u64) {
        let stat = fs::read_to_string(&self.stat).expect("the thread lives");
        let fields: Vec<&str> = stat.rsplit_once(") ").expect("a name").1.split(' ').collect();
        let ticks = |field: usize| fields[field].parse::<u64>().expect("a number");
        (fields[0].to_owned(), ticks(11) + ticks(12))
    }
}

/// Something for the waiting thread to wait for: what `act` does on another one.
fn helped(act: impl FnOnce(&Waiting) + Send + 'static) -> impl FnMut(&mut Context<'_>) -> Poll<()> {
    let done = Arc::new(AtomicBool::new(false));
    let mut act = Some(act);
    move |cx| {
        if let Some(act) = act.take() {
            let (waiting, done) = (Waiting::here(cx), done.clone());
            thread::spawn(move || {
                act(&waiting);
                done.store(true, Ordering::SeqCst);
                waiting.waker.wake();
            });
        }
        if done.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[test]
fn it_sleeps_while_it_waits() {
    within_a_minute(|| assert_eq!(polls_of_block_on(helped(Waiting::until_asleep)), 2));
}

#[test]
fn a_thousand_wakes_are_one_more_poll() {
    within_a_minute(|| {
        let mut wait = helped(Waiting::until_asleep);
        let mut first = true;
        let polls = polls_of_block_on(|cx| {
            if std::mem::take(&mut first) {
                (0..1000).for_each(|_| cx.waker().wake_by_ref());
                return Poll::Pending;
            }
            wait(cx)
        });
        assert_eq!(polls, 3);
    });
}

#[test]
fn an_unpark_that_is_no_wake_is_no_poll() {
    within_a_minute(|| {
        let polls = polls_of_block_on(helped(|waiting| {
            for _ in 0..10 {
                waiting.until_asleep();
                waiting.thread.unpark();
            }
            waiting.until_asleep();
        }));
        assert_eq!(polls, 2);
    });
}

#[test]
fn a_wake_is_heard_though_its_unpark_was_used_up() {
    within_a_minute(|| {
        let mut woken = false;
        let polls = polls_of_block_on(|cx| {
            if std::mem::replace(&mut woken, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            // As a lock would that the future takes on this thread.
            thread::park_timeout(Duration::ZERO);
            Poll::Pending
        });
        assert_eq!(polls, 2);
    });
}
