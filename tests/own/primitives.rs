//! What a watcher sees of channels, locks, semaphores, notifies and barriers: each change once, with the waiter's
//! ticket, and a fold that is never contradicted.

use std::sync::Arc;

use kettle::sync::{Barrier, Mutex, Notify, RwLock, Semaphore, mpsc, oneshot};
use kettle::task::yield_now;
use kettle::trace::fold::Fold;
use kettle_events::{Event, Replaced, Resource, Units};

use crate::common::engine::must_wait;

fn units(units: Units) -> String {
    match units {
        Units::Count(some) => some.to_string(),
        Units::All => "all".to_owned(),
    }
}

fn short(event: Event) -> Option<String> {
    Some(match event {
        Event::SyncNew { count, .. } => format!("new {count}"),
        Event::SyncAct { act, units: some, count, .. } => {
            let act = format!("{act:?}").to_lowercase();
            format!("{act} {}: {count}", units(some))
        }
        Event::Wait { on: Resource::Sync(_, _, some, ticket), replaced } => {
            let again = if replaced == Replaced::None { "" } else { " again" };
            format!("wait {} as {ticket}{again}", units(some))
        }
        Event::Wait { on: Resource::SyncValue(..), .. } => "wait for a value".to_owned(),
        Event::Unwait { on: Resource::Sync(_, _, some, ticket) } => {
            format!("unwait {} as {ticket}", units(some))
        }
        Event::Served { on: Resource::Sync(_, _, _, ticket) } => format!("served {ticket}"),
        _ => return None,
    })
}

/// What is told of the primitives of this program.
#[track_caller]
fn told(program: impl Future<Output = ()>) -> Vec<String> {
    let ((), records) = kettle::trace::record(|| {
        kettle::runtime::Builder::new_current_thread().build().unwrap().block_on(program);
    });
    let fold = Fold::of(&records);
    assert!(fold.contradictions().is_empty(), "{:#?}", fold.contradictions());
    for (_, primitive) in fold.primitives() {
        assert!(primitive.line.is_empty() && primitive.handed.is_empty(), "{primitive:#?}");
        assert!(primitive.holders.is_empty(), "{primitive:#?}");
    }
    records.iter().filter_map(|record| short(record.event)).collect()
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
        for task in tasks {
            task.await.unwrap();
        }
        semaphore.add_permits(1);
        semaphore.try_acquire().unwrap().forget();
        semaphore.forget_permits(2);
        semaphore.close();
    });
    let expected = [
        "new 3",
        "take 2: 1",
        "wait 2 as 1",
        "wait 1 as 2",
        "release 2: 0",
        "served 0",
        "served 0",
        "take 2: 0",
        "release 2: 2",
        "take 1: 2",
        "release 1: 3",
        "put 1: 4",
        "take 1: 3",
        "forget 1: 3",
        "forget 2: 1",
        "close all: 1",
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
        "new 2",
        "take 1: 1",
        "wait 3 as 1",
        "unwait 3 as 1",
        "put 1: 1",
        "wait 2 as 1",
        "release 1: 0",
        "served 0",
        "unwait 2 as 1",
        "put 2: 2",
    ];
    assert_eq!(told, expected);
}

/// What it was given goes to the next: not to all, although it is all that the lock has.
#[test]
fn a_waiter_that_leaves_a_lock_puts_back_one_turn() {
    let told = told(async {
        let lock = Arc::new(Mutex::new(0));
        let held = lock.lock().await;
        let tasks = [(); 3].map(|()| {
            let lock = lock.clone();
            kettle::spawn(async move { *lock.lock().await += 1 })
        });
        yield_now().await;
        drop(held);
        tasks[0].abort();
        for task in tasks {
            let _ = task.await;
        }
        assert_eq!(*lock.lock().await, 2);
    });
    let expected = [
        "new 1",
        "take all: 0",
        "wait all as 1",
        "wait all as 2",
        "wait all as 3",
        "release all: 0",
        "served 0",
        "unwait all as 1",
        "put 1: 0",
        "served 0",
        "take all: 0",
        "release all: 0",
        "served 0",
        "take all: 0",
        "release all: 1",
        "take all: 0",
        "release all: 1",
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
        "new 10",
        "take 1: 9",
        "wait all as 1",
        "wait 1 as 2",
        "release 1: 0",
        "served 0",
        "take all: 0",
        "release all: 9",
        "take 1: 8",
        "served 0",
        "release 1: 9",
        "take 1: 9",
        "release 1: 10",
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
        for task in tasks {
            task.await.unwrap();
        }
    });
    let expected = [
        "new 0",
        "put 1: 1",
        "get 1: 0",
        "wait 1 as 1",
        "wait 1 as 2",
        "wait 1 as 3",
        "put 1: 0",
        "served 3",
        "wait 1 as 4",
        "put all: 0",
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
        for task in tasks {
            task.await.unwrap();
        }
    });
    let expected = ["new 3", "put 1: 2", "wait 1 as 1", "put 1: 1", "wait 1 as 2", "put all: 3"];
    assert_eq!(told, expected);
}

