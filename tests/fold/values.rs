//! Does the fold know which task waits for something that comes to many?
//!
//! Small programs on `watch`, `broadcast`, `OnceCell` and `SetOnce`, looked at in the middle. No record
//! may contradict another, whatever is dropped, missed or closed.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use kettle::sync::{OnceCell, Semaphore, SetOnce, broadcast, watch};
use kettle::task::yield_now;
use kettle::trace::{Event, Record, note};
use kettle_events::{Act, Resource, SyncKind, Units};

use crate::{watch as record, when_said};

/// What each waiting task waits for when the program has said this (`note`), in the tasks' order.
fn waits(said: &'static str, records: &[Record]) -> Vec<&'static str> {
    let fold = when_said(said, records);
    let mut tasks: Vec<_> = fold.tasks().map(|task| task.id).collect();
    tasks.sort();
    let of = |id| fold.waits_of(id).into_iter().map(|wait| word(wait.on));
    tasks.into_iter().flat_map(of).collect()
}

fn word(on: Resource) -> &'static str {
    match on {
        Resource::Sync(SyncKind::Watch, ..) => "a change",
        Resource::SyncClosed(SyncKind::Watch, _) => "the watchers' end",
        Resource::Sync(SyncKind::Broadcast, ..) => "a value",
        Resource::SyncClosed(SyncKind::Broadcast, _) => "the receivers' end",
        Resource::Sync(SyncKind::OnceCell, ..) => "the cell",
        Resource::Sync(SyncKind::SetOnce, ..) => "the one value",
        _ => "something else",
    }
}

/// What was done with primitives.
fn acts(records: &[Record]) -> Vec<(Act, Units, usize)> {
    let act = |record: &Record| match record.event {
        Event::SyncAct { act, units, count, .. } => Some((act, units, count)),
        _ => None,
    };
    records.iter().filter_map(act).collect()
}

/// Polls with the running task's own waker, and must have to wait.
async fn wait<F: Future>(future: &mut Pin<Box<F>>) {
    let polled = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending()));
    assert!(polled.await);
}

#[test]
fn watchers_wait_for_a_change_and_for_the_end() {
    let records = record(async {
        let (tx, rx) = watch::channel(0);
        for _ in 0..3 {
            let mut rx = rx.clone();
            kettle::spawn(async move { while rx.changed().await.is_ok() {} });
        }
        drop(rx);
        let ends = tx.clone();
        let end = kettle::spawn(async move { ends.closed().await });
        yield_now().await;
        note("all wait");
        tx.send(1).unwrap();
        note("a change came");
        yield_now().await;
        note("they wait again");
        end.abort();
        yield_now().await;
        note("one has left");
        drop(tx);
        note("the end");
        yield_now().await;
    });
    let three = ["a change"; 3];
    assert_eq!(waits("all wait", &records), [&three[..], &["the watchers' end"]].concat());
    assert_eq!(waits("a change came", &records), ["the watchers' end"]);
    assert_eq!(waits("one has left", &records), three);
    assert!(waits("the end", &records).is_empty());
}

#[test]
fn each_is_made_where_the_program_says() {
    let records = record(async {
        drop((watch::channel(0), watch::Sender::new(0), watch::Sender::<u8>::default()));
        drop((broadcast::channel::<u8>(1), broadcast::Sender::<u8>::new(1)));
        drop((OnceCell::<u8>::new(), SetOnce::<u8>::new()));
    });
    let made = records.iter().filter_map(|record| match record.event {
        Event::SyncNew { at, .. } => Some(at.file()),
        _ => None,
    });
    let made: Vec<_> = made.collect();
    assert_eq!(made, [file!(); 7]);
}

#[test]
fn a_sender_waits_until_the_watchers_are_gone() {
    let records = record(async {
        let (tx, rx) = watch::channel(0);
        let mut watcher = rx.clone();
        let mut change = Box::pin(watcher.changed());
        wait(&mut change).await;
        let mut end = Box::pin(tx.closed());
        wait(&mut end).await;
        note("both");
        drop(change);
        note("the change is given up");
        drop((rx, watcher));
        note("none");
        end.await;
    });
    assert_eq!(waits("both", &records), ["a change", "the watchers' end"]);
    assert_eq!(waits("the change is given up", &records), ["the watchers' end"]);
    assert!(waits("none", &records).is_empty());
}

#[test]
fn receivers_wait_for_a_value_and_miss_some() {
    let records = record(async {
        let (tx, mut slow) = broadcast::channel(2);
        let mut fast = tx.subscribe();
        let receives = kettle::spawn(async move { while fast.recv().await.is_ok() {} });
        yield_now().await;
        note("one waits");
        for number in 0..3 {
            tx.send(number).unwrap();
            yield_now().await;
        }
        assert!(slow.recv().await.is_err());
        drop(slow);
        note("it waits again");
        drop(tx);
        note("the end");
        receives.await.unwrap();
    });
    assert_eq!(waits("one waits", &records), ["a value"]);
    assert_eq!(waits("it waits again", &records), ["a value"]);
    assert!(waits("the end", &records).is_empty());
    let one = Units::Count(1);
    let slow = [(Act::Forget, one, 2), (Act::Forget, Units::Count(2), 0)];
    let told: Vec<_> = acts(&records).into_iter().filter(|(act, ..)| *act == Act::Forget).collect();
    assert_eq!(told, slow, "one value was overwritten, two were left");
}

