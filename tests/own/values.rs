//! Does the record say of each value of a channel which send it came from?
//!
//! Random programs: each value carries the task that sends it and how many that had sent before,
//! so the program knows the answer, too.

use std::collections::HashMap;

use kettle::sync::{broadcast, mpsc, oneshot, watch};
use kettle::task::{Id, yield_now};
use kettle::trace::{Event, Record};
use kettle_events::{Act, SyncKind};

use crate::common::time::Xorshift;
use crate::records::{picked, recorded};

/// Who sent a value, and as which of its own.
type Value = (Id, u64);

/// The values that were received from channels of this kind, as the record has them.
fn gets(records: &[Record], of: SyncKind) -> Vec<Value> {
    let (mut sent, mut puts, mut gets) = (HashMap::new(), HashMap::new(), Vec::new());
    for record in records {
        let Event::SyncAct { kind, sync, act, item, .. } = record.event else { continue };
        match act {
            Act::Put if kind == of => {
                let before: &mut u64 = sent.entry(record.task).or_default();
                let value = (record.task.expect("a task sends"), *before);
                *before += 1;
                assert_eq!(puts.insert((sync, item), value), None, "{item} was put twice");
            }
            Act::Get if kind == of => gets.push(puts[&(sync, item)]),
            _ => {}
        }
    }
    gets
}

async fn yields(random: &mut Xorshift) {
    for _ in 0..random.below(3) {
        yield_now().await;
    }
}

/// Sends some values, now and then without waiting, or by a permit.
async fn sends(tx: mpsc::Sender<Value>, mut random: Xorshift) {
    let mut value = (kettle::task::id(), 0);
    for _ in 0..random.below(12) {
        let sent = match random.below(3) {
            0 => tx.try_send(value).is_ok(),
            1 => tx.reserve().await.map(|permit| permit.send(value)).is_ok(),
            _ => tx.send(value).await.is_ok(),
        };
        value.1 += u64::from(sent);
        yields(&mut random).await;
    }
}

/// Runs the program with two hundred seeds. It returns what it has received from an `mpsc`, and the
/// record must have the same.
fn assert_known(program: impl AsyncFn(Xorshift) -> Vec<Value>) {
    for seed in 1..=200 {
        let mut received = Vec::new();
        let records = recorded(async { received = program(Xorshift(seed)).await });
        assert_eq!(gets(&records, SyncKind::Mpsc), received, "seed {seed}");
    }
}

#[test]
fn a_value_has_the_number_of_its_send() {
    assert_known(async |mut random| {
        let (tx, mut rx) = mpsc::channel(1 + usize::try_from(random.below(4)).unwrap());
        for _ in 0..=random.below(4) {
            kettle::spawn(sends(tx.clone(), Xorshift(1 + random.below(1 << 30))));
        }
        drop(tx);
        let mut buffer = Vec::new();
        loop {
            yields(&mut random).await;
            match random.below(3) {
                0 => buffer.extend(rx.try_recv()),
                1 => match rx.recv().await {
                    Some(value) => buffer.push(value),
                    None => return buffer,
                },
                _ => _ = rx.recv_many(&mut buffer, 3).await,
            }
        }
    });
}

#[test]
fn a_batch_of_an_unbounded_channel_keeps_the_numbers() {
    assert_known(async |mut random| {
        let (tx, mut rx) = mpsc::unbounded_channel();
        for _ in 0..=random.below(4) {
            let (tx, mut random) = (tx.clone(), Xorshift(1 + random.below(1 << 30)));
            kettle::spawn(async move {
                for number in 0..random.below(12) {
                    tx.send((kettle::task::id(), number)).unwrap();
                    yields(&mut random).await;
                }
            });
        }
        drop(tx);
        let mut buffer = Vec::new();
        while rx.recv_many(&mut buffer, 3).await > 0 {
            yields(&mut random).await;
        }
        buffer
    });
}

#[test]
fn receivers_of_news_say_which_value_they_got_and_which_they_missed() {
    let sends_and_receives = async {
        let (tx, mut rx) = broadcast::channel(2);
        let (mut behind, mut received) = (tx.subscribe(), Vec::new());
        for number in 0..3 {
            tx.send((kettle::task::id(), number)).unwrap();
            received.push(rx.recv().await.unwrap());
        }
        assert!(behind.recv().await.is_err(), "it has lagged");
        received.push(behind.recv().await.unwrap());
        received
    };
    let mut received = Vec::new();
    let records = recorded(async { received = kettle::spawn(sends_and_receives).await.unwrap() });
    assert_eq!(gets(&records, SyncKind::Broadcast), received);
    assert_eq!(items(&records, Act::Forget), [1, 3], "overwritten, and left unread");

    let records = recorded(async {
        let (tx, mut rx) = watch::channel("first");
        for value in ["second", "third"] {
            tx.send(value).unwrap();
        }
        rx.changed().await.unwrap();
    });
    assert_eq!(items(&records, Act::Put), [2, 3], "the first value is its maker's");
    assert_eq!((items(&records, Act::Forget), items(&records, Act::Get)), (vec![2], vec![3]));
}

#[test]
fn what_goes_with_its_channel_is_forgotten_from_its_first_value_on() {
    let records = recorded(async {
        let (tx, mut rx) = mpsc::unbounded_channel();
        for number in 0..3 {
            tx.send(number).unwrap();
        }
        rx.recv().await.unwrap();
        tx.send(3).unwrap();
        drop(rx);
        let (tx, rx) = oneshot::channel();
        tx.send(()).unwrap();
        drop(rx);
    });
    assert_eq!(items(&records, Act::Put), [1, 2, 3, 4, 1]);
    assert_eq!(items(&records, Act::Forget), [2, 1]);
}

fn items(records: &[Record], wanted: Act) -> Vec<u64> {
    picked!(records, Event::SyncAct { act, item, .. } if act == wanted => item)
}
