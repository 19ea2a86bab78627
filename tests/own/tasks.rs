//! Tasks: how often they are polled, what goes between threads, and whose doing the records say it
//! is.

use std::cell::Cell;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use kettle::task::{LocalSet, yield_now};
use kettle::time::sleep;
use kettle::trace::{Event, Record, record};
use kettle_events::{Cause, Effect, Kind};

use crate::common::engine::*;
use crate::records::*;

#[test]
fn on_its_own_thread_it_takes_one_poll_before_and_one_after_the_end() {
    let ((), records) = run_recorded(async || kettle::spawn(async {}).await.unwrap());
    let main = picked!(records, Event::Spawn { task, kind: Kind::Main, .. } => task);
    assert_eq!(polls_of(&records, main[0]), 2, "to the loop it is a task");
    let messages = |event: &Event| matches!(event, Event::Message { .. });
    assert_eq!(count(&records, messages), 0);
}

#[test]
fn a_busy_set_leaves_the_others_their_turn() {
    let (ids, records) = record(|| {
        let set = LocalSet::new();
        for _ in 0..500 {
            set.spawn_local(async {
                loop {
                    yield_now().await;
                }
            });
        }
        set.block_on(&runtime(), async {
            let other = kettle::spawn(yield_times(10));
            let id = other.id();
            other.await.unwrap();
            id
        })
    });
    // Ten times it gave way, and each time the set could poll some of its tasks, not all.
    let polls = picked!(records, Event::PollStart { task } if task != ids => task);
    assert!(polls.len() < 12 * 100);
}

/// As with the runtime's own tasks: a timer or another thread wakes a task before its turn.
#[test]
fn a_crowded_set_serves_whom_the_outside_has_woken_soon() {
    within_a_minute(|| {
        let (ids, records) = record(|| {
            let set = LocalSet::new();
            let done = Rc::new(Cell::new(false));
            for _ in 0..10_000 {
                let done = done.clone();
                set.spawn_local(yield_until(move || done.get()));
            }
            let news = Channel::new();
            let sleeps = set.spawn_local(async { sleep(Duration::from_millis(2)).await });
            let receives = set.spawn_local(news.received());
            let ids = [sleeps.id(), receives.id()];
            let (go, may_go) = std::sync::mpsc::channel();
            let sender = thread::spawn(move || may_go.recv().map(|()| news.send(())));
            set.block_on(&runtime(), async {
                sleeps.await.unwrap();
                go.send(()).unwrap(); // the other waits by now
                receives.await.unwrap();
                done.set(true);
            });
            sender.join().unwrap().unwrap();
            ids
        });
        for id in ids {
            let from_outside = |record: &&Record| {
                matches!(record.event, Event::Wake { task, by: Cause::Timer | Cause::Message, .. }
                    if task == id)
            };
            let woken = records.iter().rfind(from_outside).expect("it was woken from outside").seq;
            let later = records.iter().position(|record| record.seq > woken).unwrap();
            let polls = picked!(records[later..], Event::PollStart { task } => task);
            let before = polls.iter().position(|task| *task == id).unwrap();
            assert!(before <= 2 * 61, "{before} polls before its own");
        }
    });
}

// ---- futures ------------------------------------------------------------------------------------

#[test]
fn an_end_asks_each_task_once_however_many_turns_it_takes() {
    let tasks = 500; // many times the event interval, which binds while timers wait
    let ((), records) = run_recorded(async || {
        for _ in 0..tasks {
            drop(kettle::spawn(sleep(Duration::from_hours(1))));
        }
        settle().await;
    });
    assert_eq!(picked!(records, Event::Cancel { .. } => ()).len(), tasks);
    assert_eq!(picked!(records, Event::Wake { effect: Effect::Coalesced, .. } => ()), []);
}
