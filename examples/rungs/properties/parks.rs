//! Rung 2: while its future waits, the thread sleeps, and a wake ends that sleep.

use std::fs;
use std::future::poll_fn;
use std::mem;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::futures::{polls_of_a_sleep, polls_of_a_wait, stat, until_asleep};
use super::kit::*;
use super::own;

pub(super) fn a_wait_is_two_polls<S: Rung>() {
    assert_eq!(polls_of_a_wait::<S>(0), 2, "polls of a future that a thread wakes once");
    let polls = polls_of_a_sleep::<S>(5);
    assert!(polls <= 2, "polls of a sleep\n  got:      {polls}\n  expected: 2 at most");
}

pub(super) fn the_thread_sleeps<S: Rung>() {
    let (_, sleeps) = watched::<S>(|| ());
    assert!(sleeps, "its future waits, but the thread is still working");
}

pub(super) fn a_wake_ends_the_sleep<S: Rung>() {
    const WHY: &str = "(A thread that naps and looks finds the wake when the nap is over; `unpark` \
                       ends a `park` at once)";
    let naps = naps_in_50_ms::<S>();
    assert!(
        naps <= 2,
        "how often the thread woke in 50 ms in which nobody woke it\n  \
         got:      {naps}\n  expected: never. {WHY}"
    );
    // Naps too long to be counted like this are told by what a wake takes.
    let (begin, mut ours, mut yours) = (Instant::now(), Vec::new(), Vec::new());
    while yours.len() < 1_000 && begin.elapsed() < Duration::from_secs(2) {
        ours.extend(wakes_to_and_fro::<Own>());
        yours.extend(wakes_to_and_fro::<S>());
    }
    let [ours, yours] = [ours, yours].map(|mut all| {
        all.sort_unstable();
        all[all.len() / 2]
    });
    // (Half a millisecond is less than any nap, and chance alone makes ten microseconds of one.)
    let most = (10 * ours).max(Duration::from_micros(500));
    assert!(
        yours <= most,
        "from a wake by another thread to the poll, half of the times\n  \
         got:      {yours:?} or longer\n  \
         expected: {most:?} at most (our own rung takes {ours:?}). {WHY}"
    );
}

/// How often a thread that waits in `block_on` leaves its sleep though nobody wakes it, which a
/// busy machine changes little. (Only Linux counts that.)
fn naps_in_50_ms<S: Rung>() -> u64 {
    let (send, receive) = mpsc::channel::<(Waker, Option<PathBuf>)>();
    let helper = thread::spawn(move || {
        let (waker, stat) = receive.recv().unwrap();
        until_asleep(stat.as_deref());
        let sleeps = || -> Option<u64> {
            let status = fs::read_to_string(stat.as_ref()?.with_file_name("status")).ok()?;
            let rest = status.split_once("\nvoluntary_ctxt_switches:")?.1;
            rest.split_whitespace().next()?.parse().ok()
        };
        let before = sleeps();
        thread::sleep(Duration::from_millis(50));
        let naps = sleeps().zip(before).map_or(0, |(after, before)| after - before);
        waker.wake();
        naps
    });
    let mut asked = false;
    S::block_on(poll_fn(move |cx| {
        if mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        send.send((cx.waker().clone(), stat())).unwrap();
        Poll::Pending
    }));
    helper.join().unwrap()
}

/// The project's own rung.
struct Own;
implement! { Rung for Own by own }

/// How long each of ten wakes by another thread took to become a poll. Each poll asks for the next.
fn wakes_to_and_fro<S: Rung>() -> Vec<Duration> {
    let (send, receive) = mpsc::channel::<Waker>();
    let called = Arc::<Mutex<Option<Instant>>>::default();
    thread::spawn({
        let called = Arc::clone(&called);
        move || {
            for waker in receive {
                *called.lock().unwrap() = Some(Instant::now());
                waker.wake();
            }
        }
    });
    let (mut asked, mut took) = (0, Vec::new());
    S::block_on(poll_fn(move |cx| {
        took.extend(called.lock().unwrap().take().map(|wake| wake.elapsed()));
        if took.len() == 10 {
            return Poll::Ready(mem::take(&mut took));
        }
        if asked == took.len() {
            asked += 1;
            send.send(cx.waker().clone()).unwrap();
        }
        Poll::Pending
    }))
}

pub(super) fn an_unpark_of_others<S: Rung>() {
    let (polls, _) = watched::<S>(|| thread::current().unpark());
    assert_eq!(polls, 2, "polls of a future that is woken once and unparks its own thread");
}

/// Waits until another thread has looked whether this one sleeps, and has woken it. How often was
/// it polled, and did the thread sleep? Each poll calls `in_each_poll`.
fn watched<S: Rung>(in_each_poll: impl Fn()) -> (usize, bool) {
    let (send, receive) = mpsc::channel::<(Waker, Option<PathBuf>)>();
    let done = Arc::new(AtomicBool::new(false));
    let ends = Arc::clone(&done);
    let helper = thread::spawn(move || {
        let (waker, stat) = receive.recv().unwrap();
        let sleeps = until_asleep(stat.as_deref());
        ends.store(true, Ordering::Release);
        waker.wake();
        sleeps
    });
    let mut polls = 0;
    S::block_on(poll_fn(|cx| {
        polls += 1;
        in_each_poll();
        if polls == 1 {
            send.send((cx.waker().clone(), stat())).unwrap();
        }
        // (Later polls do nothing that could put the thread to sleep, such as to allocate.)
        if done.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }));
    (polls, helper.join().unwrap())
}
