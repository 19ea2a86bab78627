//! What a watcher sees of locks, semaphores, notifies and barriers: each change once, with the
//! waiter's ticket, and a fold that is never contradicted. The golden traces have the same of
//! channels.

use std::collections::HashMap;
use std::sync::Arc;

use kettle::sync::{Barrier, Notify, RwLock, Semaphore};
use kettle::task::yield_now;
use kettle::trace::fold::Fold;
use kettle_events::{Event, Id, Resource, Units};

use crate::common::engine::outputs_of;
use crate::records::run_recorded;

fn units(units: Units) -> String {
    match units {
        Units::Count(some) => some.to_string(),
        Units::All => "all".to_owned(),
    }
}

fn short(event: Event, tickets: &mut HashMap<Id, usize>) -> Option<String> {
    Some(match event {
        Event::SyncNew { count, .. } => format!("new {count}"),
        Event::SyncAct { act, units: some, count, .. } => {
            let act = format!("{act:?}").to_lowercase();
            format!("{act} {}: {count}", units(some))
        }
        Event::Wait { wait, on: Resource::Sync(_, _, some, ticket), .. } => {
            let again = if tickets.insert(wait, ticket).is_none() { "" } else { " again" };
            format!("wait {} as {ticket}{again}", units(some))
        }
        Event::Done { on: Resource::Sync(_, _, some, ticket), got: false, .. } => {
            format!("unwait {} as {ticket}", units(some))
        }
        Event::Served { wait } => format!("served {}", tickets.get(&wait)?),
        _ => return None,
    })
}

/// What is told of the primitives of this program.
#[track_caller]
fn told(program: impl Future<Output = ()>) -> Vec<String> {
    let ((), records) = run_recorded(async || program.await);
    let fold = Fold::of(&records);
    assert!(fold.contradictions().is_empty(), "{:#?}", fold.contradictions());
    for (id, primitive) in fold.primitives() {
        assert!(fold.line(id).chain(fold.handed(id)).next().is_none(), "{primitive:#?}");
        assert!(primitive.holders.is_empty(), "{primitive:#?}");
    }
    let mut tickets = HashMap::new();
    records.iter().filter_map(|record| short(record.event, &mut tickets)).collect()
}

#[test]
fn permits_are_taken_and_come_back() {
    let told = told(async {
        let semaphore = Arc::new(Semaphore::new(3));
        let held = semaphore.acquire_many(2).await.unwrap();
        let tasks = [2, 1].map(|n| {
            let semaphore = semaphore.clone();
            kettle::spawn(async move { drop(semaphore.acquire_many(n).await) })
        });
        yield_now().await;
        drop(held);
        outputs_of(tasks).await;
        semaphore.add_permits(1);
        semaphore.try_acquire().unwrap().forget();
        semaphore.forget_permits(2);
        semaphore.close();
    });
    let expected = [
        "new 3", "take 2: 1", "wait 2 as 1", "wait 1 as 2", "release 2: 0", "served 1", "served 2",
        "take 2: 0", "release 2: 2", "take 1: 2", "release 1: 3", "put 1: 4", "take 1: 3",
        "forget 1: 3", "forget 2: 1", "close all: 1",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_waiter_that_leaves_puts_back_what_it_was_given() {
    let told = told(async {
        let semaphore = Arc::new(Semaphore::new(2));
        let held = semaphore.acquire().await.unwrap();
        let gone = kettle::spawn({
            let semaphore = semaphore.clone();
            async move { drop(semaphore.acquire_many(3).await) }
        });
        yield_now().await;
        gone.abort();
        assert!(gone.await.is_err());
        let served = kettle::spawn({
            let semaphore = semaphore.clone();
            async move { drop(semaphore.acquire_many(2).await) }
        });
        yield_now().await;
        drop(held);
        served.abort();
        assert!(served.await.is_err());
        assert_eq!(semaphore.available_permits(), 2);
    });
    let expected = [
        "new 2", "take 1: 1", "wait 3 as 1", "unwait 3 as 1", "put 1: 1", "wait 2 as 1",
        "release 1: 0", "served 1", "unwait 2 as 1", "put 2: 2",
    ];
    assert_eq!(told, expected);
}

#[test]
fn readers_take_one_and_a_writer_all() {
    let told = told(async {
        let lock = Arc::new(RwLock::with_max_readers(0, 10));
        let read = lock.read().await;
        let writer = kettle::spawn({
            let lock = lock.clone();
            async move {
                let mut write = lock.write().await;
                *write += 1;
                drop(write.downgrade());
            }
        });
        yield_now().await;
        let later = lock.clone();
        let reader = kettle::spawn(async move { assert_eq!(*later.read().await, 1) });
        yield_now().await;
        drop(read);
        writer.await.unwrap();
        reader.await.unwrap();
    });
    let expected = [
        "new 10", "take 1: 9", "wait all as 1", "wait 1 as 2", "release 1: 0", "served 1",
        "take all: 0", "release 9: 8", "served 2", "release 1: 9", "take 1: 9", "release 1: 10",
    ];
    assert_eq!(told, expected);
}

#[test]
fn notifications_are_given_left_and_taken() {
    let told = told(async {
        let notify = Arc::new(Notify::new());
        notify.notify_one();
        notify.notified().await;
        let tasks = [(); 3].map(|()| kettle::spawn(notify.clone().notified_owned()));
        yield_now().await;
        notify.notify_last();
        let mut enabled = Box::pin(notify.notified());
        enabled.as_mut().enable();
        notify.notify_waiters();
        enabled.await;
        outputs_of(tasks).await;
    });
    let expected = [
        "new 0", "put 1: 1", "get 1: 0", "wait 1 as 1", "wait 1 as 2", "wait 1 as 3", "put 1: 0",
        "served 3",
        "put all: 0", // one that has joined early and was not polled since has no wait
        "served 1", "served 2",
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_last_to_come_to_a_barrier_serves_all() {
    let told = told(async {
        let barrier = Arc::new(Barrier::new(3));
        let tasks = [(); 3].map(|()| {
            let barrier = barrier.clone();
            kettle::spawn(async move { barrier.wait().await.is_leader() })
        });
        outputs_of(tasks).await;
    });
    let expected = [
        "new 3", "put 1: 2", "wait 1 as 1", "put 1: 1", "wait 1 as 2", "put all: 3", "served 1",
        "served 2",
    ];
    assert_eq!(told, expected);
}