/// A guard that was handed on: its holder is not known any more, and the story goes on.
#[test]
fn a_permit_that_another_task_gives_back() {
    let told = told(async {
        let semaphore = Arc::new(Semaphore::new(1));
        let permit = semaphore.clone().acquire_owned().await.unwrap();
        kettle::spawn(async move { drop(permit) }).await.unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
    assert_eq!(told, ["new 1", "take 1: 0", "release 1: 1"]);
}

/// One that was made before there was a runtime is named when it is first used.
#[test]
fn a_constant_semaphore_is_reported_at_its_first_use() {
    static SEMAPHORE: Semaphore = Semaphore::const_new(2);
    let told = told(async { drop(SEMAPHORE.acquire().await) });
    assert_eq!(told, ["new 2", "take 1: 1", "release 1: 2"]);
}

#[test]
fn a_message_and_the_end() {
    for many in [false, true] {
        let told = told(async {
            let (tx, mut rx) = mpsc::channel(2);
            let receiver = kettle::spawn(async move {
                while if many {
                    rx.recv_many(&mut Vec::new(), 2).await > 0
                } else {
                    rx.recv().await.is_some()
                } {}
            });
            yield_now().await;
            tx.send(1).await.unwrap();
            tx.send(2).await.unwrap();
            drop(tx);
            receiver.await.unwrap();
        });
        let expected = [
            "new 0",
            "wait for a value",
            "put 1: 1",
            "put 1: 2",
            "end all: 2",
            "get 1: 1",
            "get 1: 0",
        ];
        assert_eq!(told, expected);
    }
}

#[test]
fn a_oneshot_is_closed_once_and_not_after_its_value() {
    let told = told(async {
        let (_tx, mut rx) = oneshot::channel::<()>();
        rx.close();
        drop(rx);
        let (tx, rx) = oneshot::channel();
        tx.send(()).unwrap();
        drop(rx);
    });
    let expected = ["new 0", "close all: 0", "new 0", "put 1: 1", "forget 1: 0"];
    assert_eq!(told, expected);
}

#[test]
fn the_line_for_room_and_who_leaves_it() {
    let told = told(async {
        let (tx, mut rx) = mpsc::channel(1);
        tx.try_send(0).unwrap();
        let (mut first, mut second) = (Box::pin(tx.send(1)), Box::pin(tx.send(2)));
        must_wait(|cx| first.as_mut().poll(cx)).await;
        must_wait(|cx| second.as_mut().poll(cx)).await;
        must_wait(|cx| second.as_mut().poll(cx)).await;
        drop(first);
        rx.recv().await;
        second.await.unwrap();
        rx.close();
        drop(rx);
    });
    let expected = [
        "new 0",
        "put 1: 1",
        "wait 1 as 1",
        "wait 1 as 2",
        "wait 1 as 2 again",
        "unwait 1 as 1",
        "get 1: 0",
        "served 0",
        "put 1: 1",
        "close all: 1",
        "forget 1: 0",
        "senders 0: 0",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_unbounded_channel_tells_the_same() {
    let told = told(async {
        let (tx, mut rx) = mpsc::unbounded_channel();
        (1..=3).for_each(|number| tx.send(number).unwrap());
        rx.recv().await;
        tx.send(4).unwrap();
        rx.recv_many(&mut Vec::new(), 2).await;
        rx.try_recv().unwrap();
        drop(tx);
        assert_eq!(rx.recv().await, None);
    });
    let expected = [
        "new 0",
        "put 1: 1",
        "put 1: 2",
        "put 1: 3",
        "get 1: 2",
        "put 1: 3",
        "get 1: 2",
        "get 1: 1",
        "get 1: 0",
        "end all: 0",
    ];
    assert_eq!(told, expected);
}
