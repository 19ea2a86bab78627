//! Values and wakers that do what they should not: use the channel while they are dropped or woken,
//! or panic. Nothing foreign may run under the channel's lock, and nothing may be lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kettle::sync::mpsc;

use crate::common::engine::{on_drop, waker_dropped};
use crate::help::{Drops, Polled, panic_of};

/// Looks at its channel when it is dropped.
struct Nosy {
    tx: mpsc::Sender<Nosy>,
    seen: Arc<AtomicUsize>,
}

impl Drop for Nosy {
    fn drop(&mut self) {
        assert!(self.tx.is_closed());
        assert!(self.tx.try_reserve().is_err());
        self.seen.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn values_are_dropped_outside_the_lock() {
    let seen = Arc::new(AtomicUsize::new(0));
    let (tx, rx) = mpsc::channel(3);
    for _ in 0..3 {
        assert!(tx.try_send(Nosy { tx: tx.clone(), seen: seen.clone() }).is_ok());
    }
    drop(rx);
    assert_eq!(seen.load(Ordering::Relaxed), 3);
}

#[test]
fn a_value_that_panics_does_not_keep_the_others() {
    let drops = Drops::default();
    let (tx, rx) = mpsc::channel(3);
    for panics in [false, true, false] {
        let panics = on_drop(move || assert!(!panics, "a value that panics when it is dropped"));
        assert!(tx.try_send((panics, drops.value())).is_ok());
    }
    panic_of(|| drop(rx));
    assert_eq!(drops.count(), 3);
    assert!(tx.is_closed(), "and the channel is whole");
}

#[test]
fn a_waker_that_panics_when_it_is_dropped_keeps_no_sender_waiting() {
    let (tx, mut rx) = mpsc::channel(2);
    tx.try_send(1).unwrap();
    tx.try_send(2).unwrap();
    let waker = waker_dropped(|| panic!("a waker that panics when it is dropped"));
    let mut wants_two = Polled::new(tx.reserve_many(2));
    wants_two.pending_with(&waker);
    drop(waker);
    let mut send = Polled::waiting(tx.send(3));
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(send.wakes(), 0, "the first in line has that room, and waits for more");
    panic_of(|| drop(wants_two));
    assert_eq!(send.wakes(), 1);
    send.ready().unwrap();
}

#[test]
fn what_cannot_be_is_refused_with_words() {
    let zero = panic_of(|| mpsc::channel::<()>(0)).words;
    assert_eq!(zero, "mpsc bounded channel requires buffer > 0");
    let huge = panic_of(|| mpsc::channel::<()>(usize::MAX / 2)).words;
    assert!(huge.contains(&(usize::MAX >> 3).to_string()), "{huge}");
    let (tx, _rx) = mpsc::channel::<()>(usize::MAX >> 3);
    assert_eq!(tx.capacity(), usize::MAX >> 3, "the largest takes no memory");
}

#[kettle::test]
async fn blocking_in_async_code_panics() {
    let (tx, mut rx) = mpsc::channel(1);
    panic_of(|| tx.blocking_send(1));
    panic_of(|| rx.blocking_recv());
    assert!(rx.is_empty());
}
