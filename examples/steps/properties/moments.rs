//! What comes of a wake between two steps of the code? Only a program can say that watches the step's locks and atomics
//! ([`Watching`]); by any other these properties are not judged.

use std::future::poll_fn;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use super::kit::*;
use super::step2::{stat, until_asleep};

/// Leaves its waker where `leave` puts it, and is ready in its second poll.
fn wait_once<S: Step>(leave: impl Fn(Waker)) {
    let mut is_polled = false;
    S::block_on(poll_fn(|cx| {
        if mem::replace(&mut is_polled, true) {
            return Poll::Ready(());
        }
        leave(cx.waker().clone());
        Poll::Pending
    }));
}

/// At each moment of `block_on` another thread calls the waker, until the thread sleeps.
pub(super) fn a_wake_at_any_moment<S: Step>() {
    let Some(Watching { at_a_moment, .. }) = WATCHING.get() else { return };
    for moment in 1..100 {
        let (tell, told) = mpsc::channel();
        let place = Arc::<(Mutex<Option<Waker>>, AtomicBool)>::default();
        let left = Arc::clone(&place);
        let sleeper = thread::spawn(move || {
            tell.send(stat()).unwrap();
            let leave = Arc::clone(&left);
            let wake = move || {
                // (None: it has not been polled yet, or no longer waits.)
                let Some(waker) = left.0.lock().unwrap().take() else { return };
                left.1.store(true, Ordering::SeqCst);
                thread::spawn(move || waker.wake()).join().unwrap();
            };
            let leave = move |waker| *leave.0.lock().unwrap() = Some(waker);
            at_a_moment(moment, Box::new(wake), Box::new(move || wait_once::<S>(leave)))
        });
        until_asleep(told.recv().unwrap().as_deref());
        while !place.1.load(Ordering::SeqCst) && !sleeper.is_finished() {
            place.0.lock().unwrap().take().into_iter().for_each(Waker::wake);
            thread::sleep(Duration::from_millis(1));
        }
        // If the wake at that moment is lost, it sleeps on.
        if !sleeper.join().unwrap() {
            break;
        }
    }
}

/// The thread sleeps. Another one calls its waker, and waits at each step of that until it sleeps again.
pub(super) fn woken_at_any_step<S: Step>() {
    let Some(Watching { at_a_moment, .. }) = WATCHING.get() else { return };
    for moment in 1..100 {
        let (tell, told) = mpsc::channel();
        let sleeper =
            thread::spawn(move || wait_once::<S>(|waker| tell.send((waker, stat())).unwrap()));
        let (waker, stat) = told.recv().unwrap();
        until_asleep(stat.as_deref());
        let other = move || _ = until_asleep(stat.as_deref());
        let came = at_a_moment(moment, Box::new(other), Box::new(|| waker.wake()));
        sleeper.join().unwrap();
        if !came {
            break;
        }
    }
}

/// By the orderings that the step asks for: a processor may show more. (Of two wakers the second may find nothing to do.)
pub(super) fn what_must_be_seen<S: Step>() {
    let Some(Watching { news, accesses, .. }) = WATCHING.get() else { return };
    let mut written = Vec::<(bool, Box<dyn Fn() -> bool + Send>)>::new();
    S::block_on(poll_fn(|cx| {
        for (nth, (is_watched, must_be_seen)) in ["the first", "the second"].iter().zip(&written) {
            assert!(
                !is_watched || must_be_seen(),
                "each of two threads wrote something and called the waker: the poll that follows need not see what \
                 {nth} wrote, by the `Ordering`s of the step's atomics. (A `swap` reads, too, and passes that on. A store \
                 doesn't, nor does an exchange that fails.)"
            );
        }
        if !written.is_empty() {
            return Poll::Ready(());
        }
        for _ in 0..2 {
            let (waker, before) = (cx.waker().clone(), accesses());
            let write_and_wake = move || {
                let news = news();
                waker.wake();
                news
            };
            let news = thread::spawn(write_and_wake).join().unwrap();
            written.push((accesses() > before, news));
        }
        Poll::Pending
    }));
}

/// A turn of the loop uses a lock or an atomic at least once.
pub(super) fn the_last_millisecond<S: Step>() {
    let Some(Watching { accesses, .. }) = WATCHING.get() else { return };
    let before = accesses();
    for _ in 0..20 {
        S::block_on(S::sleep(Duration::from_micros(1_900)));
    }
    let uses = accesses() - before;
    assert!(
        uses < 3_000,
        "uses of locks and atomics in 20 sleeps of 1.9 ms\n  came:     {uses}\n  expected: a few each"
    );
}
