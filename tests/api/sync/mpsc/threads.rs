//! Several threads and executors at one channel. Each value must arrive, once, and those of one
//! sender in order; a lost wake-up shows as a test that does not end.

use std::thread;

use kettle::sync::mpsc;

use crate::help::Polled;

const EACH: usize = if cfg!(miri) { 100 } else { 20_000 };

/// Each sender must find its values in order in what came out.
fn check(received: &[(usize, usize)], senders: usize) {
    assert_eq!(received.len(), senders * EACH);
    for sender in 0..senders {
        let its = received.iter().filter(|(from, _)| *from == sender).map(|(_, number)| *number);
        assert!(its.eq(0..EACH), "the values of sender {sender}");
    }
}

/// Two threads send, and this one receives.
fn two_send<T: Clone + Send>(
    tx: T,
    send: fn(&T, (usize, usize)),
    receive: impl FnOnce() -> Vec<(usize, usize)>,
) {
    let received = thread::scope(|scope| {
        for (sender, tx) in [tx.clone(), tx].into_iter().enumerate() {
            scope.spawn(move || (0..EACH).for_each(|number| send(&tx, (sender, number))));
        }
        receive()
    });
    check(&received, 2);
}

#[test]
fn threads_send_through_a_narrow_channel() {
    let (tx, mut rx) = mpsc::channel(2);
    let receive = || std::iter::from_fn(|| rx.blocking_recv()).collect();
    two_send(tx, |tx, value| tx.blocking_send(value).unwrap(), receive);
}

#[test]
fn threads_flood_an_unbounded_channel() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let receive = || {
        let mut received = Vec::new();
        while rx.blocking_recv_many(&mut received, 100) > 0 {}
        received
    };
    two_send(tx, |tx, value| tx.send(value).unwrap(), receive);
}

#[test]
fn a_thread_waits_at_an_unbounded_channel_for_each_value_and_the_end() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let sender = thread::spawn(move || (0..3).for_each(|number| tx.send(number).unwrap()));
    assert!(std::iter::from_fn(|| rx.blocking_recv()).eq(0..3));
    sender.join().unwrap();
}

#[test]
fn senders_that_give_up_lose_nobody_elses_wake_up() {
    // One thread sends in earnest, the other only stands in line and leaves, at any moment.
    let (tx, mut rx) = mpsc::channel(1);
    let fickle = tx.clone();
    let leaves = thread::spawn(move || {
        for _ in 0..EACH {
            let _ = Polled::new(fickle.reserve()).poll();
        }
    });
    let sends = thread::spawn(move || {
        for number in 0..EACH {
            tx.blocking_send((0, number)).unwrap();
        }
    });
    let received: Vec<_> = std::iter::from_fn(|| rx.blocking_recv()).collect();
    leaves.join().unwrap();
    sends.join().unwrap();
    check(&received, 1);
}
