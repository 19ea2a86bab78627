//! Receiving: the waker that is kept, and what a receiver that stops waiting leaves behind.

use std::future::poll_fn;

use kettle::sync::mpsc;

use crate::help::{self, Polled, now};

#[test]
fn a_value_wakes_the_receiver_once() {
    let (tx, mut rx) = mpsc::channel(4);
    let mut recv = Polled::waiting(rx.recv());
    (1..=3).for_each(|number| tx.try_send(number).unwrap());
    assert_eq!(recv.wakes(), 1, "the second and third find nobody waiting");
    assert_eq!(recv.ready(), Some(1));
}

#[test]
fn only_the_newest_waker_is_called() {
    let (tx, mut rx) = mpsc::channel(1);
    let send = || tx.try_send(1).unwrap();
    assert_eq!(help::only_the_newest_waker_is_called(rx.recv(), send), Some(1));
}

/// Once for nothing, as in tokio; and the value is not lost.
#[test]
fn a_recv_that_is_dropped_leaves_its_waker_behind() {
    let (tx, mut rx) = mpsc::channel(1);
    let wakes = Polled::waiting(rx.recv()).give_up();
    tx.try_send(1).unwrap();
    assert_eq!((wakes.count(), now(rx.recv())), (1, Some(1)));
    let wakes = Polled::waiting(poll_fn(|cx| rx.poll_recv(cx))).give_up();
    tx.try_send(2).unwrap();
    assert_eq!(wakes.count(), 1);
}

#[test]
fn the_channel_can_be_measured() {
    let (tx, mut rx) = mpsc::channel(3);
    assert!(rx.is_empty());
    tx.try_send(1).unwrap();
    tx.try_send(2).unwrap();
    assert_eq!((rx.len(), rx.is_empty()), (2, false));
    assert_eq!((tx.capacity(), tx.max_capacity()), (1, 3));
    assert_eq!((rx.capacity(), rx.max_capacity()), (1, 3));
    rx.try_recv().unwrap();
    assert_eq!((rx.len(), tx.capacity()), (1, 2));
}

#[kettle::test]
async fn a_task_with_many_values_lets_others_run() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    for number in 0..1000 {
        tx.send(number).unwrap();
    }
    drop(tx);
    let polls = help::polls_of(async { while rx.recv().await.is_some() {} });
    assert_eq!(polls.await, 8, "1,000 values and the end, 128 units of budget in each poll");
}
