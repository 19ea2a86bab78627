//! Does each wait say whether its waker is the running task's own?

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::common::engine::*;
use kettle::sync::Notify;
use kettle::task::{JoinSet, LocalSet, yield_now};
use kettle::trace::record;
use kettle_events::{Event, Resource, SyncKind};

/// Of each wait for such a thing, in their order: was its waker the task's own?
fn owns(is: fn(Resource) -> bool, main: impl AsyncFnOnce()) -> Vec<bool> {
    let ((), records) = record(|| runtime().block_on(main()));
    let own = |event| match event {
        Event::Wait { on, own, .. } if is(on) => Some(own),
        _ => None,
    };
    records.iter().filter_map(|record| own(record.event)).collect()
}

fn task(on: Resource) -> bool {
    matches!(on, Resource::Task(_))
}

fn notify(on: Resource) -> bool {
    matches!(on, Resource::Sync(SyncKind::Notify, ..))
}

/// A waker that another crate's combinator has made of a task's.
struct Wrapped(Waker);

impl Wake for Wrapped {
    fn wake(self: Arc<Wrapped>) {
        self.0.wake_by_ref();
    }
}

fn wrapped<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let mut future = Box::pin(future);
    poll_fn(move |cx| {
        let waker = Waker::from(Arc::new(Wrapped(cx.waker().clone())));
        future.as_mut().poll(&mut Context::from_waker(&waker))
    })
}

#[test]
fn a_handle_that_is_only_peeked_at_is_asked_with_another_waker() {
    let asked = owns(task, async || {
        let mut handle = kettle::spawn(yield_now());
        let mut peek = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut handle).poll(&mut peek).is_pending());
        handle.await.unwrap();
    });
    assert_eq!(asked, [false, true]);
}

#[test]
fn a_future_in_another_crates_set_is_asked_with_a_waker_of_that_set() {
    let asked = owns(task, async || {
        wrapped(kettle::spawn(yield_now())).await.unwrap();
    });
    assert_eq!(asked, [false]);
}

#[test]
fn branches_of_our_macros_and_members_of_our_sets_are_asked_with_the_tasks_own() {
    let asked = owns(task, async || {
        let [one, other] = [(); 2].map(|()| kettle::spawn(yield_now()));
        kettle::join!(one, async {
            kettle::select! { biased; it = other => it.unwrap() }
        })
        .0
        .unwrap();
        let mut set = JoinSet::new();
        set.spawn(yield_now());
        set.join_next().await.unwrap().unwrap();
    });
    assert_eq!(asked, [true; 3]);
}

#[test]
fn the_outer_tasks_waker_is_its_own_again_after_a_nested_poll() {
    let asked = owns(notify, async || {
        let set = LocalSet::new();
        let (notify, local) = (Notify::new(), set.spawn_local(yield_now()));
        let mut both = pin!(async {
            let mut set = pin!(set);
            poll_fn(|cx| {
                let _ = set.as_mut().poll(cx);
                Poll::Ready(())
            })
            .await;
            notify.notified().await;
        });
        kettle::select! { biased; () = &mut both => {}, () = yield_now() => {} }
        drop(local);
    });
    assert!(!asked.is_empty() && asked.iter().all(|own| *own), "{asked:?}");
}
