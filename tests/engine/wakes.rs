//! Does every wake do what it must, once, whoever calls it, wherever and however late?
//!
//! Not here: places in the run queue, and any order of wakes, polls and ends
//! (`exercises/task-state/check.rs`, which judges the engine's own file).

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use crate::common::engine::*;
use crate::records::*;
use kettle::runtime::Builder;
use kettle::task::{LocalSet, spawn_local, yield_now};
use kettle::trace::{Record, Sink, record};
use kettle_events::{Effect, Event, MessageKind};

/// Wakes itself a thousand times in its first poll.
fn wakes_itself() -> impl Future<Output = ()> {
    let mut wakes = 1000;
    poll_fn(move |cx| {
        (0..std::mem::take(&mut wakes)).for_each(|_| cx.waker().wake_by_ref());
        Poll::Pending
    })
}

/// Calls the waker that the program has put here, and keeps the records.
#[derive(Clone, Default)]
struct CallsAWaker {
    waker: Arc<Mutex<Option<Waker>>>,
    records: Arc<Mutex<Vec<Record>>>,
}

impl Sink for CallsAWaker {
    fn record(&mut self, records: &[Record]) {
        self.records.lock().unwrap().extend_from_slice(records);
        self.waker.lock().unwrap().take().into_iter().for_each(Waker::wake);
    }
}

#[test]
fn a_sink_that_wakes_a_future_that_has_just_ended_wakes_no_task() {
    let sink = CallsAWaker::default();
    let runtime = Builder::new_current_thread().trace(sink.clone()).build().unwrap();
    runtime.block_on(poll_fn(|cx| {
        *sink.waker.lock().unwrap() = Some(cx.waker().clone());
        Poll::Ready(())
    }));
    runtime.block_on(async {}); // records what the sink has done
    let records = sink.records.lock().unwrap().clone();
    let wakes = records.iter().filter_map(|record| match record.event {
        Event::Wake { effect, .. } => Some(effect),
        _ => None,
    });
    // Each `block_on` queues its future first.
    assert_eq!(wakes.collect::<Vec<_>>(), [Effect::Queued(1), Effect::Stale, Effect::Queued(1)]);
}

// ---- during a poll ------------------------------------------------------------------------------

#[test]
fn a_thousand_self_wakes_are_one_more_poll() {
    let (id, records) = run_recorded(async || {
        let task = kettle::spawn(wakes_itself());
        settle().await;
        task.id()
    });
    assert_eq!(polls_of(&records, id), 2);
    let wakes = wakes_of(&records, id);
    assert_eq!(wakes[0], Effect::DuringPoll);
    assert!(wakes[1..1000].iter().all(|effect| *effect == Effect::Coalesced), "{wakes:?}");
}

#[test]
fn of_a_wake_and_a_yield_in_one_poll_the_yields_comes_too_late() {
    for yield_first in [false, true] {
        let (id, records) = run_recorded(async move || {
            let mut polls = 0;
            let task = kettle::spawn(poll_fn(move |cx| {
                polls += 1;
                if polls > 1 {
                    return Poll::Ready(());
                }
                if !yield_first {
                    cx.waker().wake_by_ref();
                }
                let mut yielding = pin!(yield_now());
                assert!(yielding.as_mut().poll(cx).is_pending());
                if yield_first {
                    cx.waker().wake_by_ref();
                }
                Poll::Pending
            }));
            let id = task.id();
            task.await.expect("a task that ends");
            id
        });
        assert_eq!(polls_of(&records, id), 2, "yield first: {yield_first}");
        let wakes = wakes_of(&records, id);
        assert!(wakes.ends_with(&[Effect::DuringPoll, Effect::Stale]), "{wakes:?}");
    }
}

#[test]
fn a_thousand_self_wakes_of_the_main_future_are_one_more_poll() {
    let (polls, _) = record(|| {
        let mut polls = 0;
        let other = Channel::new();
        let second = other.clone();
        runtime().block_on(poll_fn(|cx| {
            polls += 1;
            if polls == 1 {
                (0..1000).for_each(|_| cx.waker().wake_by_ref());
                // The third poll comes from a task, after the second had every chance.
                let (waker, second) = (cx.waker().clone(), second.clone());
                kettle::spawn(async move {
                    settle().await;
                    second.send(());
                    waker.wake();
                });
            }
            if other.len() > 0 { Poll::Ready(()) } else { Poll::Pending }
        }));
        polls
    });
    assert_eq!(polls, 3);
}

