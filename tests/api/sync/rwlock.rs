//! `RwLock` and its guards.

use std::sync::Arc;

use kettle::sync::{
    OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, RwLockMappedWriteGuard, RwLockReadGuard,
    RwLockWriteGuard,
};
use kettle::task::{spawn_blocking, yield_now};

use crate::help::{Polled, panic_of, panicking};

#[cfg(not(on_tokio))]
use kettle::sync::RwLockMappedReadGuard as Mapped;
/// A guard of a part that reads: `parking_lot`'s have a type of their own, and so has kettle's.
#[cfg(on_tokio)]
use kettle::sync::RwLockReadGuard as Mapped;

#[test]
fn it_is_made_of_a_value_and_gives_it_back() {
    static LOCK: RwLock<u8> = RwLock::const_new(1);
    static TWO: RwLock<u8> = RwLock::const_with_max_readers(2, 1);
    *LOCK.try_write().unwrap() += 1;
    assert_eq!(*LOCK.try_read().unwrap(), *TWO.try_read().unwrap());

    let mut lock = RwLock::from(String::from("te"));
    lock.get_mut().push('a');
    assert_eq!(lock.into_inner(), "tea");
    let mut lock = RwLock::const_new(5);
    *lock.get_mut() += 1;
    assert_eq!(lock.into_inner(), 6);
    assert_eq!(RwLock::<u8>::default().into_inner(), 0);
    assert_eq!(RwLock::const_new(7).into_inner(), 7);
}

#[test]
fn the_number_of_readers_has_limits() {
    assert_eq!(panic_of(|| RwLock::with_max_readers((), 0)).file, file!());
    assert_eq!(panic_of(|| RwLock::with_max_readers((), (u32::MAX >> 3) + 1)).file, file!());
    panic_of(|| RwLock::const_with_max_readers((), 0));
    panic_of(|| RwLock::const_with_max_readers((), u32::MAX));
    drop(RwLock::with_max_readers((), u32::MAX >> 3).try_write().unwrap());
}

#[test]
fn owned_guards_keep_the_lock_alive() {
    let lock = Arc::new(RwLock::new(1));
    let mut held = Polled::new(lock.clone().write_owned()).ready();
    assert!(lock.clone().try_read_owned().is_err() && lock.clone().try_write_owned().is_err());
    *held += 1;
    assert!(Arc::ptr_eq(OwnedRwLockWriteGuard::rwlock(&held), &lock));
    drop(held);
    let reads = Polled::new(lock.clone().read_owned()).ready();
    let more = lock.clone().try_read_owned().unwrap();
    assert!(lock.try_write().is_err());
    assert!(Arc::ptr_eq(OwnedRwLockReadGuard::rwlock(&reads), &lock));
    drop(lock);
    assert_eq!((*reads, *more), (2, 2));
    let lock = OwnedRwLockReadGuard::rwlock(&reads).clone();
    drop((reads, more));
    assert!(lock.try_write_owned().is_ok());
}

#[test]
fn guards_are_mapped_to_parts_of_the_value() {
    let lock = RwLock::new((String::from("tea"), [1, 2]));
    let reads = RwLockReadGuard::map(lock.try_read().unwrap(), |value| &value.1);
    let second = Mapped::map(reads, |numbers| &numbers[1]);
    assert_eq!(*second, 2);
    assert!(lock.try_write().is_err() && lock.try_read().is_ok());
    let text: Mapped<'_, str> =
        RwLockReadGuard::map(lock.try_read().unwrap(), |value| value.0.as_str());
    assert_eq!(&*text, "tea");
    drop((second, text));

    let mut held = RwLockWriteGuard::map(lock.try_write().unwrap(), |value| &mut value.1);
    held[0] = 7;
    let mut first = RwLockMappedWriteGuard::map(held, |numbers| &mut numbers[0]);
    *first += 1;
    assert!(lock.try_read().is_err());
    drop(first);
    let mut mapped = RwLockWriteGuard::into_mapped(lock.try_write().unwrap());
    mapped.0.push('!');
    drop(mapped);
    assert_eq!(lock.into_inner(), (String::from("tea!"), [8, 2]));
}

#[test]
fn what_is_not_there_gives_the_guard_back() {
    let lock = RwLock::new(vec![1, 2]);
    let reads = lock.try_read().unwrap();
    let reads = RwLockReadGuard::try_map(reads, |all| all.get(5)).unwrap_err();
    assert_eq!(reads.len(), 2);
    let part = RwLockReadGuard::try_map(reads, |all| all.get(1)).unwrap();
    let part = Mapped::try_map(part, |_| -> Option<&i32> { None }).unwrap_err();
    assert_eq!(*Mapped::try_map(part, |part| Some(part)).unwrap(), 2);

    let held = lock.try_write().unwrap();
    let mut held = RwLockWriteGuard::try_map(held, |all| all.get_mut(5)).unwrap_err();
    held.push(3);
    let part = RwLockWriteGuard::try_map(held, |all| all.get_mut(1..)).unwrap();
    let mut part = RwLockMappedWriteGuard::try_map(part, |part| part.get_mut(5..)).unwrap_err();
    part[0] = 9;
    let mut last = RwLockMappedWriteGuard::try_map(part, <[_]>::last_mut).unwrap();
    *last += 1;
    assert!(lock.try_read().is_err());
    drop(last);
    assert_eq!(lock.into_inner(), [1, 9, 4]);
}

