//! `sync::watch`: the newest value, to any number of receivers.

use std::cell::Cell;
use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use kettle::sync::watch::{self, Receiver, Sender};

use crate::common::engine::runtime;
use crate::help::{self, Drops, Polled, Side, panic_of, side};

fn has<T: std::fmt::Debug>(_: &T) {}

#[test]
fn a_modify_that_panics_tells_no_receiver_and_keeps_its_changes() {
    let (tx, mut rx) = watch::channel(1);
    let mut changed = Polled::waiting(rx.changed());
    panic_of(|| {
        tx.send_modify(|value| {
            *value = 2;
            panic!("in modify");
        });
    });
    assert_eq!(changed.wakes(), 0);
    changed.pending();
    tx.send_modify(|value| *value += 1);
    changed.ready().unwrap();
    drop(changed);
    assert_eq!(*rx.borrow(), 3, "nothing is poisoned");
    if side() == Side::Kettle {
        // tokio shows its locks in its own words.
        assert!(format!("{rx:?}").contains("value: 3"), "{rx:?}");
    }
}

#[test]
fn borrow_marks_nothing_and_borrow_and_update_does() {
    let (tx, mut rx) = watch::channel(1);
    tx.send(2).unwrap();
    assert!(rx.borrow().has_changed());
    assert!(rx.borrow().has_changed(), "`borrow` has not marked it");
    assert!(!tx.borrow().has_changed(), "a sender never finds it changed");
    let seen = rx.borrow_and_update();
    assert!(seen.has_changed());
    assert_eq!(*seen, 2);
    drop(seen);
    assert!(!rx.borrow().has_changed());
    assert!(!rx.borrow_and_update().has_changed());
    assert!(!rx.has_changed().unwrap());
}

#[test]
fn the_end_wakes_a_receiver_with_the_last_sender_only() {
    let (tx, mut rx) = watch::channel(1);
    let other = tx.clone();
    assert_eq!((tx.sender_count(), tx.receiver_count()), (2, 1));
    let mut changed = Polled::waiting(rx.changed());
    drop(tx);
    assert_eq!(changed.wakes(), 0);
    drop(other);
    assert_eq!(changed.wakes(), 1);
    let error = changed.ready().unwrap_err();
    assert_eq!(error.to_string(), "channel closed");
    drop(changed);
    assert!(rx.is_closed());
}

#[test]
fn every_receiver_is_woken_once() {
    let (tx, rx) = watch::channel(0);
    let mut receivers = vec![rx; 20];
    let waits = receivers.iter_mut().map(Receiver::changed);
    let changed = help::each_is_woken_once(waits, |value| tx.send(value).unwrap());
    assert!(changed.iter().all(Result::is_ok));
}

#[test]
fn a_dropped_wait_is_not_woken() {
    let (tx, mut rx) = watch::channel(1);
    help::a_dropped_wait_is_not_woken(rx.changed(), || tx.send(2).unwrap());
}

#[test]
fn only_the_newest_waker_is_called() {
    let (tx, mut rx) = watch::channel(1);
    help::only_the_newest_waker_is_called(rx.changed(), || tx.send(2).unwrap()).unwrap();
}

#[test]
fn a_clone_has_seen_what_the_original_has() {
    let (tx, mut rx) = watch::channel(1);
    tx.send(2).unwrap();
    let unseen = rx.clone();
    rx.mark_unchanged();
    let seen = rx.clone();
    assert!(unseen.has_changed().unwrap() && !seen.has_changed().unwrap());
    assert_eq!(tx.receiver_count(), 3);
    assert!(unseen.same_channel(&seen));
    assert!(!unseen.same_channel(&watch::channel(2).1));
    let other = tx.clone();
    assert!(tx.same_channel(&other));
    assert!(!tx.same_channel(&Sender::default()));
    has(&(tx, rx));
}

// ---- wait_for -----------------------------------------------------------------------------------

#[test]
fn wait_for_is_asked_once_about_each_value_that_it_meets() {
    let (tx, mut rx) = watch::channel(0);
    let asked = Rc::new(Cell::new(Vec::new()));
    let note = asked.clone();
    let mut waits = Polled::waiting(rx.wait_for(move |value| {
        let mut all = note.take();
        all.push(*value);
        note.set(all);
        *value >= 10
    }));
    waits.pending();
    tx.send(1).unwrap();
    assert_eq!(waits.wakes(), 1);
    waits.pending();
    tx.send(2).unwrap();
    tx.send(3).unwrap();
    waits.pending();
    tx.send(11).unwrap();
    assert_eq!(waits.wakes(), 3);
    let value = waits.ready().unwrap();
    assert_eq!(*value, 11);
    assert_eq!(asked.take(), [0, 1, 3, 11]);
    drop((value, waits));
    assert!(!rx.has_changed().unwrap(), "it is seen");
}