#[test]
fn a_sender_waits_until_the_receivers_are_gone() {
    let records = record(async {
        let (tx, rx) = broadcast::channel::<u8>(2);
        let mut end = Box::pin(tx.closed());
        wait(&mut end).await;
        note("now");
        drop(rx);
        note("none");
        end.await;
        let rx = tx.subscribe();
        let mut end = Box::pin(tx.closed());
        wait(&mut end).await;
        drop(end);
        note("given up");
        drop(rx);
    });
    assert_eq!(waits("now", &records), ["the receivers' end"]);
    assert!(waits("none", &records).is_empty());
    assert!(waits("given up", &records).is_empty());
}

#[test]
fn tasks_wait_for_the_one_that_computes() {
    let records = record(async {
        let cell = Arc::new(OnceCell::new());
        let tasks: Vec<_> = (0..3)
            .map(|number| {
                let cell = cell.clone();
                let compute = move || async move {
                    yield_now().await;
                    yield_now().await;
                    number
                };
                kettle::spawn(async move { *cell.get_or_init(compute).await })
            })
            .collect();
        yield_now().await;
        note("two wait");
        tasks[0].abort();
        yield_now().await;
        note("one waits");
        assert_eq!(*cell.get_or_init(|| async { 9 }).await, 1);
        for task in tasks.into_iter().skip(1) {
            assert_eq!(task.await.unwrap(), 1);
        }
        note("none");
    });
    assert_eq!(waits("two wait", &records), ["the cell"; 2]);
    assert_eq!(waits("one waits", &records), ["the cell"]);
    assert!(waits("none", &records).is_empty());
}

#[test]
fn tasks_wait_for_a_value_that_is_set_once() {
    static CELL: SetOnce<u8> = SetOnce::const_new();
    let records = record(async {
        let tasks = [(); 2].map(|()| kettle::spawn(async { *CELL.wait().await }));
        yield_now().await;
        note("two wait");
        tasks[0].abort();
        yield_now().await;
        note("one waits");
        CELL.set(1).unwrap();
        note("none");
        yield_now().await;
    });
    assert_eq!(waits("two wait", &records), ["the one value"; 2]);
    assert_eq!(waits("one waits", &records), ["the one value"]);
    assert!(waits("none", &records).is_empty());
    let makes = |record: &&Record| matches!(record.event, Event::SyncNew { .. });
    assert_eq!(records.iter().filter(makes).count(), 1, "reported at its first use");
}

#[test]
fn one_that_was_served_and_one_that_leaves_are_not_taken_for_each_other() {
    record(async {
        let permits = Arc::new(Semaphore::new(0));
        let mut first = Box::pin(permits.acquire());
        wait(&mut first).await;
        permits.add_permits(1);
        let mut second = Box::pin(permits.acquire());
        wait(&mut second).await;
        drop(second);
        drop(first.await);
    });
}

#[test]
fn a_task_that_was_served_may_take_what_is_free_first() {
    record(async {
        let permits = Arc::new(Semaphore::new(0));
        let mut served = Box::pin(permits.acquire());
        wait(&mut served).await;
        permits.add_permits(2);
        drop(permits.try_acquire());
        drop(served.await);
    });
}

/// Where no receiver has come yet, or the last has gone, a new one comes: then a sender can send.
#[test]
fn what_has_no_receiver_is_closed_until_one_comes() {
    let records = record(async {
        let (watched, _) = watch::channel(1);
        let (heard, _) = broadcast::channel::<u8>(1);
        let (early, unheard) = (watch::Sender::new(1), broadcast::Sender::<u8>::new(1));
        assert!(watched.is_closed() && early.is_closed());
        note("closed");
        let watchers = (watched.subscribe(), early.subscribe(), watched.subscribe());
        let hearers = (heard.subscribe(), unheard.subscribe());
        note("open");
        drop((watchers, hearers));
        note("closed again");
    });
    let closed = |said| {
        when_said(said, &records).primitives().map(|(_, known)| known.closed).collect::<Vec<_>>()
    };
    assert_eq!(closed("closed"), [true; 4]);
    assert_eq!(closed("open"), [false; 4]);
    assert_eq!(closed("closed again"), [true; 4]);
    let opened = |act: &&(Act, Units, usize)| act.0 == Act::Open;
    assert_eq!(acts(&records).iter().filter(opened).count(), 4, "only the first receiver opens");
}
