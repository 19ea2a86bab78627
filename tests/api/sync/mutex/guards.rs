//! Guards: what they lock, what they own, and what happens when they are forgotten or panic.

use std::sync::Arc;

use kettle::sync::{Mutex, MutexGuard, OwnedMutexGuard};

use crate::help::{Polled, now, panic_of};

#[test]
fn an_owned_guard_goes_where_it_likes() {
    let mutex = Arc::new(Mutex::new(1));
    let mut guard = now(mutex.clone().lock_owned());
    assert!(Arc::ptr_eq(OwnedMutexGuard::mutex(&guard), &mutex));
    assert!(mutex.try_lock().is_err());
    std::thread::spawn(move || *guard += 1).join().unwrap();
    assert_eq!(*mutex.try_lock().unwrap(), 2);
    assert_eq!(Arc::strong_count(&mutex), 1);
    assert_eq!(Arc::try_unwrap(mutex).unwrap().into_inner(), 2);
}

#[test]
fn owned_and_borrowed_stand_in_one_line() {
    let mutex = Arc::new(Mutex::new(0));
    let guard = mutex.clone().try_lock_owned().unwrap();
    let borrowed = Polled::waiting(mutex.lock());
    let mut owned = Polled::waiting(mutex.clone().lock_owned());
    drop(guard);
    assert_eq!((borrowed.wakes(), owned.wakes()), (1, 0));
    drop(borrowed);
    assert_eq!(owned.wakes(), 1);
    drop(owned.ready());
}

#[test]
fn a_cancelled_lock_owned_gives_the_mutex_back() {
    let mutex = Arc::new(Mutex::new(0));
    let guard = now(mutex.lock());
    drop(Polled::waiting(mutex.clone().lock_owned()));
    assert_eq!(Arc::strong_count(&mutex), 1);
    drop(guard);
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn a_panic_does_not_poison() {
    let mutex = Mutex::new(1);
    let mut lock = Polled::new(mutex.lock());
    panic_of(|| {
        let mut guard = now(mutex.lock());
        lock.pending();
        *guard = 2;
        panic!("while it is held");
    });
    assert_eq!((lock.wakes(), *lock.ready()), (1, 2));
}

#[test]
fn a_forgotten_guard_locks_for_ever_and_nothing_worse() {
    let mut mutex = Mutex::new(1);
    std::mem::forget(mutex.try_lock().unwrap());
    drop(Polled::waiting(mutex.lock()));
    assert!(mutex.try_lock().is_err());
    *mutex.get_mut() += 1;
    assert_eq!(mutex.into_inner(), 2);

    let mutex = Arc::new(Mutex::new(1));
    std::mem::forget(mutex.clone().try_lock_owned().unwrap());
    assert!(mutex.try_lock().is_err());
    assert!(Arc::try_unwrap(mutex).is_err(), "the forgotten guard still owns it");
}

#[test]
fn a_guard_knows_its_mutex_longer_than_it_lives() {
    let mutex = Mutex::new(1);
    let back: &Mutex<i32> = {
        let guard = mutex.try_lock().unwrap();
        MutexGuard::mutex(&guard)
    };
    assert!(back.try_lock().is_ok());
}

#[kettle::test]
async fn blocking_in_async_code_panics() {
    let mutex = Arc::new(Mutex::new(1));
    panic_of(|| drop(mutex.blocking_lock()));
    panic_of(|| drop(mutex.clone().blocking_lock_owned()));
    assert!(mutex.try_lock().is_ok());
}
