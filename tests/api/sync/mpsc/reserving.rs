//! Room taken in advance: where it is while it is held, and that it always comes back.

use kettle::sync::mpsc::{
    self,
    error::{SendError, TrySendError},
};

use crate::help::{Polled, now};

#[test]
fn an_owned_permit_gives_the_sender_back() {
    let (tx, mut rx) = mpsc::channel(1);
    let other = tx.clone();
    let permit = now(tx.reserve_owned()).unwrap();
    assert!(permit.same_channel_as_sender(&other) && permit.same_channel(&permit));
    let (stranger, _rx) = mpsc::channel(1);
    assert!(!permit.same_channel_as_sender(&stranger));
    assert!(!permit.same_channel(&stranger.try_reserve_owned().unwrap()));
    let Err(TrySendError::Full(other)) = other.try_reserve_owned() else { panic!("full") };
    let tx = permit.send(1);
    assert_eq!(rx.try_recv(), Ok(1));
    let tx = tx.try_reserve_owned().unwrap().release();
    assert_eq!(tx.capacity(), 1);
    let permit = tx.try_reserve_owned().unwrap();
    drop(permit);
    assert_eq!((other.capacity(), other.strong_count()), (1, 1), "dropped with its sender");
    rx.close();
    assert!(matches!(other.try_reserve_owned(), Err(TrySendError::Closed(_))));
}

#[test]
fn many_permits_are_gathered_while_those_behind_wait() {
    let (tx, mut rx) = mpsc::channel(3);
    tx.try_send(1).unwrap();
    tx.try_send(2).unwrap();
    let mut three = Polled::waiting(tx.reserve_many(3));
    assert_eq!(tx.capacity(), 0, "the free place is kept for the first in line");
    let single = Polled::waiting(tx.send(9));
    rx.try_recv().unwrap();
    assert_eq!((three.wakes(), single.wakes()), (0, 0));
    rx.try_recv().unwrap();
    assert_eq!((three.wakes(), single.wakes()), (1, 0));
    let mut permits = three.ready().unwrap();
    assert_eq!(permits.len(), 3);
    permits.next().unwrap().send(3);
    drop(permits);
    assert_eq!(single.wakes(), 1, "two came back, one waits");
    assert_eq!(tx.capacity(), 1);
}

#[test]
fn who_leaves_half_served_passes_its_part_on() {
    let (tx, _rx) = mpsc::channel::<()>(3);
    let permit = tx.try_reserve().unwrap();
    let three = Polled::waiting(tx.reserve_many(3));
    let mut pair = Polled::waiting(tx.reserve_many(2));
    drop(three);
    assert_eq!(pair.wakes(), 1);
    drop((pair.ready().unwrap(), permit));
    assert_eq!(tx.capacity(), 3, "an unused iterator gives everything back");
}

#[test]
fn more_than_there_can_be_is_refused() {
    let (tx, mut rx) = mpsc::channel::<()>(2);
    assert!(matches!(now(tx.reserve_many(3)), Err(SendError(()))));
    assert!(matches!(tx.try_reserve_many(3), Err(TrySendError::Full(()))));
    assert_eq!(tx.try_reserve_many(0).unwrap().len(), 0);
    rx.close();
    assert!(matches!(tx.try_reserve_many(1), Err(TrySendError::Closed(()))));
    assert!(matches!(now(tx.reserve()), Err(SendError(()))));
}