#[test]
fn a_thousand_self_wakes_of_a_local_task_are_one_more_poll() {
    let (id, records) = record(|| {
        LocalSet::new().block_on(&runtime(), async {
            let task = spawn_local(wakes_itself());
            settle().await;
            task.id()
        })
    });
    assert_eq!(polls_of(&records, id), 2);
}

#[test]
fn a_wake_from_another_thread_during_a_poll_is_one_more_poll() {
    within_a_minute(|| {
        let sleeper = Sleeper::default();
        let watched = sleeper.clone();
        runtime().block_on(async {
            let mut first = true;
            let task = kettle::spawn(poll_fn(move |cx| {
                let polled = sleeper.poll(cx);
                if std::mem::take(&mut first) {
                    // It is woken, completely, while it is being polled.
                    let waker = cx.waker().clone();
                    elsewhere(|| waker.wake());
                }
                polled
            }));
            settle().await;
            assert_eq!(watched.polls(), 2);
            task.abort();
        });
    });
}

// ---- after the end ------------------------------------------------------------------------------

#[test]
fn a_wake_after_ready_does_nothing() {
    let (ids, records) = run_recorded(async || {
        let kept = Channel::new();
        let keep = kept.clone();
        let ended = kettle::spawn(poll_fn(move |cx| {
            keep.send(cx.waker().clone());
            Poll::Ready(())
        }));
        let ended_id = ended.id();
        ended.await.unwrap();
        // The next task stands where the ended one stood.
        let next = kettle::spawn(pending::<()>());
        settle().await;
        let waker = kept.receive().await;
        waker.wake_by_ref();
        waker.wake();
        settle().await;
        (ended_id, next.id())
    });
    assert_eq!(polls_of(&records, ids.0), 1);
    assert_eq!(wakes_of(&records, ids.0), [Effect::Stale, Effect::Stale]);
    assert_eq!(polls_of(&records, ids.1), 1);
}

#[test]
fn a_wake_after_ready_from_another_thread_does_nothing() {
    within_a_minute(|| {
        let (ids, records) = run_recorded(async || {
            let sleeper = Sleeper::default();
            let task = kettle::spawn(sleeper.clone().sleep());
            settle().await;
            task.abort();
            let ended = task.id();
            assert!(task.await.unwrap_err().is_cancelled());
            let next = kettle::spawn(pending::<()>());
            settle().await;
            let waker = sleeper.waker();
            elsewhere(|| waker.wake());
            settle().await;
            (ended, next.id())
        });
        assert_eq!(polls_of(&records, ids.0), 2, "the first, and the one that drops it");
        let messages = records.iter().filter(|r| matches!(r.event, Event::Message { .. }));
        assert_eq!(messages.count(), 0, "a wake of a task that has ended is not even sent");
        assert_eq!(polls_of(&records, ids.1), 1);
    });
}

// ---- from other threads -------------------------------------------------------------------------

#[test]
fn wakes_from_eight_threads_at_once_are_one_poll_and_one_message() {
    within_a_minute(|| {
        let (id, records) = run_recorded(async || {
            let sleeper = Sleeper::default();
            let task = kettle::spawn(sleeper.clone().sleep());
            settle().await;
            let (barrier, waker) = (Barrier::new(8), sleeper.waker());
            // The engine's thread is busy here, until all of them have called.
            thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        barrier.wait();
                        (0..100).for_each(|_| waker.wake_by_ref());
                    });
                }
            });
            settle().await;
            assert_eq!(sleeper.polls(), 2);
            // Nor does a second one follow, where a wake here comes before the next from there.
            elsewhere(|| sleeper.waker().wake());
            sleeper.waker().wake();
            elsewhere(|| sleeper.waker().wake());
            settle().await;
            task.id()
        });
        let messages = |event: &Event| matches!(event, Event::Message { kind: MessageKind::Wake });
        assert_eq!(count(&records, messages), 2);
        assert_eq!(polls_of(&records, id), 4);
    });
}

#[test]
fn a_message_to_a_task_that_has_ended_does_not_stand_for_the_next_tasks_wakes() {
    run_within_a_minute(async || {
        // It ends while the message is on its way; the next task gets its header.
        let first = kettle::spawn(poll_fn(|cx| {
            let waker = cx.waker().clone();
            elsewhere(|| waker.wake());
            Poll::Ready(())
        }));
        first.await.unwrap();
        let sleeper = Sleeper::default();
        kettle::spawn(sleeper.clone().sleep());
        settle().await;
        let waker = sleeper.waker();
        elsewhere(|| waker.wake());
        settle().await;
        assert_eq!(sleeper.polls(), 2);
    });
}