#[test]
fn a_wait_for_that_is_dropped_has_refused_what_it_has_seen() {
    let (tx, mut rx) = watch::channel(0);
    let waits = Polled::waiting(rx.wait_for(|value| *value == 1));
    tx.send(1).unwrap();
    drop(waits);
    assert!(rx.has_changed().unwrap(), "it was woken, but has not looked");
    assert_eq!(*Polled::new(rx.wait_for(|value| *value == 1)).ready().unwrap(), 1);
}

#[test]
fn a_condition_that_panics_poisons_nothing() {
    let (tx, mut rx) = watch::channel(1);
    panic_of(|| _ = Polled::new(rx.wait_for(|_| panic!("in the condition"))).poll());
    tx.send(2).unwrap();
    assert_eq!(*rx.borrow_and_update(), 2);
    Polled::new(rx.changed()).pending();
}

#[test]
fn the_value_is_kept_still_while_it_is_borrowed() {
    let (tx, mut rx) = watch::channel(1);
    let value = Polled::new(rx.wait_for(|_| true)).ready().unwrap();
    assert!(!value.has_changed(), "it was seen before");
    let (started, starts) = std::sync::mpsc::channel();
    thread::scope(|scope| {
        let sends = scope.spawn(move || {
            started.send(()).unwrap();
            tx.send(2).unwrap();
        });
        starts.recv().unwrap();
        assert_eq!(*value, 1);
        assert!(!sends.is_finished());
        drop(value);
    });
    assert_eq!(*rx.borrow(), 2);
}

// ---- closed -------------------------------------------------------------------------------------

#[test]
fn closed_waits_until_there_is_no_receiver() {
    let (tx, rx) = watch::channel(1);
    help::closed_waits_until_there_is_no_receiver(|| tx.closed(), rx, || tx.subscribe());
}

#[test]
fn every_sender_that_waits_for_the_end_is_woken() {
    let (tx, rx) = watch::channel(1);
    let other = tx.clone();
    let waits = [tx.closed(), other.closed()].map(Polled::waiting);
    drop(rx);
    for mut wait in waits {
        assert_eq!(wait.wakes(), 1);
        wait.ready();
    }
}

// ---- values, wakers, threads --------------------------------------------------------------------

#[test]
fn each_value_is_dropped_once() {
    let drops = Drops::default();
    let (tx, rx) = watch::channel(drops.value());
    tx.send(drops.value()).map_err(|_| ()).unwrap();
    assert_eq!(drops.count(), 1);
    let old = tx.send_replace(drops.value());
    assert_eq!(drops.count(), 1);
    drop(old);
    assert_eq!(drops.count(), 2);
    drop(rx);
    let refused = tx.send(drops.value());
    assert_eq!(drops.count(), 2);
    drop(refused);
    assert_eq!(drops.count(), 3);
    drop(tx);
    assert_eq!(drops.count(), 4);
}

#[test]
fn an_old_value_may_use_the_channel_while_it_is_dropped() {
    struct Looks(Option<Receiver<Looks>>, Arc<AtomicBool>);
    impl Drop for Looks {
        fn drop(&mut self) {
            if let Some(rx) = &self.0 {
                assert!(rx.borrow().0.is_none(), "the new value is there already");
                self.1.store(true, Ordering::SeqCst);
            }
        }
    }

    let done = Arc::new(AtomicBool::new(false));
    let (tx, rx) = watch::channel(Looks(None, done.clone()));
    tx.send_modify(|value| value.0 = Some(rx));
    assert!(tx.send(Looks(None, done.clone())).is_ok());
    assert!(done.load(Ordering::SeqCst));
}

#[test]
fn errors_say_what_happened_and_hide_the_value() {
    struct Opaque;
    let error = Sender::new(Opaque).send(Opaque).unwrap_err();
    assert_eq!(error.to_string(), "channel closed");
    assert_eq!(format!("{error:?}"), "SendError { .. }");
    let error: Box<dyn Error> = Box::new(watch::Sender::new(1).send(2).unwrap_err());
    assert!(error.downcast_ref::<watch::error::SendError<i32>>().is_some_and(|e| e.0 == 2));
}

#[test]
fn it_works_between_threads() {
    let (tx, mut rx) = watch::channel(0);
    let receives = async move {
        let mut last = 0;
        while rx.changed().await.is_ok() {
            let value = *rx.borrow_and_update();
            assert!(value > last, "values come in order");
            last = value;
        }
        last
    };
    let receives = thread::spawn(|| runtime().block_on(receives));
    for value in 1..=1000 {
        let _ = tx.send(value);
    }
    drop(tx);
    assert_eq!(receives.join().unwrap(), 1000);
}

#[kettle::test]
async fn a_loop_of_changes_that_are_there_gives_way() {
    let (_tx, mut rx) = watch::channel(0);
    help::a_loop_gives_way(async || {
        rx.mark_changed();
        rx.changed().await.unwrap();
    })
    .await;
}
