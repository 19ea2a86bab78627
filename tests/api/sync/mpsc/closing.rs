//! The end: who is told, what is still delivered, what is dropped and when.

use kettle::sync::mpsc::{
    self,
    error::{SendError, TryRecvError},
};

use crate::help::{Counted, Drops, Polled, now};

#[test]
#[cfg_attr(on_tokio, ignore = "in tokio a sender that was given room keeps the channel open")]
fn a_gift_that_was_not_collected_is_void_after_close() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(1).unwrap();
    let mut waiting = Polled::waiting(tx.send(2));
    assert_eq!(rx.try_recv(), Ok(1));
    rx.close();
    // The sender in line has room and has not run: the receiver need not wait for it.
    assert_eq!(now(rx.recv()), None);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    assert_eq!((waiting.wakes(), waiting.ready()), (1, Err(SendError(2))));
    drop(waiting);
    assert_eq!(tx.capacity(), 1);
}

#[test]
fn closed_is_told_once_to_everybody() {
    let (tx, mut rx) = mpsc::channel::<()>(1);
    let other = tx.clone();
    let waits = [tx.closed(), tx.closed(), other.closed()].map(Polled::waiting);
    let [mut first, leaves, mut third] = waits;
    let leaves = leaves.give_up();
    rx.close();
    drop(rx);
    assert_eq!([first.wakes(), leaves.count(), third.wakes()], [1, 0, 1]);
    first.ready();
    third.ready();
    now(tx.closed());
}

#[test]
fn a_dropped_receiver_drops_each_value_once_and_ends_all_waits() {
    let drops = Drops::default();
    let (tx, rx) = mpsc::channel(10);
    for _ in 0..10 {
        assert!(tx.try_send(drops.value()).is_ok());
    }
    let mut waiting = Polled::waiting(tx.send(drops.value()));
    drop(rx);
    assert_eq!((drops.count(), waiting.wakes()), (10, 1));
    let Err(SendError(back)) = waiting.ready() else { panic!("the value comes back") };
    drop(waiting);
    assert_eq!(drops.count(), 10);
    drop(back);
    assert_eq!(drops.count(), 11);
    drop(tx);
    assert_eq!(drops.count(), 11);
}

#[test]
fn a_cancelled_send_drops_its_value_and_no_other() {
    let drops = Drops::default();
    let (tx, rx) = mpsc::channel(1);
    assert!(tx.try_send(drops.value()).is_ok());
    drop(Polled::waiting(tx.send(drops.value())));
    assert_eq!((drops.count(), rx.len()), (1, 1));
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio keeps the value until the last sender is dropped")]
fn a_permit_sends_into_nothing_when_the_receiver_is_gone() {
    let drops = Drops::default();
    let (tx, rx) = mpsc::channel(2);
    let (permit, owned) = (tx.try_reserve().unwrap(), tx.clone().try_reserve_owned());
    drop(rx);
    permit.send(drops.value());
    assert_eq!(drops.count(), 1, "at once, not when the last sender goes");
    drop(owned.map(|owned| owned.send(drops.value())));
    assert_eq!(drops.count(), 2);
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio keeps the value until the last sender is dropped")]
fn senders_that_travel_in_the_channel_do_not_keep_it_alive() {
    struct Parcel(#[allow(dead_code)] mpsc::Sender<Parcel>, #[allow(dead_code)] Counted);

    let drops = Drops::default();
    let (tx, rx) = mpsc::channel(2);
    assert!(tx.try_send(Parcel(tx.clone(), drops.value())).is_ok());
    let permit = tx.try_reserve().unwrap();
    drop(rx);
    assert_eq!(drops.count(), 1);
    permit.send(Parcel(tx.clone(), drops.value()));
    assert_eq!(drops.count(), 2);
    assert_eq!(tx.strong_count(), 1);
}

#[test]
fn weak_senders_neither_keep_nor_reopen_the_channel() {
    let (tx, mut rx) = mpsc::channel(1);
    let weak = tx.downgrade();
    let twin = weak.clone();
    assert_eq!((tx.strong_count(), tx.weak_count()), (1, 2));
    assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (1, 2));
    drop(twin);
    let again = weak.upgrade().unwrap();
    assert!(again.same_channel(&tx));
    drop(tx);
    again.try_send(1).unwrap();
    drop(again);
    assert!(weak.upgrade().is_none());
    assert_eq!((weak.strong_count(), weak.weak_count()), (0, 1));
    assert_eq!([now(rx.recv()), now(rx.recv())], [Some(1), None]);

    let (tx, mut rx) = mpsc::unbounded_channel();
    let weak = tx.downgrade();
    weak.upgrade().unwrap().send(1).unwrap();
    assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (1, 1));
    drop(tx);
    assert!(weak.upgrade().is_none());
    assert_eq!([now(rx.recv()), now(rx.recv())], [Some(1), None]);
}
