//! Guards of a part of the value, and mutexes that are made by a `const fn`.

use std::sync::Arc;

use kettle::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::help::{Polled, panic_of};

#[test]
fn a_guard_is_mapped_to_a_part_of_the_value() {
    let mutex = Mutex::new((String::from("tea"), [1, 2]));
    let numbers = MutexGuard::map(mutex.try_lock().unwrap(), |value| &mut value.1);
    assert_eq!((format!("{numbers:?}"), mutex.try_lock().is_err()), ("[1, 2]".into(), true));
    let mut second = MappedMutexGuard::map(numbers, |numbers| &mut numbers[1]);
    *second += 5;
    assert_eq!(format!("{second}"), "7");
    assert!(mutex.try_lock().is_err());
    drop(second);
    let mut text: MappedMutexGuard<'_, str> =
        MutexGuard::map(mutex.try_lock().unwrap(), |value| value.0.as_mut_str());
    text.make_ascii_uppercase();
    drop(text);
    assert_eq!(mutex.into_inner(), (String::from("TEA"), [1, 7]));
}

#[test]
fn what_is_not_there_gives_the_guard_back() {
    let mutex = Mutex::new(vec![1, 2]);
    let guard = mutex.try_lock().unwrap();
    let mut guard = MutexGuard::try_map(guard, |all| all.get_mut(5)).unwrap_err();
    guard.push(3);
    let part = MutexGuard::try_map(guard, |all| all.get_mut(1..)).unwrap();
    let part =
        MappedMutexGuard::try_map(part, |part| part.first_mut().filter(|_| false)).unwrap_err();
    let mut last = MappedMutexGuard::try_map(part, <[_]>::last_mut).unwrap();
    *last = 9;
    drop(last);
    assert_eq!(mutex.into_inner(), [1, 2, 9]);
}

#[test]
fn a_mapped_guard_hands_the_lock_to_the_first_in_line() {
    let mutex = Mutex::new((1, 2));
    let part = MutexGuard::map(mutex.try_lock().unwrap(), |value| &mut value.0);
    let [mut first, mut second] = [(); 2].map(|()| Polled::waiting(mutex.lock()));
    drop(part);
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    assert!(mutex.try_lock().is_err(), "it is kept for the first");
    drop(first.ready());
    drop(second.ready());
}

#[test]
fn a_map_that_panics_releases_the_lock() {
    let mutex = Mutex::new(1);
    let mut waits = Polled::new(mutex.lock());
    panic_of(|| {
        let guard = mutex.try_lock().unwrap();
        waits.pending();
        drop(MutexGuard::map(guard, |_| -> &mut u8 { panic!("in a map") }));
    });
    assert_eq!(waits.wakes(), 1);
    drop(waits.ready());
    panic_of(|| {
        let part = MutexGuard::map(mutex.try_lock().unwrap(), |value| value);
        drop(MappedMutexGuard::try_map(part, |_| -> Option<&mut u8> { panic!("in a map") }));
    });
    assert!(mutex.try_lock().is_ok());
}

#[kettle::test]
async fn a_constant_mutex_is_one_like_any_other() {
    static MUTEX: Mutex<Vec<u8>> = Mutex::const_new(Vec::new());
    MUTEX.lock().await.push(1);
    {
        let mut guard = MUTEX.try_lock().unwrap();
        guard.push(2);
        assert!(MUTEX.try_lock().is_err());
    }
    assert_eq!(std::mem::take(&mut *MUTEX.lock().await), [1, 2]);

    let mut mutex = Mutex::const_new(1);
    *mutex.get_mut() += 1;
    assert_eq!(mutex.into_inner(), 2);
    assert_eq!(Mutex::const_new(3).into_inner(), 3);
    let owned = Arc::new(Mutex::const_new(4)).lock_owned().await;
    assert_eq!(*owned, 4);
}
