//! `Semaphore`, its permits and its errors.

use std::sync::Arc;

use kettle::sync::{Semaphore, TryAcquireError};
use kettle::task::{spawn_blocking, yield_now};

use crate::help::{self, Polled, Side, panic_of, panicking, side, waker_that};

#[test]
fn a_constant_semaphore_is_one_like_any_other() {
    static SEMAPHORE: Semaphore = Semaphore::const_new(3);
    let permit = SEMAPHORE.try_acquire_many(3).unwrap();
    assert_eq!(permit.num_permits(), 3);
    assert_eq!(SEMAPHORE.try_acquire().err(), Some(TryAcquireError::NoPermits));
    drop(permit);
    assert_eq!(SEMAPHORE.available_permits(), 3);
}

#[test]
fn no_permits_are_always_there() {
    let semaphore = Semaphore::new(0);
    assert_eq!(semaphore.try_acquire_many(0).unwrap().num_permits(), 0);
    let _waits = Polled::waiting(semaphore.acquire());
    assert_eq!(Polled::new(semaphore.acquire_many(0)).ready().unwrap().num_permits(), 0);
    semaphore.close();
    assert!(Polled::new(semaphore.acquire_many(0)).ready().is_err());
    assert_eq!(semaphore.try_acquire_many(0).err(), Some(TryAcquireError::Closed));
}

#[test]
fn a_future_that_was_never_polled_has_no_place() {
    let semaphore = Semaphore::new(1);
    let early = semaphore.acquire();
    let permit = semaphore.try_acquire().unwrap();
    drop(early);
    drop(permit);
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn the_newest_waker_is_called() {
    let semaphore = Semaphore::new(0);
    let add = || semaphore.add_permits(1);
    drop(help::only_the_newest_waker_is_called(semaphore.acquire(), add).unwrap());
}

#[test]
fn a_waker_that_panics_keeps_no_other_asleep() {
    let semaphore = Semaphore::new(0);
    let mut waiters: Vec<_> = (0..3).map(|_| Polled::new(semaphore.acquire())).collect();
    waiters[0].pending();
    waiters[1].pending_with(&panicking());
    waiters[2].pending();
    let mut last = Polled::new(semaphore.acquire());
    last.pending_with(&waker_that(|| panic!("another waker that panics")));
    assert_eq!(panic_of(|| semaphore.add_permits(5)).words, "a waker that panics");
    assert_eq!(waiters[0].wakes(), 1);
    // tokio drops the wakers behind it.
    assert_eq!(waiters[2].wakes(), usize::from(side() == Side::Kettle));
    let permits: Vec<_> = waiters.iter_mut().map(|waiter| waiter.ready().unwrap()).collect();
    assert_eq!((permits.len(), semaphore.available_permits()), (3, 1));
    drop((permits, last));
    assert_eq!(semaphore.available_permits(), 5);
}

#[test]
fn a_forgotten_permit_never_comes_back() {
    let semaphore = Arc::new(Semaphore::new(5));
    semaphore.try_acquire_many(2).unwrap().forget();
    assert_eq!(semaphore.available_permits(), 3);
    semaphore.clone().try_acquire_many_owned(2).unwrap().forget();
    assert_eq!(semaphore.available_permits(), 1);
    assert_eq!(Arc::strong_count(&semaphore), 1);
}

#[test]
fn permits_are_merged_and_split() {
    let semaphore = Arc::new(Semaphore::new(6));
    let mut permit = semaphore.try_acquire().unwrap();
    permit.merge(semaphore.try_acquire_many(2).unwrap());
    assert_eq!((permit.num_permits(), semaphore.available_permits()), (3, 3));
    let part = permit.split(2).unwrap();
    assert_eq!((part.num_permits(), permit.num_permits()), (2, 1));
    assert!(permit.split(2).is_none());
    assert_eq!(permit.num_permits(), 1);
    drop(part);
    assert_eq!(semaphore.available_permits(), 5);
    assert_eq!(permit.split(1).unwrap().num_permits(), 1);
    assert_eq!(permit.num_permits(), 0);
    drop(permit);
    assert_eq!(semaphore.available_permits(), 6);

    let mut owned = semaphore.clone().try_acquire_owned().unwrap();
    owned.merge(semaphore.clone().try_acquire_many_owned(3).unwrap());
    let part = owned.split(1).unwrap();
    assert!(owned.split(4).is_none());
    assert_eq!((part.num_permits(), owned.num_permits()), (1, 3));
    assert_eq!(semaphore.available_permits(), 2);
    drop((owned, part));
    assert_eq!(semaphore.available_permits(), 6);
}

#[test]
fn a_permit_knows_its_semaphore() {
    let semaphore = Arc::new(Semaphore::new(2));
    let borrows = semaphore.try_acquire().unwrap();
    assert!(std::ptr::eq(borrows.semaphore(), &raw const *semaphore));
    let owns = semaphore.clone().try_acquire_owned().unwrap();
    assert!(Arc::ptr_eq(owns.semaphore(), &semaphore));
}

#[test]
fn permits_of_different_semaphores_are_not_merged() {
    let (one, other) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(1)));
    let mut permit = one.try_acquire().unwrap();
    let others = other.try_acquire().unwrap();
    assert_eq!(panic_of(|| permit.merge(others)).file, file!());
    assert_eq!(other.available_permits(), 1, "it was dropped on the way");
    drop(permit);
    let mut permit = one.clone().try_acquire_owned().unwrap();
    let others = other.clone().try_acquire_owned().unwrap();
    assert_eq!(panic_of(|| permit.merge(others)).file, file!());
    assert_eq!((permit.num_permits(), other.available_permits()), (1, 1));
}

