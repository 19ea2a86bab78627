//! `sync::oneshot`: one value, once; who learns what when the other half goes.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

use kettle::sync::oneshot;
use kettle::sync::oneshot::error::TryRecvError;

use crate::help::{Drops, Polled, now, panic_of, rounds};

#[test]
fn a_value_sent_first_is_there_at_the_first_poll() {
    let (tx, mut rx) = oneshot::channel();
    assert!(rx.is_empty());
    assert_eq!(tx.send(1), Ok(()));
    assert!(!rx.is_empty() && !rx.is_terminated());
    assert_eq!(now(&mut rx), Ok(1));
    assert!(rx.is_empty() && rx.is_terminated());
}

#[test]
fn polling_after_the_end_panics() {
    let (tx, mut rx) = oneshot::channel();
    tx.send(1).unwrap();
    now(&mut rx).unwrap();
    panic_of(|| now(&mut rx));
}

#[test]
#[cfg_attr(on_tokio, ignore = "in tokio the waker stays")]
fn a_closed_that_is_dropped_takes_its_waker_along() {
    let (mut tx, rx) = oneshot::channel::<()>();
    let wakes = Polled::waiting(tx.closed()).give_up();
    drop(rx);
    assert_eq!(wakes.count(), 0);
    now(poll_fn(|cx| tx.poll_closed(cx)));
}

#[test]
fn a_value_is_dropped_exactly_once_whoever_has_it() {
    let drops = Drops::default();
    let (tx, rx) = oneshot::channel();
    assert!(tx.send(drops.value()).is_ok());
    drop(rx);
    assert_eq!(drops.count(), 1, "with the receiver");
    let (tx, rx) = oneshot::channel();
    drop(rx);
    drop(tx.send(drops.value()));
    assert_eq!(drops.count(), 2, "handed back");
    let (tx, mut rx) = oneshot::channel();
    assert!(tx.send(drops.value()).is_ok());
    drop(rx.try_recv());
    assert_eq!(drops.count(), 3, "received");
    drop(rx);
    assert_eq!(drops.count(), 3);
}

#[test]
fn threads_hand_over_without_losing_one() {
    let (mut all_tx, mut all_rx) = (Vec::new(), Vec::new());
    for number in 0..rounds(5_000) {
        let (tx, rx) = oneshot::channel();
        all_tx.push((number, tx));
        all_rx.push((number, rx));
    }
    let sends = std::thread::spawn(move || {
        for (number, tx) in all_tx {
            if number % 7 == 0 { drop(tx) } else { tx.send(number).unwrap() }
        }
    });
    for (number, rx) in all_rx {
        let received = rx.blocking_recv().ok();
        assert_eq!(received, (number % 7 != 0).then_some(number));
    }
    sends.join().unwrap();
}

#[test]
fn it_prints_and_its_errors_speak() {
    let (tx, mut rx) = oneshot::channel::<u8>();
    assert!(format!("{tx:?}").starts_with("Sender"));
    assert!(format!("{rx:?}").starts_with("Receiver"));
    assert_eq!(TryRecvError::Empty.to_string(), "channel empty");
    assert_eq!(TryRecvError::Closed.to_string(), "channel closed");
    drop(tx);
    assert_eq!(now(&mut rx).unwrap_err().to_string(), "channel closed");
}

#[kettle::test]
async fn blocking_in_async_code_panics() {
    let (_tx, rx) = oneshot::channel::<u8>();
    panic_of(|| rx.blocking_recv());
}

/// A waker that keeps an address of its stack, and ends the next channel of a chain.
struct Link {
    next: Mutex<Option<oneshot::Sender<()>>>,
    sends: bool,
    stack: Arc<Mutex<Vec<usize>>>,
}

impl Wake for Link {
    fn wake(self: Arc<Self>) {
        let here = 0_u8;
        self.stack.lock().unwrap().push((&raw const here).addr());
        self.end_next();
    }
}

impl Link {
    fn end_next(&self) {
        let next = self.next.lock().unwrap().take();
        if let Some(next) = next.filter(|_| self.sends) {
            next.send(()).unwrap();
        }
    }
}

/// 8,000 of them fit into a stack of 8 MiB, also in a build without optimisations.
#[cfg_attr(
    any(miri, not(all(target_arch = "x86_64", unix))),
    ignore = "elsewhere frames are larger, and Miri has none"
)]
#[test]
fn a_link_of_a_chain_of_wakers_takes_less_than_a_kibibyte_of_stack() {
    for sends in [true, false] {
        let (stack, mut next, mut receivers) = (Arc::default(), None, Vec::new());
        for _ in 0..100 {
            let link = Link { next: Mutex::new(next.take()), sends, stack: Arc::clone(&stack) };
            let (sender, receiver) = oneshot::channel();
            let mut receiver = Polled::new(receiver);
            receiver.pending_with(&Waker::from(Arc::new(link)));
            receivers.push(receiver);
            next = Some(sender);
        }
        drop(next);
        let stack = stack.lock().unwrap();
        let whole = stack[0] - stack[99];
        assert!(whole < 99 * 1024, "{} bytes for each, sends: {sends}", whole / 99);
    }
}
