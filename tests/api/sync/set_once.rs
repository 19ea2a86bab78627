//! `sync::SetOnce`: a value that is set once, and for which tasks wait.

use kettle::sync::{SetOnce, SetOnceError};

use crate::help::{self, Polled};

static EMPTY: SetOnce<u8> = SetOnce::const_new();
static GIVEN: SetOnce<u8> = SetOnce::const_new_with(7);

#[test]
fn a_static_can_be_made() {
    assert_eq!(GIVEN.get(), Some(&7));
    assert_eq!(Polled::new(GIVEN.wait()).ready(), &7);
    assert_eq!(GIVEN.set(8), Err(SetOnceError(8)));
    let mut waits = Polled::waiting(EMPTY.wait());
    EMPTY.set(1).unwrap();
    assert_eq!(waits.ready(), &1);
}

#[test]
fn it_is_set_once() {
    let cell = SetOnce::new();
    assert_eq!((cell.get(), cell.initialized()), (None, false));
    cell.set("tea").unwrap();
    assert!(cell.initialized());
    assert_eq!(cell.set("milk"), Err(SetOnceError("milk")));
    assert_eq!(cell.get(), Some(&"tea"));
    assert_eq!(cell.into_inner(), Some("tea"));
    assert_eq!(SetOnce::<u8>::default().into_inner(), None);
}

#[test]
fn it_can_begin_with_a_value() {
    assert_eq!(SetOnce::from(1).get(), Some(&1));
    assert_eq!(SetOnce::new_with(Some(1)).into_inner(), Some(1));
    assert_eq!(SetOnce::<u8>::new_with(None).get(), None);
}

#[test]
fn cells_are_compared_cloned_and_printed_by_value() {
    let (empty, one) = (SetOnce::new(), SetOnce::from(1));
    assert!(empty != one && one == one.clone() && empty == empty.clone());
    assert_eq!(format!("{empty:?} {one:?}"), "SetOnce { value: None } SetOnce { value: Some(1) }");
    let copy = empty.clone();
    copy.set(2).unwrap();
    assert!(!empty.initialized());
}

#[test]
fn every_waiter_is_woken_once() {
    let cell = SetOnce::new();
    let waits = (0..20).map(|_| cell.wait());
    let values =
        help::each_is_woken_once(waits, |value| assert_eq!(cell.set(value).is_ok(), value == 1));
    assert_eq!(values, [&1; 20]);
    assert_eq!(Polled::new(cell.wait()).ready(), &1);
}

#[test]
fn a_wait_that_was_not_polled_before_the_value_finds_it() {
    let cell = SetOnce::new();
    let mut waits = Polled::new(cell.wait());
    cell.set(1).unwrap();
    assert_eq!(waits.ready(), &1);
    assert_eq!(waits.wakes(), 0);
}

#[test]
fn a_dropped_wait_is_not_woken() {
    let cell = SetOnce::new();
    let stays = Polled::waiting(cell.wait());
    help::a_dropped_wait_is_not_woken(cell.wait(), || cell.set(1).unwrap());
    assert_eq!(stays.wakes(), 1);
}

#[test]
fn only_the_newest_waker_is_called() {
    let cell = SetOnce::new();
    let set = || cell.set(1).unwrap();
    assert_eq!(help::only_the_newest_waker_is_called(cell.wait(), set), &1);
}

#[test]
fn the_error_says_what_happened_and_has_the_value() {
    let error = SetOnce::from(1).set(2).unwrap_err();
    assert_eq!(error.to_string(), "SetOnceError");
    assert_eq!(format!("{error:?}"), "SetOnceError(2)");
    assert_eq!(error.0, 2);
}
