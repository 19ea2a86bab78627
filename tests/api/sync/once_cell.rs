//! `sync::OnceCell`: a value that one of many tasks computes when it is first needed.

use std::cell::Cell;
use std::error::Error;
use std::future::Ready;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use kettle::sync::{OnceCell, SetError, oneshot};
use kettle::task::yield_now;

use crate::common::engine::runtime;
use crate::help::{Polled, panic_of};

static EMPTY: OnceCell<u8> = OnceCell::const_new();
static GIVEN: OnceCell<u8> = OnceCell::const_new_with(7);

#[test]
fn a_static_can_be_made() {
    assert_eq!(GIVEN.get(), Some(&7));
    assert!(GIVEN.set(8).unwrap_err().is_already_init_err());
    assert_eq!(Polled::new(GIVEN.get_or_init(|| async { 9 })).ready(), &7);
    assert!(!EMPTY.initialized());
    assert_eq!(Polled::new(EMPTY.get_or_init(|| async { 1 })).ready(), &1);
    assert_eq!(EMPTY.get(), Some(&1));
}

#[test]
fn it_is_set_once() {
    let mut cell = OnceCell::new();
    assert!(cell.get().is_none() && cell.get_mut().is_none() && !cell.initialized());
    cell.set("tea").unwrap();
    assert!(cell.initialized());
    assert_eq!(cell.get(), Some(&"tea"));
    assert_eq!(cell.set("milk"), Err(SetError::AlreadyInitializedError("milk")));
    *cell.get_mut().unwrap() = "cold tea";
    assert_eq!(cell.get(), Some(&"cold tea"));
    assert_eq!(cell.into_inner(), Some("cold tea"));
    assert_eq!(OnceCell::<u8>::default().into_inner(), None);
}

#[test]
fn it_can_begin_with_a_value() {
    assert_eq!(OnceCell::from(1).get(), Some(&1));
    assert_eq!(OnceCell::new_with(Some(1)).get(), Some(&1));
    assert_eq!(OnceCell::<u8>::new_with(None).get(), None);
    let mut given = OnceCell::const_new_with(1);
    *given.get_mut().unwrap() += 1;
    assert_eq!(given.into_inner(), Some(2));
}

#[test]
fn take_leaves_an_empty_cell() {
    let mut cell = OnceCell::from(1);
    assert_eq!(cell.take(), Some(1));
    assert!(!cell.initialized());
    assert_eq!(cell.take(), None);
    cell.set(2).unwrap();
    assert_eq!(cell.take(), Some(2));
    assert_eq!(Polled::new(cell.get_or_init(|| async { 3 })).ready(), &3);
}

#[test]
fn cells_are_compared_cloned_and_printed_by_value() {
    let (empty, one) = (OnceCell::new(), OnceCell::from(1));
    assert!(empty != one && one == one.clone() && empty == empty.clone());
    assert_eq!(
        format!("{empty:?} {one:?}"),
        "OnceCell { value: None } OnceCell { value: Some(1) }"
    );
    let copy = empty.clone();
    copy.set(2).unwrap();
    assert!(!empty.initialized());
}

#[test]
fn the_first_computes_and_the_others_wait() {
    let cell = OnceCell::new();
    let (tx, rx) = oneshot::channel();
    let mut first = Polled::new(cell.get_or_init(|| async { rx.await.unwrap() }));
    let mut second = Polled::new(cell.get_or_init(|| async { unreachable!() }));
    let mut third = Polled::new(cell.get_or_try_init(|| async { Err(()) }));
    first.pending();
    second.pending();
    third.pending();
    assert_eq!(cell.set(9), Err(SetError::InitializingError(9)));
    assert!(!cell.initialized());
    tx.send(1).unwrap();
    assert_eq!(first.wakes(), 1);
    assert_eq!(first.ready(), &1);
    assert_eq!((second.wakes(), third.wakes()), (1, 1));
    assert_eq!((second.ready(), third.ready()), (&1, Ok(&1)));
}

#[test]
fn a_computation_that_panics_leaves_the_turn_to_the_next() {
    let cell = OnceCell::new();
    let mut first = Polled::new(cell.get_or_init(|| async {
        yield_once().await;
        panic!("in the computation")
    }));
    let mut second = Polled::new(cell.get_or_init(|| async { 2 }));
    first.pending();
    second.pending();
    panic_of(|| first.poll());
    assert_eq!(second.wakes(), 1);
    assert_eq!(second.ready(), &2);
    let cell = OnceCell::new();
    let panics = || -> Ready<u8> { panic!("before there is a future") };
    let mut first = Polled::new(cell.get_or_init(panics));
    panic_of(|| first.poll());
    assert_eq!(cell.set(3), Ok(()));
}

/// Pending once, and wakes.
fn yield_once() -> impl Future<Output = ()> {
    let yielded = Cell::new(false);
    std::future::poll_fn(move |cx| {
        if yielded.replace(true) {
            return std::task::Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
}

#[test]
fn the_closure_is_called_only_if_it_is_needed() {
    let (cell, calls) = (OnceCell::new(), Cell::new(0));
    let compute = || {
        calls.set(calls.get() + 1);
        async { 1 }
    };
    let mut first = Polled::new(cell.get_or_init(compute));
    assert_eq!(calls.get(), 0, "not before it is polled");
    first.ready();
    Polled::new(cell.get_or_init(compute)).ready();
    assert_eq!(calls.get(), 1);
}

#[test]
fn errors_say_what_happened() {
    let already = SetError::AlreadyInitializedError(1);
    assert!(already.is_already_init_err() && !already.is_initializing_err());
    assert_eq!(already.to_string(), "AlreadyInitializedError");
    let computing: Box<dyn Error> = Box::new(SetError::InitializingError(1));
    assert_eq!(computing.to_string(), "InitializingError");
    let early = SetError::InitializingError(1);
    assert!(early.is_initializing_err() && !early.is_already_init_err());
}

#[test]
fn threads_share_one_computation() {
    let (cell, runs) = (OnceCell::new(), AtomicUsize::new(0));
    let computes = |number| {
        let compute = || async {
            runs.fetch_add(1, Ordering::SeqCst);
            yield_now().await;
            number
        };
        runtime().block_on(async { *cell.get_or_init(compute).await })
    };
    let values = thread::scope(|scope| {
        let threads = [0, 1, 2, 3].map(|number| scope.spawn(move || computes(number)));
        threads.map(|thread| thread.join().unwrap())
    });
    assert!(values.iter().all(|value| Some(value) == cell.get()), "{values:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}
