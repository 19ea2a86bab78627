//! Is user code refused under a lock of state, and told where the lock was taken?

#![cfg(debug_assertions)]

use std::panic::{Location, catch_unwind};

use kettle_events::{StateLock, assert_unlocked};

static OUTER: StateLock<u8> = StateLock::new(1);
static INNER: StateLock<u8> = StateLock::new(2);

/// What is said of user code that runs now.
fn refused() -> Option<String> {
    let panic = catch_unwind(assert_unlocked).err()?;
    Some(*panic.downcast().expect("the words of a panic"))
}

#[test]
fn user_code_is_refused_until_the_last_guard_is_dropped() {
    assert_eq!(refused(), None);
    let (line, outer) = (Location::caller().line(), OUTER.lock());
    assert_eq!(*outer + *INNER.lock(), 3);
    let place = format!("{}:{line}:", file!());
    let words = refused().expect("one is still held");
    assert!(words.starts_with("user code must not run under a lock of kettle's state, taken at "));
    assert!(words.contains(&place), "{words} has no {place}");
    let inner = INNER.lock();
    drop(outer);
    assert!(refused().is_some(), "in whichever order they are dropped");
    drop(inner);
    assert_eq!(refused(), None);
}

#[test]
fn a_lock_that_another_thread_holds_says_nothing() {
    let _held = OUTER.lock();
    assert_eq!(std::thread::spawn(refused).join().unwrap(), None);
}
