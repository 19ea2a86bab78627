//! Sending: room, the line, and what a sender that leaves it takes along.

use kettle::sync::mpsc::{self, error::TrySendError};
use std::task::Poll;

use super::{boxed, now, wakes};
use crate::common::CountingWaker;

#[test]
fn values_come_out_in_the_order_they_went_in() {
    let (tx, mut rx) = mpsc::channel(8);
    for number in 0..8 {
        tx.try_send(number).unwrap();
    }
    let received: Vec<i32> = std::iter::from_fn(|| rx.try_recv().ok()).collect();
    assert_eq!(received, [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_full_channel_makes_the_sender_wait_for_exactly_one_wake() {
    let (tx, mut rx) = mpsc::channel(1);
    now(tx.send(1)).unwrap();
    let waker = CountingWaker::new();
    let mut send = boxed(tx.send(2));
    assert!(waker.poll(&mut send).is_pending());
    assert!(waker.poll(&mut send).is_pending());
    assert_eq!(waker.wakes(), 0);
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(waker.wakes(), 1);
    assert_eq!(waker.poll(&mut send), Poll::Ready(Ok(())));
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!(waker.wakes(), 1);
}

#[test]
fn nobody_gets_past_a_sender_that_waits() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(1).unwrap();
    let waker = CountingWaker::new();
    let mut waiting = boxed(tx.send(2));
    assert!(waker.poll(&mut waiting).is_pending());
    assert_eq!(rx.try_recv(), Ok(1));
    // The room is the waiter's, though it has not run yet.
    assert_eq!(tx.capacity(), 0);
    assert_eq!(tx.try_send(9), Err(TrySendError::Full(9)));
    let mut late = boxed(tx.send(3));
    assert!(CountingWaker::new().poll(&mut late).is_pending());
    assert_eq!(waker.poll(&mut waiting), Poll::Ready(Ok(())));
    assert_eq!(rx.try_recv(), Ok(2));
}

#[test]
fn senders_are_served_in_the_order_of_arrival_one_wake_each() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(0).unwrap();
    let wakers: Vec<_> = (0..5).map(|_| CountingWaker::new()).collect();
    let mut sends: Vec<_> = (1..=5).map(|number| boxed(tx.send(number))).collect();
    for (waker, send) in wakers.iter().zip(&mut sends) {
        assert!(waker.poll(send).is_pending());
    }
    for turn in 0..5 {
        assert_eq!(rx.try_recv(), Ok(turn));
        let expected: Vec<_> = (0..5).map(|other| usize::from(other <= turn)).collect();
        assert_eq!(wakes(&wakers), expected, "after {} receives", turn + 1);
        let turn = usize::try_from(turn).unwrap();
        assert!(wakers[turn].poll(&mut sends[turn]).is_ready());
    }
}

#[test]
fn only_the_latest_waker_is_woken() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(1).unwrap();
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let mut send = boxed(tx.send(2));
    assert!(first.poll(&mut send).is_pending());
    assert!(second.poll(&mut send).is_pending());
    rx.try_recv().unwrap();
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn a_sender_that_leaves_the_middle_of_the_line_is_not_missed() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(0).unwrap();
    let wakers: Vec<_> = (0..3).map(|_| CountingWaker::new()).collect();
    let mut sends: Vec<_> = (1..=3).map(|number| boxed(tx.send(number))).collect();
    for (waker, send) in wakers.iter().zip(&mut sends) {
        assert!(waker.poll(send).is_pending());
    }
    drop(sends.remove(1));
    assert_eq!(rx.try_recv(), Ok(0));
    assert!(wakers[0].poll(&mut sends[0]).is_ready());
    assert_eq!(rx.try_recv(), Ok(1));
    assert!(wakers[2].poll(&mut sends[1]).is_ready());
    assert_eq!(rx.try_recv(), Ok(3));
    assert_eq!(wakes(&wakers), [1, 0, 1]);
}

#[test]
fn a_sender_that_leaves_passes_its_room_on() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(0).unwrap();
    let (first, second) = (CountingWaker::new(), CountingWaker::new());
    let mut leaves = boxed(tx.send(1));
    let mut stays = boxed(tx.send(2));
    assert!(first.poll(&mut leaves).is_pending());
    assert!(second.poll(&mut stays).is_pending());
    rx.try_recv().unwrap();
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    drop(leaves);
    assert_eq!(second.wakes(), 1);
    assert_eq!(tx.capacity(), 0);
    assert!(second.poll(&mut stays).is_ready());
    assert_eq!(rx.try_recv(), Ok(2));
}

#[test]
fn the_last_in_line_gives_its_room_back_to_everybody() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(0).unwrap();
    let mut leaves = boxed(tx.send(1));
    assert!(CountingWaker::new().poll(&mut leaves).is_pending());
    rx.try_recv().unwrap();
    assert_eq!(tx.capacity(), 0);
    drop(leaves);
    assert_eq!(tx.capacity(), 1);
    assert_eq!(tx.try_send(2), Ok(()));
}

#[test]
fn a_send_that_was_never_polled_has_no_place_in_line() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(0).unwrap();
    let unpolled = tx.send(1);
    rx.try_recv().unwrap();
    assert_eq!(tx.try_send(2), Ok(()));
    drop(unpolled);
    assert_eq!(rx.try_recv(), Ok(2));
}

#[test]
fn an_unbounded_channel_never_makes_anybody_wait() {
    const MANY: usize = if cfg!(miri) { 200 } else { 100_000 };
    let (tx, mut rx) = mpsc::unbounded_channel();
    for number in 0..MANY {
        tx.send(number).unwrap();
    }
    assert_eq!(rx.len(), MANY);
    for number in 0..MANY {
        assert_eq!(rx.try_recv(), Ok(number));
    }
}
#[kettle::test(start_paused = true)]
async fn send_timeout_waits_for_its_time_and_no_longer() {
    use kettle::sync::mpsc::error::SendTimeoutError;
    use std::time::Duration;

    let (tx, mut rx) = mpsc::channel(1);
    let wait = Duration::from_millis(10);
    assert_eq!(tx.send_timeout(1, wait).await, Ok(()));
    let start = kettle::time::Instant::now();
    assert_eq!(tx.send_timeout(2, wait).await, Err(SendTimeoutError::Timeout(2)));
    assert_eq!(kettle::time::Instant::now() - start, wait);
    // It left the line.
    assert_eq!(rx.recv().await, Some(1));
    assert_eq!(tx.capacity(), 1);
    assert_eq!(tx.send_timeout(3, Duration::ZERO).await, Ok(()));
    assert_eq!(tx.send_timeout(4, Duration::ZERO).await, Err(SendTimeoutError::Timeout(4)));
    drop(rx);
    assert_eq!(tx.send_timeout(5, Duration::MAX).await, Err(SendTimeoutError::Closed(5)));
}
