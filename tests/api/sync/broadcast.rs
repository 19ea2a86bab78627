//! `sync::broadcast`: every value to every receiver.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use kettle::sync::broadcast::error::{RecvError, TryRecvError};
use kettle::sync::broadcast::{self, Receiver, Sender};

use crate::help::{self, Drops, Polled, panic_of};

#[test]
fn send_fails_without_receivers() {
    let tx = Sender::new(4);
    let error = tx.send("early").unwrap_err();
    assert_eq!(error.0, "early");
    assert_eq!(error.to_string(), "channel closed");
    assert_eq!(format!("{error:?}"), "SendError(\"early\")");
    let mut rx = tx.subscribe();
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "it was not kept");
    assert_eq!(tx.send("tea").unwrap(), 1);
    assert_eq!(rx.try_recv(), Ok("tea"));
}

#[test]
fn every_waiting_receiver_is_woken_once() {
    let (tx, rx) = broadcast::channel(4);
    let mut receivers: Vec<_> = (0..20).map(|_| tx.subscribe()).collect();
    drop(rx);
    let waits = receivers.iter_mut().map(Receiver::recv);
    let received = help::each_is_woken_once(waits, |value| assert!(tx.send(value).is_ok()));
    assert_eq!(received, vec![Ok(1); 20]);
}

// ---- lengths and counts -------------------------------------------------------------------------

#[test]
fn handles_are_counted() {
    let (tx, rx) = broadcast::channel::<()>(4);
    let weak = tx.downgrade();
    let other = weak.upgrade().unwrap();
    assert!(tx.same_channel(&other));
    assert!(!tx.same_channel(&Sender::new(4)));
    assert_eq!((tx.strong_count(), tx.weak_count()), (2, 1));
    assert_eq!((weak.strong_count(), weak.clone().weak_count()), (2, 2));
    assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (2, 1));
    let second = rx.resubscribe();
    assert!(rx.same_channel(&second));
    assert!(!rx.same_channel(&broadcast::channel(4).1));
    assert_eq!(tx.receiver_count(), 2);
    drop(tx);
    assert!(!rx.is_closed());
    drop(other);
    assert!(rx.is_closed() && second.is_closed());
    assert!(weak.upgrade().is_none());
    assert_eq!(weak.strong_count(), 0);
    drop(weak);
    assert_eq!(rx.sender_weak_count(), 0);
}

#[test]
fn what_cannot_be_panics_at_the_callers_line() {
    let too_many = usize::MAX / 2 + 1;
    for (panicked, words) in [
        (panic_of(|| broadcast::channel::<u8>(0)), "cannot be zero"),
        (panic_of(|| Sender::<u8>::new(0)), "cannot be zero"),
        (panic_of(|| broadcast::channel::<u8>(too_many)), "exceeded `usize::MAX / 2`"),
    ] {
        assert!(panicked.words.contains(words), "{panicked:?}");
        assert_eq!(panicked.file, file!());
    }
}

// ---- the ends -----------------------------------------------------------------------------------

#[test]
fn closed_waits_until_there_is_no_receiver() {
    let (tx, rx) = broadcast::channel::<u8>(4);
    help::closed_waits_until_there_is_no_receiver(|| tx.closed(), rx, || tx.subscribe());
    Polled::new(Sender::<u8>::new(4).closed()).ready();
}

// ---- cancelling ---------------------------------------------------------------------------------

#[test]
fn a_dropped_recv_is_not_woken() {
    let (tx, mut rx) = broadcast::channel(4);
    help::a_dropped_wait_is_not_woken(rx.recv(), || drop(tx.send(1)));
}

#[test]
fn only_the_newest_waker_is_called() {
    let (tx, mut rx) = broadcast::channel(4);
    let received = help::only_the_newest_waker_is_called(rx.recv(), || drop(tx.send(1)));
    assert_eq!(received, Ok(1));
}

// ---- values -------------------------------------------------------------------------------------

/// Counts its clones and drops.
struct Value {
    number: u8,
    clones: Drops,
    drops: Drops,
}

impl Clone for Value {
    fn clone(&self) -> Value {
        drop(self.clones.value());
        Value { number: self.number, clones: self.clones.clone(), drops: self.drops.clone() }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        drop(self.drops.value());
    }
}

#[test]
fn a_value_is_released_with_the_last_receiver_that_takes_it() {
    let (clones, drops) = (Drops::default(), Drops::default());
    let value = |number| Value { number, clones: clones.clone(), drops: drops.clone() };
    let (tx, mut first) = broadcast::channel(4);
    let mut second = tx.subscribe();
    assert!(tx.send(value(1)).is_ok());
    let one = first.try_recv().unwrap_or_else(|_| unreachable!());
    assert_eq!((clones.count(), drops.count()), (1, 0));
    let other = second.try_recv().unwrap_or_else(|_| unreachable!());
    assert_eq!((clones.count(), drops.count()), (2, 1), "the original is dropped");
    assert_eq!((one.number, other.number), (1, 1));
    drop((one, other));
    assert_eq!(drops.count(), 3);
}

