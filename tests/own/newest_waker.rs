//! Of several wakers that were left for one thing, is the newest called, and no other?

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};
use std::thread;

use crate::common::engine::*;
use crate::records::*;
use kettle::runtime::Handle;
use kettle::sync::oneshot;
use kettle_events::{Event, Id};

/// Polls `future` from one task, then from another; `wake` makes it ready. Only the second is
/// woken.
async fn the_second_is_woken<F>(future: F, wake: impl AsyncFnOnce())
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    let both = Both::new(future);
    let start = |both: Both<F>| {
        let polls = Arc::new(AtomicUsize::new(0));
        let counted = polls.clone();
        let ready = Channel::new();
        let tell = ready.clone();
        let task = kettle::spawn(poll_fn(move |cx| {
            counted.fetch_add(1, Ordering::SeqCst);
            let polled = both.poll(cx).map(|_| ());
            if polled.is_ready() {
                tell.send(());
            }
            polled
        }));
        (task, polls, ready)
    };
    let (lost, first, _) = start(both.clone());
    settle().await;
    let (_, second, ready) = start(both);
    settle().await;
    assert_eq!((first.load(Ordering::SeqCst), second.load(Ordering::SeqCst)), (1, 1));
    wake().await;
    ready.receive().await;
    assert_eq!(first.load(Ordering::SeqCst), 1, "the first is not woken");
    lost.abort(); // it was to be, as its handle tells the doctor
}

#[test]
fn the_newest_waker_of_a_join_handle_is_woken() {
    run_within_a_minute(async || {
        for by_message in [false, true] {
            let go = Channel::new();
            let (wait, own) = (go.clone(), Handle::current());
            let spawn = move || own.spawn(async move { wait.receive().await });
            let handle = if by_message { thread::spawn(spawn).join().unwrap() } else { spawn() };
            the_second_is_woken(handle, async || go.send(())).await;
        }
    });
}

#[test]
fn the_newest_waker_of_a_handle_in_another_runtime_is_woken() {
    within_a_minute(|| {
        let (handles, go) = (Channel::new(), Channel::new());
        let (give, wait) = (handles.clone(), go.clone());
        let other = thread::spawn(move || {
            runtime().block_on(async {
                let done = Channel::new();
                let tell = done.clone();
                give.send(kettle::spawn(async move {
                    let value: u32 = wait.receive().await;
                    tell.send(());
                    value
                }));
                done.receive().await;
            });
        });
        runtime().block_on(async {
            let handle = handles.receive().await;
            the_second_is_woken(handle, async || go.send(7)).await;
        });
        other.join().unwrap();
    });
}

#[test]
fn who_polls_again_is_known_and_replaces_nobody() {
    let (id, records) = run_recorded(async || {
        let (_send, mut receive) = oneshot::channel::<()>();
        let sleeper = Sleeper::default();
        let polled = sleeper.clone();
        let task = kettle::spawn(poll_fn(move |cx| {
            let mine = cx.waker().clone();
            assert!(mine.will_wake(cx.waker()));
            assert!(Pin::new(&mut receive).poll(cx).is_pending());
            polled.poll(cx)
        }));
        for _ in 0..2 {
            settle().await;
            sleeper.waker().wake();
        }
        settle().await;
        assert_eq!(sleeper.polls(), 3);
        task.id()
    });
    let waits = records.iter().filter_map(|record| match record.event {
        Event::Wait { wait, .. } if record.task == Some(id) => Some(wait),
        _ => None,
    });
    let waits: Vec<Id> = waits.collect();
    assert_eq!(waits, [waits[0]; 3]);
}

#[kettle::test]
async fn a_waiter_in_the_place_of_an_ended_task_is_another_one() {
    let (send, receive) = oneshot::channel();
    let receive = Both::new(receive);
    let (first, mut waits) = (receive.clone(), false);
    let first = kettle::spawn(poll_fn(move |cx| {
        if std::mem::replace(&mut waits, true) {
            return Poll::Ready(());
        }
        assert!(first.poll(cx).is_pending());
        cx.waker().wake_by_ref();
        Poll::Pending
    }));
    first.await.unwrap();
    // The next task stands where that one stood, and waits where it has waited.
    let next = kettle::spawn(poll_fn(move |cx| receive.poll(cx)));
    settle().await;
    send.send("tea").unwrap();
    settle().await;
    assert!(next.is_finished());
    assert_eq!(next.await.unwrap(), Ok("tea"));
}

#[test]
fn who_waits_is_woken_though_its_task_moved_to_another_waker() {
    // The same task, behind another waker at the second poll: a combinator's own.
    run_within_a_minute(async || {
        let go = Channel::new();
        let mut handle = Box::pin(kettle::spawn(go.received()));
        must_wait(|cx| handle.as_mut().poll(cx)).await;
        let (tell, told) = mpsc::channel();
        let foreign = waker_that(move || tell.send(()).unwrap());
        assert!(handle.as_mut().poll(&mut Context::from_waker(&foreign)).is_pending());
        go.send(());
        settle().await;
        assert_eq!(told.try_recv(), Ok(()));
        handle.await.unwrap();
    });
}
