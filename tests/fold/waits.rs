//! When does a wait end?

use std::future::pending;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kettle::io::{AsyncReadExt, duplex};
use kettle::net::UnixStream;
use kettle::sync::{Barrier, Mutex, Notify, Semaphore, broadcast, mpsc, oneshot, watch};
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};
use kettle::trace::fold::Fold;
use kettle::trace::{Event, note};
use kettle_events::{Resource, SyncKind};

use super::{run, waits_of_main, when_said};

/// What was dropped takes its waker along; what was polled by reference waits on.
#[test]
fn a_timeout_ends_the_waits_that_it_drops_and_no_others() {
    let records = run(async {
        let (tx, mut values) = mpsc::channel::<u8>(1);
        let (_one, mut value) = oneshot::channel::<u8>();
        let (_news, mut watched) = watch::channel(1);
        let (_all, mut heard) = broadcast::channel::<u8>(1);
        let (mut task, mut set) = (kettle::spawn(pending::<()>()), JoinSet::new());
        set.spawn(pending::<()>());
        let (lock, permits) = (Mutex::new(1), Semaphore::new(0));
        let _held = lock.lock().await;
        let (notify, barrier) = (Notify::new(), Barrier::new(2));
        let ((mut near, _far), (mut end, _other)) = (UnixStream::pair().unwrap(), duplex(8));
        let mut byte = [0];
        macro_rules! given_up {
            ($($wait:expr),*) => {$(
                assert!(timeout(Duration::from_millis(5), $wait).await.is_err());
                note("given up");
            )*};
        }
        note("begins");
        given_up!(values.recv(), &mut value, &mut task, set.join_next(), lock.lock());
        given_up!(permits.acquire(), notify.notified(), barrier.wait(), watched.changed());
        given_up!(heard.recv(), near.read(&mut byte), near.readable(), end.read(&mut byte));
        given_up!(tx.closed());
        drop(tx); // calls the waker that `values.recv()` has left
    });
    let (mut fold, mut noted, mut open) = (Fold::new(), 0, Vec::new());
    for record in &records {
        fold.step(record);
        if let Event::Note { text } = record.event {
            let waits = fold.waits_of(fold.running()[0]);
            let new = waits.iter().any(|wait| wait.renewed > noted);
            open.extend((text == "given up").then_some(new));
            noted = record.seq;
        }
    }
    // A handle, a oneshot's receiver, and the two streams' own `poll_read`.
    let by_reference = [1, 2, 10, 12];
    let expected: Vec<bool> = (0..14).map(|nth| by_reference.contains(&nth)).collect();
    assert_eq!(open, expected);
}

/// A set of another crate's polls only what was woken, so its waits are asked in the first round of
/// the `select!` alone.
#[test]
fn a_wait_in_another_crates_set_is_open_in_every_round() {
    let records = run(async {
        let (tx, mut values) = mpsc::channel::<u8>(1);
        let mut all = FuturesUnordered::new();
        all.push(values.recv());
        for round in ["first", "second", "third"] {
            kettle::select! {
                value = all.next() => assert!(value.is_none()),
                () = sleep(Duration::from_millis(5)) => note(round),
            }
        }
        drop((all, tx));
        note("over");
    });
    let value = |on: &Resource| matches!(on, Resource::SyncValue(SyncKind::Mpsc, _));
    let open =
        |said| waits_of_main(&when_said(said, &records)).iter().filter(|on| value(on)).count();
    assert_eq!(["first", "second", "third", "over"].map(open), [1, 1, 1, 0]);
}
