//! `sync::SetOnce`: a value that is set once, and for which tasks wait.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread;

use kettle::runtime::Builder;
use kettle::sync::{SetOnce, SetOnceError};
use kettle::task::spawn;

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY, any};
use crate::help::{Drops, Polled};

auto_traits!(SetOnce<NN>: !Send & !Sync & Unpin);
auto_traits!(SetOnce<YN>: Send & !Sync & Unpin);
auto_traits!(SetOnce<YY>: Send & Sync & Unpin);
auto_traits!(SetOnceError<NN>: !Send & !Sync & Unpin);
auto_traits!(SetOnceError<YN>: Send & !Sync & Unpin);
auto_traits!(SetOnceError<YY>: Send & Sync & Unpin);
auto_traits!(fn SetOnce::<NN>::wait(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn SetOnce::<YN>::wait(any()) => !Send & !Sync & !Unpin);
auto_traits!(fn SetOnce::<YY>::wait(any()) => Send & Sync & !Unpin);

static EMPTY: SetOnce<u8> = SetOnce::const_new();
static GIVEN: SetOnce<u8> = SetOnce::const_new_with(7);

#[test]
fn a_static_can_be_made() {
    assert_eq!(GIVEN.get(), Some(&7));
    assert_eq!(Polled::new(GIVEN.wait()).ready(), &7);
    assert_eq!(GIVEN.set(8), Err(SetOnceError(8)));
    let mut waits = Polled::new(EMPTY.wait());
    waits.pending();
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
    let mut waits: Vec<_> = (0..20).map(|_| Polled::new(cell.wait())).collect();
    waits.iter_mut().for_each(Polled::pending);
    cell.set(1).unwrap();
    assert!(cell.set(2).is_err());
    for wait in &mut waits {
        assert_eq!(wait.wakes(), 1);
        assert_eq!(wait.ready(), &1);
    }
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

#[derive(Default)]
struct Counts(AtomicUsize);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_dropped_wait_is_not_woken_and_leaves_no_waker() {
    let cell = SetOnce::new();
    let counts = Arc::new(Counts::default());
    let mut stays = Polled::new(cell.wait());
    {
        let waker = Waker::from(counts.clone());
        let mut waits = Box::pin(cell.wait());
        assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        stays.pending();
    }
    assert_eq!(Arc::strong_count(&counts), 1);
    cell.set(1).unwrap();
    assert_eq!((counts.0.load(Ordering::SeqCst), stays.wakes()), (0, 1));
}

#[test]
fn only_the_newest_waker_is_called() {
    let cell = SetOnce::new();
    let all = [Arc::new(Counts::default()), Arc::new(Counts::default())];
    let mut waits = Box::pin(cell.wait());
    for counts in &all {
        let waker = Waker::from(counts.clone());
        assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    cell.set(1).unwrap();
    assert_eq!(all.map(|counts| counts.0.load(Ordering::SeqCst)), [0, 1]);
}

/// Does something when it is woken.
struct Acts<F: Fn() + Send + Sync>(F);

impl<F: Fn() + Send + Sync> Wake for Acts<F> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

#[test]
fn a_waker_may_use_the_cell() {
    let cell = Arc::new(SetOnce::new());
    let seen = Arc::new(Mutex::new(None));
    let (looks, keeps) = (cell.clone(), seen.clone());
    let waker = Waker::from(Arc::new(Acts(move || {
        assert!(looks.set(2).is_err());
        *keeps.lock().unwrap() = looks.get().copied();
    })));
    let mut waits = Box::pin(cell.wait());
    assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    cell.set(1).unwrap();
    assert_eq!(*seen.lock().unwrap(), Some(1));
}

#[test]
fn the_value_is_dropped_once() {
    let drops = Drops::default();
    let cell = SetOnce::new();
    assert!(cell.set(drops.value()).is_ok());
    let refused = cell.set(drops.value());
    assert_eq!(drops.count(), 0);
    drop(refused);
    assert_eq!(drops.count(), 1);
    drop(cell);
    assert_eq!(drops.count(), 2);
    drop(SetOnce::from(drops.value()).into_inner());
    assert_eq!(drops.count(), 3);
}

#[test]
fn the_error_says_what_happened_and_has_the_value() {
    let error = SetOnce::from(1).set(2).unwrap_err();
    assert_eq!(error.to_string(), "SetOnceError");
    assert_eq!(format!("{error:?}"), "SetOnceError(2)");
    assert_eq!(error.0, 2);
}

#[kettle::test]
async fn tasks_wait_for_the_value() {
    let cell = Arc::new(SetOnce::new());
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let cell = cell.clone();
            spawn(async move { *cell.wait().await })
        })
        .collect();
    cell.set(1).unwrap();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 1);
    }
}

#[test]
fn threads_wait_for_the_value_and_one_sets_it() {
    let cell = Arc::new(SetOnce::new());
    let threads: Vec<_> = (0..4)
        .map(|number| {
            let cell = cell.clone();
            thread::spawn(move || {
                let set = cell.set(number).is_ok();
                let runtime = Builder::new_current_thread().build().unwrap();
                (set, runtime.block_on(async { *cell.wait().await }))
            })
        })
        .collect();
    let all: Vec<(bool, i32)> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(all.iter().filter(|(set, _)| *set).count(), 1);
    assert!(all.iter().all(|(_, value)| Some(value) == cell.get()), "{all:?}");
}
