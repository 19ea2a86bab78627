//! Receiving: the waker that is kept, and what a receiver that stops waiting leaves behind.

use std::task::Poll;

use kettle::sync::mpsc;

use super::{boxed, now, wakes};
use crate::common::CountingWaker;

#[test]
fn a_value_wakes_the_receiver_once() {
    let (tx, mut rx) = mpsc::channel(4);
    let waker = CountingWaker::new();
    let mut recv = boxed(rx.recv());
    assert!(waker.poll(&mut recv).is_pending());
    tx.try_send(1).unwrap();
    tx.try_send(2).unwrap();
    tx.try_send(3).unwrap();
    assert_eq!(waker.wakes(), 1, "the second and third find nobody waiting");
    assert_eq!(waker.poll(&mut recv), Poll::Ready(Some(1)));
}

#[test]
fn only_the_latest_waker_is_woken() {
    let (tx, mut rx) = mpsc::channel(1);
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let mut recv = boxed(rx.recv());
    assert!(first.poll(&mut recv).is_pending());
    assert!(second.poll(&mut recv).is_pending());
    tx.try_send(1).unwrap();
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn a_recv_that_is_dropped_leaves_its_waker_behind() {
    let (tx, mut rx) = mpsc::channel(1);
    let waker = CountingWaker::new();
    let mut recv = boxed(rx.recv());
    assert!(waker.poll(&mut recv).is_pending());
    drop(recv);
    tx.try_send(1).unwrap();
    assert_eq!(waker.wakes(), 1, "once for nothing, as in tokio");
    assert_eq!(now(rx.recv()), Some(1), "and the value is not lost");
}

#[test]
fn poll_recv_keeps_its_waker() {
    let (tx, mut rx) = mpsc::channel(1);
    let waker = CountingWaker::new();
    let mut poll = boxed(std::future::poll_fn(|cx| rx.poll_recv(cx)));
    assert!(waker.poll(&mut poll).is_pending());
    drop(poll);
    tx.try_send(1).unwrap();
    assert_eq!(waker.wakes(), 1);
}

#[test]
fn many_values_are_received_at_once() {
    let (tx, mut rx) = mpsc::channel(4);
    for number in 0..4 {
        tx.try_send(number).unwrap();
    }
    let wakers = [CountingWaker::new(), CountingWaker::new(), CountingWaker::new()];
    let mut sends: Vec<_> = (4..7).map(|number| boxed(tx.send(number))).collect();
    for (waker, send) in wakers.iter().zip(&mut sends) {
        assert!(waker.poll(send).is_pending());
    }
    let mut buffer = vec![-1];
    assert_eq!(now(rx.recv_many(&mut buffer, 2)), 2);
    assert_eq!(buffer, [-1, 0, 1], "appended");
    assert_eq!(wakes(&wakers), [1, 1, 0], "two places, two senders");
    assert_eq!(now(rx.recv_many(&mut buffer, 100)), 2);
    for (waker, send) in wakers.iter().zip(&mut sends) {
        assert!(waker.poll(send).is_ready());
    }
    drop(sends);
    drop(tx);
    assert_eq!(now(rx.recv_many(&mut buffer, 100)), 3);
    assert_eq!(buffer, [-1, 0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(now(rx.recv_many(&mut buffer, 100)), 0, "over");
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
    let mut polls = 0;
    let mut all = boxed(async { while rx.recv().await.is_some() {} });
    std::future::poll_fn(|cx| {
        polls += 1;
        all.as_mut().poll(cx)
    })
    .await;
    // 1,000 values and the end, 128 units of budget in each poll.
    assert_eq!(polls, 8);
}
