//! `task_local!`, `LocalKey`, `TaskLocalFuture`.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

use crate::common::engine::{keep, on_drop, outputs_of};
use crate::help::{Counted, Drops, Polled, panic_of};

kettle::task_local! {
    static NUMBER: u32;
    /// Attributes and visibility are kept.
    #[allow(dead_code)]
    pub(crate) static NAME: &'static str;
    static CELL: Cell<u32>;
    static COUNTED: Option<Counted>
}

mod inner {
    kettle::task_local! { pub static WITHOUT_SEMICOLON: u32 }
    kettle::task_local! {}
}

#[kettle::test]
async fn a_scope_keeps_its_value_over_awaits_beside_others() {
    let task = |number| async move {
        for _ in 0..5 {
            assert_eq!(NUMBER.get(), number);
            kettle::task::yield_now().await;
        }
    };
    let tasks = [1, 2, 3].map(|number| kettle::spawn(NUMBER.scope(number, task(number))));
    outputs_of(tasks).await;
    kettle::join!(NUMBER.scope(4, task(4)), NUMBER.scope(5, task(5)));
}

#[kettle::test]
async fn a_spawned_task_does_not_inherit_it() {
    NUMBER
        .scope(1, async {
            assert!(kettle::spawn(async { NUMBER.try_get().is_err() }).await.unwrap());
            assert!(kettle::task::spawn_blocking(|| NUMBER.try_get().is_err()).await.unwrap());
        })
        .await;
}

#[test]
fn a_sync_scope_has_its_value() {
    let result = NUMBER.sync_scope(1, || {
        assert_eq!(NUMBER.sync_scope(2, || NUMBER.get()), 2);
        NUMBER.get()
    });
    assert_eq!(result, 1);
    assert!(NUMBER.try_get().is_err());
    assert_eq!(inner::WITHOUT_SEMICOLON.sync_scope(3, || inner::WITHOUT_SEMICOLON.get()), 3);
}

#[test]
fn without_a_value_with_and_get_panic_at_the_callers_line() {
    for panicked in [panic_of(|| NUMBER.with(|_| ())), panic_of(|| NUMBER.get())] {
        assert_eq!(panicked.file, file!());
    }
}

#[test]
fn the_error_without_a_value() {
    let error = NUMBER.try_with(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "task-local value not set");
    assert_eq!(format!("{error:?}"), "AccessError");
    assert_eq!(Some(error), NUMBER.try_get().err());
    assert!(error.source().is_none());
}

#[test]
fn a_panic_leaves_the_scope() {
    NUMBER.sync_scope(1, || {
        let inner = catch_unwind(|| NUMBER.sync_scope(2, || panic!("on purpose")));
        assert!(inner.is_err());
        assert_eq!(NUMBER.get(), 1);
        let mut polled = Polled::new(NUMBER.scope(3, async { panic!("on purpose") }));
        assert!(catch_unwind(AssertUnwindSafe(|| polled.poll())).is_err());
        assert_eq!(NUMBER.get(), 1);
    });
    assert!(NUMBER.try_get().is_err());
}

#[test]
fn a_scope_cannot_be_entered_inside_with() {
    NUMBER.sync_scope(1, || {
        let sync = panic_of(|| NUMBER.with(|_| NUMBER.sync_scope(2, || ())));
        assert_eq!(sync.file, file!());
        let mut scope = Polled::new(NUMBER.scope(2, ready(())));
        let polled = panic_of(|| NUMBER.with(|_| scope.poll()));
        assert!(!polled.words.is_empty());
        assert_eq!(NUMBER.get(), 1, "still there");
        // Another key may be.
        NUMBER.with(|_| NAME.sync_scope("tea", || assert_eq!(NAME.get(), "tea")));
        NUMBER.with(|number| NUMBER.with(|again| assert_eq!(number, again)));
    });
}

#[test]
fn a_value_is_dropped_with_the_future_of_its_scope() {
    let drops = Drops::default();
    let mut scope = Polled::new(COUNTED.scope(Some(drops.value()), ready(())));
    scope.ready();
    assert_eq!(drops.count(), 0, "it can still be taken out");
    drop(scope);
    assert_eq!(drops.count(), 1);
    COUNTED.sync_scope(Some(drops.value()), || assert_eq!(drops.count(), 1));
    assert_eq!(drops.count(), 2);
}

/// What says at its drop which number it sees.
fn sees(tx: &mpsc::Sender<Result<u32, ()>>) -> impl Send + use<> {
    let tx = tx.clone();
    on_drop(move || tx.send(NUMBER.try_get().map_err(drop)))
}

#[test]
fn the_future_is_dropped_with_its_value_in_place() {
    let (tx, rx) = mpsc::channel();
    let seen = sees(&tx);
    let mut ended = Polled::new(NUMBER.scope(1, async move { drop(seen) }));
    ended.ready();
    assert_eq!(rx.recv(), Ok(Ok(1)), "at its end");

    drop(Polled::waiting(NUMBER.scope(2, keep(sees(&tx)))));
    assert_eq!(rx.recv(), Ok(Ok(2)), "half way");

    let seen = sees(&tx);
    drop(NUMBER.scope(3, async move { drop(seen) }));
    assert_eq!(rx.recv(), Ok(Ok(3)), "before the first poll");
}

#[test]
fn take_value_after_the_end_and_before() {
    let mut scope = Box::pin(CELL.scope(Cell::new(1), async { CELL.with(|cell| cell.set(2)) }));
    let mut polled = Polled::new(scope.as_mut());
    polled.ready();
    drop(polled);
    assert_eq!(scope.as_mut().take_value(), Some(Cell::new(2)));
    assert_eq!(scope.as_mut().take_value(), None);

    let mut scope = Box::pin(NUMBER.scope(1, async { NUMBER.try_get().is_err() }));
    assert_eq!(scope.as_mut().take_value(), Some(1));
    assert!(Polled::new(scope).ready(), "it no longer sees one");
}

#[test]
fn polled_after_its_end_it_panics_at_the_callers_line() {
    let mut scope = Box::pin(NUMBER.scope(1, ready(())));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(scope.as_mut().poll(&mut cx).is_ready());
    let panicked = panic_of(|| scope.as_mut().poll(&mut cx));
    assert_eq!(panicked.file, file!());
    assert!(panicked.words.contains("polled after completion"), "{panicked:?}");
}

#[test]
fn debug() {
    assert_eq!(format!("{NUMBER:?}"), "LocalKey { .. }");
    assert!(format!("{:?}", NUMBER.scope(7, ready(()))).contains("TaskLocalFuture { value: "));
}

#[test]
fn in_another_thread_locals_drop_there_is_no_value() {
    thread_local! { static LAST: RefCell<Option<Box<dyn Send>>> = const { RefCell::new(None) }; }
    let (tx, rx) = mpsc::channel();
    std::thread::spawn(move || {
        NUMBER.sync_scope(1, || LAST.with(|last| last.replace(Some(Box::new(sees(&tx))))));
    });
    assert_eq!(rx.recv(), Ok(Err(())));
}
