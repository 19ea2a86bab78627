//! Real threads against an engine that goes to sleep again and again: is every wake followed by a
//! poll that sees why?
//!
//! Luck decides which orders come up here: a flag taken in two steps and a reply that wakes nobody
//! were found at each run, a sleeper that looks before it writes in one of three, a missing fence
//! never. All orders of the protocols: `tests/models/tests/threads`. Below are messages that come
//! at one certain moment. Outputs on their way to handles on other threads:
//! `api/task/join_handle.rs`, and while the engine changes hands `api/runtime/block_on.rs`.

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::task::{Poll, Waker};
use std::thread;

use crate::common::engine::*;
use crate::records::*;
use kettle::runtime::Builder;
use kettle::task::yield_now;
use kettle::trace::{Event, Record, Recorder};
use kettle_events::MessageKind;

const THREADS: usize = 8;

/// What each thread has written, and what the task has seen of it.
#[derive(Default)]
struct Thing {
    written: AtomicUsize,
    seen: AtomicUsize,
}

#[test]
fn after_every_wake_a_poll_sees_why() {
    const ROUNDS: usize = 1000;
    const WAKES: usize = 13;
    within_a_minute(|| {
        let things: Arc<[Thing; THREADS]> = Arc::default();
        let wakers = Channel::new();
        let (give, seen_by_task) = (wakers.clone(), things.clone());
        let mut polls = 0;
        let task = poll_fn(move |cx| {
            polls += 1;
            if polls == 1 {
                give.send(cx.waker().clone());
            }
            let mut all = true;
            for thing in &*seen_by_task {
                // Relaxed: it is the wake that must bring it here.
                let written = thing.written.load(Ordering::Relaxed);
                thing.seen.store(written, Ordering::Relaxed);
                all &= written == ROUNDS * WAKES;
            }
            if all { Poll::Ready(polls) } else { Poll::Pending }
        });
        runtime().block_on(async move {
            let task = kettle::spawn(task);
            let waker: Waker = wakers.receive().await;
            let round = Arc::new(Barrier::new(THREADS));
            for which in 0..THREADS {
                let (things, waker, round) = (things.clone(), waker.clone(), round.clone());
                thread::spawn(move || {
                    for number in 1..=ROUNDS {
                        round.wait();
                        for wake in 1..=WAKES {
                            let written = (number - 1) * WAKES + wake;
                            things[which].written.store(written, Ordering::Relaxed);
                            waker.wake_by_ref();
                        }
                        // Nobody wakes any more until all have been seen: a lost one stays lost.
                        while things[which].seen.load(Ordering::Relaxed) < number * WAKES {
                            thread::yield_now();
                        }
                    }
                });
            }
            let polls: usize = task.await.unwrap();
            assert!((ROUNDS..=ROUNDS * WAKES * THREADS + 1).contains(&polls), "{polls} polls");
        });
    });
}

/// A flood of aborts would otherwise grow faster than the loop can open it.
#[test]
fn a_thousand_aborts_from_another_thread_are_one_message() {
    let ((), records) = run_recorded(async || {
        let task = kettle::spawn(std::future::pending::<()>());
        settle().await;
        let abort = task.abort_handle();
        thread::spawn(move || (0..1000).for_each(|_| abort.abort())).join().unwrap();
        assert!(task.await.unwrap_err().is_cancelled());
    });
    let aborts = |r: &&Record| matches!(r.event, Event::Message { kind: MessageKind::Abort });
    assert_eq!(records.iter().filter(aborts).count(), 1);
    assert_eq!(count(&records, |event| matches!(event, Event::Cancel { .. })), 1);
}

#[test]
fn an_abort_of_a_task_that_has_ended_does_not_stand_for_the_next_tasks() {
    run_within_a_minute(async || {
        for _ in 0..2 {
            // Its header goes to the next task: nobody holds the abort handle any more.
            let ended = kettle::spawn(async {});
            let abort = ended.abort_handle();
            settle().await;
            thread::spawn(move || abort.abort()).join().unwrap();
            ended.await.unwrap();
            let next = kettle::spawn(std::future::pending::<()>());
            let abort = next.abort_handle();
            settle().await;
            thread::spawn(move || abort.abort()).join().unwrap();
            assert!(next.await.unwrap_err().is_cancelled());
        }
    });
}

#[test]
fn messages_sent_just_before_a_runtime_leaves_a_thread_are_handled_before_it_has_left() {
    let runtime = runtime();
    let handle = runtime.handle();
    runtime.block_on(async {
        elsewhere(|| {
            for _ in 0..3000 {
                handle.spawn(pending::<()>());
            }
        });
    });
    assert_eq!(handle.metrics().num_alive_tasks(), 3000);
}

/// It would end the next sleep for nothing, and costs a system call.
#[test]
fn a_message_to_a_loop_that_is_awake_unparks_nothing() {
    let ((), records) = run_recorded(async || {
        let news = Channel::new();
        let receiver = kettle::spawn(news.received());
        yield_now().await;
        elsewhere(|| news.send(()));
        receiver.await.unwrap();
        let_park().await;
    });
    let unparked = picked!(records, Event::Unpark { unparked, .. } => unparked);
    assert!(!unparked.is_empty() && !unparked.contains(&true), "{unparked:?}");
}

/// As many as a turn has polls, neither more nor fewer.
#[test]
fn a_turn_receives_as_many_messages_as_it_polls_tasks() {
    const TASKS: usize = 1000;
    let (recorder, recording) = Recorder::with_capacity(100_000);
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    let handle = runtime.handle().clone();
    let spawn = move || (0..TASKS).map(|_| handle.spawn(async {})).collect::<Vec<_>>();
    let tasks = thread::spawn(spawn).join().unwrap();
    runtime.block_on(async {
        outputs_of(tasks).await;
    });
    let records = recording.records();
    let turns = records.split(|record| matches!(record.event, Event::Turn { .. }));
    let received = |turn: &[Record]| {
        turn.iter().filter(|record| matches!(record.event, Event::Message { .. })).count()
    };
    let received: Vec<usize> = turns.map(received).filter(|messages| *messages > 0).collect();
    let (last, full) = received.split_last().expect("there were a thousand");
    assert!(full.iter().all(|messages| *messages == 61) && *last == TASKS % 61, "{received:?}");
}

/// Among so many tasks that are always ready, with neither a timer nor a socket.
#[test]
fn a_wake_from_another_thread_is_as_prompt_as_a_timers() {
    const INTERVAL: usize = 31;
    const TASKS: usize = 100_000;
    let polls = Arc::new(AtomicUsize::new(0));
    let mut builder = Builder::new_current_thread();
    let runtime = builder.event_interval(u32::try_from(INTERVAL).unwrap()).build().unwrap();
    let late = runtime.block_on(async {
        let news = Channel::new();
        for _ in 0..TASKS {
            let (polls, news) = (polls.clone(), news.clone());
            kettle::spawn(async move {
                loop {
                    let now = polls.fetch_add(1, Ordering::Relaxed);
                    if now % (TASKS / 10 + 7) == 0 {
                        elsewhere(|| news.send(now)); // inside of this poll
                    }
                    yield_now().await;
                }
            });
        }
        let mut late = Vec::new();
        for _ in 0..20 {
            let then = news.receive().await;
            late.push(polls.load(Ordering::Relaxed) - then);
        }
        late
    });
    assert!(late.iter().all(|polls| *polls <= 2 * INTERVAL), "{late:?}");
}
