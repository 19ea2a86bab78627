//! What the answer of `block-on` must do in every order of two threads' steps, and which of the
//! other thread's writes it must see.
//!
//! It is compiled a second time here, with loom's atomics and threads in the place of
//! `crate::base::sync`.

use std::sync::Arc;

use futures_task::ArcWake;
use kettle_judge::model::in_every_order;
use kettle_judge::model::loom::sync::atomic::{AtomicUsize, Ordering};
use kettle_judge::model::loom::thread::{self, JoinHandle};
use kettle_judge::{Check, check};

use super::thread_parker::ThreadParker;

pub const CHECKS: &[Check] = &[
    check!(what_must_be_seen => "a wake at any moment ends `park`, and the poll sees what was written before the wake"),
    check!(two_wake_at_once => "when two threads call the waker, the poll sees what both wrote before"),
];

/// A thread writes something, and then calls the waker.
fn wake(parker: &Arc<ThreadParker>, news: &Arc<AtomicUsize>) -> JoinHandle<()> {
    let (parker, news) = (parker.clone(), news.clone());
    thread::spawn(move || {
        news.store(1, Ordering::Relaxed);
        ArcWake::wake_by_ref(&parker);
    })
}

fn what_must_be_seen() {
    let sleeps_on = "another thread calls the waker just before `park` sleeps, and it sleeps on. Does the waker set the flag \
                     before it calls `unpark`? Does `park` read and clear the flag in one step?";
    in_every_order(sleeps_on, || {
        let (parker, news) = (ThreadParker::new(), Arc::new(AtomicUsize::new(0)));
        let waker = wake(&parker, &news);
        parker.park();
        assert_eq!(
            news.load(Ordering::Relaxed),
            1,
            "`park` has returned, and with the orderings of your atomics the next poll need not see what the other thread \
             wrote before it called the waker. The waker has to set the flag with an ordering that releases earlier \
             writes, and `park` has to read the flag with one that acquires them. Your processor may show more than it \
             must, so running it would not find this.\n  0: the old value, 1: the new one"
        );
        waker.join().expect("the thread that wakes");
    });
}

fn two_wake_at_once() {
    let one_is_lost = "two threads write something and call the waker, one after the other. `park` has returned for one of \
                       them, the poll need not have seen what the other wrote, and the next `park` sleeps on. A plain \
                       `store` in the second wake replaces the first one's flag without reading it. A `swap` reads it as \
                       well, and so passes on what the first thread wrote.";
    in_every_order(one_is_lost, || {
        let parker = ThreadParker::new();
        let news = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let wakers = news.each_ref().map(|news| wake(&parker, news));
        // Each wake asks for one more look, or one look has seen both.
        while news.iter().any(|news| news.load(Ordering::Relaxed) == 0) {
            parker.park();
        }
        for waker in wakers {
            waker.join().expect("a thread that wakes");
        }
    });
}
