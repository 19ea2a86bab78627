//! Sending: room, the line, and what a sender that leaves it takes along.

use kettle::sync::mpsc;
use std::task::Poll;

use super::{boxed, now};
use crate::common::CountingWaker;

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