#[test]
fn a_writer_becomes_a_reader_of_a_part() {
    let lock = RwLock::new((1, Some(2)));
    let part = RwLockWriteGuard::downgrade_map(lock.try_write().unwrap(), |value| &value.0);
    assert_eq!((*part, lock.try_read().unwrap().0), (1, 1));
    drop(part);
    let held = lock.try_write().unwrap();
    let part = RwLockWriteGuard::try_downgrade_map(held, |value| value.1.as_ref());
    assert_eq!(*part.ok().unwrap(), 2);
    let mut held = lock.try_write().unwrap();
    held.1 = None;
    let held = RwLockWriteGuard::try_downgrade_map(held, |value| value.1.as_ref());
    let mut held = held.err().unwrap();
    assert!(lock.try_read().is_err(), "it still held");
    held.0 = 5;
    drop(held);
    assert_eq!(lock.into_inner(), (5, None));
}

#[test]
fn a_map_that_panics_releases_the_lock() {
    let lock = RwLock::new(1);
    panic_of(|| drop(RwLockReadGuard::map(lock.try_read().unwrap(), |_| -> &u8 { panic!() })));
    panic_of(|| {
        drop(RwLockWriteGuard::map(lock.try_write().unwrap(), |_| -> &mut u8 { panic!() }));
    });
    panic_of(|| {
        let held = lock.try_write().unwrap();
        drop(RwLockWriteGuard::downgrade_map(held, |_| -> &u8 { panic!() }));
    });
    panic_of(|| {
        let held = lock.try_write().unwrap();
        drop(RwLockWriteGuard::try_downgrade_map(held, |_| -> Option<&u8> { panic!() }));
    });
    assert_eq!(*lock.try_write().unwrap(), 1);
}

#[test]
fn a_panic_with_a_guard_does_not_poison() {
    let lock = RwLock::new(1);
    panic_of(|| {
        let mut held = lock.try_write().unwrap();
        *held = 2;
        panic!("with a guard");
    });
    assert_eq!(*lock.try_read().unwrap(), 2);
}

#[test]
fn a_forgotten_guard_keeps_the_lock() {
    let lock = RwLock::new(());
    std::mem::forget(lock.try_read().unwrap());
    assert!(lock.try_write().is_err() && lock.try_read().is_ok());
    std::mem::forget(lock.try_read().unwrap());
    assert!(lock.try_read().is_ok());
}

#[test]
fn it_prints_its_value_and_guards_print_theirs() {
    let lock = RwLock::new("tea");
    let shown = format!("{lock:?}");
    assert!(shown.starts_with("RwLock") && shown.contains("data: \"tea\""), "{shown}");
    let reads = lock.try_read().unwrap();
    assert_eq!((format!("{reads:?}"), format!("{reads}")), ("\"tea\"".into(), "tea".into()));
    assert!(format!("{lock:?}").contains("\"tea\""));
    drop(reads);
    let held = lock.try_write().unwrap();
    assert_eq!((format!("{held:?}"), format!("{held}")), ("\"tea\"".into(), "tea".into()));
    assert!(format!("{lock:?}").contains("data: <locked>"));
    let mapped = RwLockWriteGuard::into_mapped(held);
    assert_eq!((format!("{mapped:?}"), format!("{mapped}")), ("\"tea\"".into(), "tea".into()));
    assert_eq!(lock.try_read().unwrap_err().to_string(), "operation would block");
}

/// Types with a lifetime in them are what the compiler finds hard to call `Send` in a task.
#[kettle::test]
async fn a_spawned_task_may_hold_a_guard_of_borrowed_values() {
    let lock = Arc::new(RwLock::new(vec!["tea"]));
    let task = kettle::spawn(async move {
        let read = lock.read().await;
        yield_now().await;
        let len = read.len();
        drop(read);
        lock.write().await.push("coffee");
        let write = lock.write().await;
        yield_now().await;
        drop(write);
        let mut owned = lock.clone().write_owned().await;
        yield_now().await;
        owned.push("water");
        drop(owned);
        let owned = lock.clone().read_owned().await;
        yield_now().await;
        (len, owned.len())
    });
    assert_eq!(task.await.unwrap(), (1, 3));
}

#[kettle::test]
async fn a_thread_may_block_for_it() {
    let lock = Arc::new(RwLock::new(1));
    let held = lock.write().await;
    let blocks = spawn_blocking({
        let lock = lock.clone();
        move || {
            let read = *lock.blocking_read();
            *lock.blocking_write() += 1;
            read
        }
    });
    yield_now().await;
    drop(held);
    assert_eq!(blocks.await.unwrap(), 1);
    assert_eq!(*lock.read().await, 2);
}

#[kettle::test]
async fn blocking_in_async_code_panics() {
    let lock = RwLock::new(());
    assert_eq!(panic_of(|| drop(lock.blocking_read())).file, file!());
    assert_eq!(panic_of(|| drop(lock.blocking_write())).file, file!());
    assert!(lock.try_write().is_ok());
}

#[test]
fn threads_share_it() {
    let lock = RwLock::new((0, 0));
    let writes = || {
        for _ in 0..200 {
            let mut held = lock.blocking_write();
            held.0 += 1;
            held.1 += 1;
        }
    };
    let reads = || {
        for _ in 0..200 {
            let reads = lock.blocking_read();
            assert_eq!(reads.0, reads.1);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(writes);
            scope.spawn(reads);
        }
    });
    assert_eq!(*lock.try_read().unwrap(), (400, 400));
}

#[test]
fn a_waker_that_panics_at_a_downgrade_makes_no_permit() {
    let lock = RwLock::with_max_readers(1, 2);
    let guard = lock.try_write().unwrap();
    let mut reader = Polled::new(lock.read());
    reader.pending_with(&panicking());
    panic_of(|| guard.downgrade());
    let read = reader.ready();
    assert!(lock.try_write().is_err(), "a reader has it");
    drop(read);
    *lock.try_write().unwrap() += 1;
}
