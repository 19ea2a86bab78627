//! Sending: room, the line, and what a sender that leaves it takes along.

use kettle::sync::mpsc;

use crate::help;

#[test]
fn only_the_newest_waker_is_called() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.try_send(1).unwrap();
    let receive = || _ = rx.try_recv();
    help::only_the_newest_waker_is_called(tx.send(2), receive).unwrap();
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