#[test]
fn a_value_is_released_when_it_is_overwritten() {
    let drops = Drops::default();
    let value = |number| Value { number, clones: Drops::default(), drops: drops.clone() };
    let (tx, rx) = broadcast::channel(2);
    for number in 1..=3 {
        assert!(tx.send(value(number)).is_ok());
    }
    assert_eq!(drops.count(), 1);
    drop(rx);
    assert_eq!(drops.count(), 3, "and with the receiver that had still to take it");
    assert!(tx.send(value(4)).is_err());
    assert_eq!(drops.count(), 4);
}

#[test]
fn a_receiver_that_goes_releases_only_what_was_left_for_it_alone() {
    let drops = Drops::default();
    let value = |number| Value { number, clones: Drops::default(), drops: drops.clone() };
    let (tx, first) = broadcast::channel(4);
    let mut second = tx.subscribe();
    for number in 1..=3 {
        assert!(tx.send(value(number)).is_ok());
    }
    assert!(second.try_recv().is_ok());
    assert_eq!(drops.count(), 1, "a clone");
    drop(first);
    assert_eq!((drops.count(), tx.len()), (2, 2));
    drop((tx, second));
    assert_eq!(drops.count(), 4);
}

/// Panics when it is cloned.
struct Fragile(#[allow(dead_code)] crate::help::Counted);

impl Clone for Fragile {
    fn clone(&self) -> Fragile {
        panic!("a value that cannot be cloned");
    }
}

#[test]
fn a_clone_that_panics_has_taken_its_value() {
    let drops = Drops::default();
    let (tx, mut rx) = broadcast::channel(4);
    let mut other = tx.subscribe();
    assert!(tx.send(Fragile(drops.value())).is_ok());
    panic_of(|| drop(rx.try_recv()));
    assert!(matches!(rx.try_recv(), Err(TryRecvError::Empty)));
    assert_eq!(drops.count(), 0, "another receiver has still to take it");
    panic_of(|| drop(Polled::new(other.recv()).poll()));
    assert_eq!(drops.count(), 1);
    assert_eq!((tx.len(), tx.receiver_count()), (0, 2));
    assert!(tx.send(Fragile(drops.value())).is_ok(), "the channel is whole");
}

#[test]
fn a_value_need_not_be_sync() {
    let (tx, mut rx) = broadcast::channel(4);
    let mut other = tx.subscribe();
    tx.send(Cell::new(1)).unwrap();
    let taken = thread::spawn(move || other.try_recv().unwrap().get());
    assert_eq!(rx.try_recv().unwrap().get(), 1);
    assert_eq!(taken.join().unwrap(), 1);
}

#[test]
fn an_overwritten_value_may_use_the_channel_while_it_is_dropped() {
    #[derive(Clone)]
    struct Sends(Arc<Mutex<Option<Sender<Sends>>>>, Arc<AtomicUsize>);
    impl Drop for Sends {
        fn drop(&mut self) {
            let tx = self.0.lock().unwrap().take();
            if let Some(tx) = tx {
                self.1.store(tx.len(), Ordering::SeqCst);
            }
        }
    }

    if crate::help::side() == crate::help::Side::Tokio {
        // It drops the value with its slot locked, so `len` would wait for itself.
        return;
    }
    let (tx, _rx) = broadcast::channel(1);
    let seen = Arc::new(AtomicUsize::new(0));
    let value = Sends(Arc::new(Mutex::new(Some(tx.clone()))), seen.clone());
    assert!(tx.send(value).is_ok());
    assert!(tx.send(Sends(Arc::default(), seen.clone())).is_ok());
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

// ---- wakers, threads, tasks ---------------------------------------------------------------------

#[kettle::test]
async fn blocking_recv_panics_in_async_code() {
    let (tx, mut rx) = broadcast::channel(4);
    tx.send(1).unwrap();
    panic_of(|| rx.blocking_recv());
    assert_eq!(rx.recv().await, Ok(1));
}

#[test]
fn it_works_between_threads() {
    const VALUES: u64 = if cfg!(miri) { 200 } else { 2000 };
    let (tx, _) = broadcast::channel(64);
    let receives = |mut rx: Receiver<u64>| {
        let (mut got, mut missed, mut last) = (0, 0, 0);
        loop {
            match rx.blocking_recv() {
                Ok(value) => {
                    assert!(value > last);
                    (got, last) = (got + 1, value);
                }
                Err(RecvError::Lagged(some)) => missed += some,
                Err(RecvError::Closed) => break,
            }
        }
        assert_eq!(got + missed, VALUES, "each was received or counted as missed");
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            let rx = tx.subscribe();
            scope.spawn(move || receives(rx));
        }
        (1..=VALUES).for_each(|value| drop(tx.send(value)));
        drop(tx);
    });
}

#[kettle::test]
async fn a_loop_of_values_that_are_there_gives_way() {
    let (tx, mut rx) = broadcast::channel(1);
    help::a_loop_gives_way(async || {
        tx.send(1).unwrap();
        rx.recv().await.unwrap();
    })
    .await;
}

#[test]
fn errors_say_what_happened() {
    assert_eq!(RecvError::Closed.to_string(), "channel closed");
    assert_eq!(RecvError::Lagged(3).to_string(), "channel lagged by 3");
    assert_eq!(TryRecvError::Empty.to_string(), "channel empty");
    assert_eq!(TryRecvError::Closed.to_string(), "channel closed");
    assert_eq!(TryRecvError::Lagged(3).to_string(), "channel lagged by 3");
    assert_eq!(RecvError::Lagged(3).clone(), RecvError::Lagged(3));
}