#[test]
fn there_are_at_most_max_permits() {
    assert_eq!(Semaphore::MAX_PERMITS, usize::MAX >> 3);
    let semaphore = Semaphore::new(Semaphore::MAX_PERMITS);
    panic_of(|| semaphore.add_permits(1));
    panic_of(|| Semaphore::new(Semaphore::MAX_PERMITS + 1));
    panic_of(|| Semaphore::const_new(Semaphore::MAX_PERMITS + 1));
}

#[test]
fn errors_say_what_is_wrong() {
    let semaphore = Semaphore::new(0);
    assert_eq!(semaphore.try_acquire().unwrap_err().to_string(), "no permits available");
    semaphore.close();
    assert_eq!(semaphore.try_acquire().unwrap_err().to_string(), "semaphore closed");
    let error = Polled::new(semaphore.acquire()).ready().unwrap_err();
    assert_eq!(error.to_string(), "semaphore closed");
    let boxed: Box<dyn std::error::Error + Send + Sync> = Box::new(error);
    assert!(boxed.source().is_none());
    assert!(format!("{semaphore:?}").starts_with("Semaphore"));
}

#[kettle::test]
async fn a_thread_may_block_for_a_permit() {
    let semaphore = Arc::new(Semaphore::new(0));
    let blocks = spawn_blocking({
        let semaphore = semaphore.clone();
        move || {
            let one = semaphore.blocking_acquire().unwrap().num_permits();
            let two = semaphore.blocking_acquire_many(2).unwrap().num_permits();
            let owned = semaphore.clone().blocking_acquire_owned().unwrap().num_permits();
            let more = semaphore.clone().blocking_acquire_many_owned(2).unwrap().num_permits();
            [one, two, owned, more]
        }
    });
    semaphore.add_permits(1);
    yield_now().await;
    semaphore.add_permits(1);
    assert_eq!(blocks.await.unwrap(), [1, 2, 1, 2]);
    assert_eq!(semaphore.available_permits(), 2);
    semaphore.close();
    let closed = spawn_blocking(move || semaphore.blocking_acquire().is_err());
    assert!(closed.await.unwrap());
}

#[kettle::test]
async fn blocking_in_async_code_panics() {
    let semaphore = Arc::new(Semaphore::new(5));
    assert_eq!(panic_of(|| drop(semaphore.blocking_acquire())).file, file!());
    assert_eq!(panic_of(|| drop(semaphore.blocking_acquire_many(1))).file, file!());
    let owned = semaphore.clone();
    assert_eq!(panic_of(|| drop(owned.blocking_acquire_owned())).file, file!());
    let owned = semaphore.clone();
    assert_eq!(panic_of(|| drop(owned.blocking_acquire_many_owned(1))).file, file!());
    assert_eq!(semaphore.available_permits(), 5);
}

/// More than there can be panics; but what the tasks in line take does not count as free.
#[test]
fn permits_are_added_up_to_the_limit_behind_those_that_wait() {
    let semaphore = Semaphore::new(0);
    let mut waits = Polled::waiting(semaphore.acquire_many(2));
    semaphore.add_permits(Semaphore::MAX_PERMITS + 2);
    assert_eq!((waits.wakes(), semaphore.available_permits()), (1, Semaphore::MAX_PERMITS));
    waits.ready().unwrap().forget();
    assert_eq!(semaphore.forget_permits(usize::MAX), Semaphore::MAX_PERMITS);

    let mut waits = Polled::waiting(semaphore.acquire_many(2));
    panic_of(|| semaphore.add_permits(Semaphore::MAX_PERMITS + 3));
    if side() == Side::Kettle {
        // In tokio the waiter has its permits now, and is never woken.
        waits.pending();
        assert_eq!((waits.wakes(), semaphore.available_permits()), (0, 0), "nothing was added");
        semaphore.add_permits(2);
        assert_eq!(waits.wakes(), 1);
    }
    assert_eq!(waits.ready().unwrap().num_permits(), 2);
}
