//! An unbounded channel's receiver takes all values out at once. Nobody can tell.

use std::cell::RefCell;
use std::rc::Rc;

use kettle::sync::mpsc::{self, error::TryRecvError};

use crate::common::engine::on_drop;
use crate::help::{now, says};

#[test]
fn values_in_hand_still_count_as_in_the_channel() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    for number in 1..=3 {
        tx.send(number).unwrap();
    }
    assert_eq!(now(rx.recv()), Some(1));
    assert_eq!((rx.len(), rx.is_empty()), (2, false));
    tx.send(4).unwrap();
    assert_eq!(rx.len(), 3);
    assert!(says(&format!("{tx:?}"), "len: 3"), "{tx:?}");
    assert!(says(&format!("{rx:?}"), "len: 3"), "{rx:?}");
    assert_eq!(rx.try_recv(), Ok(2));
    let mut buffer = Vec::new();
    assert_eq!(now(rx.recv_many(&mut buffer, 5)), 2, "those in hand, and those behind them");
    assert_eq!(buffer, [3, 4]);
    assert_eq!((rx.len(), rx.is_empty()), (0, true));
    assert_eq!(now(rx.recv_many(&mut buffer, 0)), 0, "nothing wanted, nothing waited for");
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn values_in_hand_outlive_the_channels_end() {
    for closes in [false, true] {
        let (tx, mut rx) = mpsc::unbounded_channel();
        (1..=3).for_each(|number| tx.send(number).unwrap());
        assert_eq!(now(rx.recv()), Some(1));
        if closes {
            rx.close();
        } else {
            drop(tx);
        }
        assert!(rx.is_closed());
        assert_eq!(now(rx.recv()), Some(2));
        assert_eq!(rx.try_recv(), Ok(3));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(now(rx.recv()), None);
    }
}

#[test]
fn a_dropped_receiver_drops_the_values_in_their_order() {
    let told = Rc::new(RefCell::new(Vec::new()));
    let (tx, mut rx) = mpsc::unbounded_channel();
    let send = |number| {
        let told = told.clone();
        assert!(tx.send(on_drop(move || told.borrow_mut().push(number))).is_ok());
    };
    (1..=3).for_each(send);
    drop(now(rx.recv()));
    (4..=5).for_each(send);
    drop(rx);
    assert_eq!(*told.borrow(), [1, 2, 3, 4, 5]);
    assert!(says(&format!("{tx:?}"), "len: 0"), "{tx:?}");
}
