//! Tasks: how often they are polled, what goes between threads, and whose doing the records say it is.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Handle};
use kettle::task::{LocalSet, yield_now};
use kettle::time::sleep;
use kettle::trace::{Event, Record, Recorder, Sink, record};
use kettle_events::{Cause, Effect, Id, Kind};
use kettle_runtime::Config;

use crate::common::engine::*;
use crate::records::*;

#[test]
fn on_its_own_thread_it_takes_one_poll_before_and_one_after_the_end() {
    let ((), records) =
        record(|| runtime().block_on(async { kettle::spawn(async {}).await.unwrap() }));
    let main = records.iter().find_map(|record| match record.event {
        Event::Spawn { task, kind: Kind::Main, .. } => Some(task),
        _ => None,
    });
    assert_eq!(polls_of(&records, main.expect("to the loop it is a task")), 2);
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
            let other = kettle::spawn(async {
                for _ in 0..10 {
                    yield_now().await;
                }
            });
            let id = other.id();
            other.await.unwrap();
            id
        })
    });
    // Ten times it gave way, and each time the set could poll some of its tasks, not all.
    let polls = records.iter().filter(
        |record| matches!(record.event, kettle::trace::Event::PollStart { task } if task != ids),
    );
    assert!(polls.count() < 12 * 100);
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
                set.spawn_local(async move {
                    while !done.get() {
                        yield_now().await;
                    }
                });
            }
            let news = Channel::new();
            let wait = news.clone();
            let sleeps = set.spawn_local(async { sleep(Duration::from_millis(2)).await });
            let receives = set.spawn_local(async move { wait.receive().await });
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
            let polls = records.iter().filter(|record| record.seq > woken).filter_map(|record| {
                if let Event::PollStart { task } = record.event { Some(task) } else { None }
            });
            let before = polls.take_while(|task| *task != id).count();
            assert!(before <= 2 * 61, "{before} polls before its own");
        }
    });
}

// ---- futures ------------------------------------------------------------------------------------

#[test]
fn an_end_asks_each_task_once_however_many_turns_it_takes() {
    let tasks = 500; // many times the event interval, which binds while timers wait
    let ((), records) = record(|| {
        let runtime = runtime();
        runtime.block_on(async {
            for _ in 0..tasks {
                drop(kettle::spawn(sleep(Duration::from_hours(1))));
            }
            settle().await;
        });
    });
    let all =
        |what: fn(&Event) -> bool| records.iter().filter(|record| what(&record.event)).count();
    assert_eq!(all(|event| matches!(event, Event::Cancel { .. })), tasks);
    assert_eq!(all(|event| matches!(event, Event::Wake { effect: Effect::Coalesced, .. })), 0);
}

/// With 0 the loop would spin, or a blocking job would wait forever. (`Builder` refuses it, too.)
#[test]
fn the_engines_own_door_refuses_a_config_that_could_do_nothing() {
    let refused = |config: Config| panic_of(|| drop(kettle_runtime::Runtime::with(config)));
    let words = refused(Config { event_interval: 0, ..Config::default() });
    assert!(words.contains("`event_interval` is 0"), "{words}");
    let words = refused(Config { max_blocking_threads: 0, ..Config::default() });
    assert!(words.contains("`max_blocking_threads` is 0"), "{words}");
}

#[test]
fn the_engines_doors_go_everywhere() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    fn unpin<T: Unpin>() {}
    send::<kettle_runtime::WakerSlot>();
    sync::<kettle_runtime::WakerSlot>();
    send::<kettle_runtime::Timer>();
    sync::<kettle_runtime::Timer>();
    unpin::<kettle_runtime::Timer>();
}

#[test]
fn a_task_that_was_aborted_before_its_runtimes_end_is_cancelled_once() {
    let (recorder, recording) = Recorder::new();
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    runtime.block_on(async { kettle::spawn(pending::<()>()).abort() });
    drop(runtime);
    let cancels = |record: &&Record| matches!(record.event, Event::Cancel { .. });
    assert_eq!(recording.records().iter().filter(cancels).count(), 1);
}

#[test]
fn a_task_that_ended_is_not_counted_while_the_loop_sleeps() {
    within_a_minute(|| {
        let runtime = runtime();
        let (handle, metrics) = (runtime.handle().clone(), runtime.handle().metrics());
        let news = Channel::new();
        let end = news.clone();
        let watcher = thread::spawn(move || {
            while metrics.worker_park_unpark_count(0) % 2 == 0 {}
            let task = handle.spawn(async {});
            while !task.is_finished() || metrics.worker_park_unpark_count(0) % 2 == 0 {}
            end.send(metrics.num_alive_tasks());
        });
        let alive = runtime.block_on(news.receive());
        watcher.join().unwrap();
        assert_eq!(alive, 0);
    });
}

#[test]
fn the_doctors_list_of_waiting_tasks_is_without_the_main_future() {
    let list = Arc::<Mutex<Option<Vec<_>>>>::default();
    let seen = list.clone();
    let look = move || *seen.lock().unwrap() = Some(Handle::current().metrics().waiting());
    let mut builder = Builder::new_current_thread();
    let runtime = builder.start_paused(true).on_thread_park(look).build().unwrap();
    runtime.block_on(async { sleep(Duration::from_millis(1)).await });
    assert_eq!(list.lock().unwrap().take(), Some(vec![]));
}

#[test]
fn a_runtime_that_a_task_ends_records_nothing_as_that_tasks_doing() {
    let (recorder, recording) = Recorder::with_capacity(10_000);
    let inner = Builder::new_current_thread().trace(recorder).build().unwrap();
    inner.spawn(pending::<()>());
    inner.block_on(yield_now());
    let outer = runtime();
    let ends = outer.spawn(async move {
        inner.shutdown_background();
        kettle::task::id()
    });
    let id = outer.block_on(ends).unwrap();
    let records = recording.records();
    let end = records.iter().position(|record| matches!(record.event, Event::RunEnd { .. }));
    assert!(records.len() > end.unwrap() + 1, "the end of the task is on record");
    assert!(records.iter().all(|record| record.task != Some(id)));
}

/// Asks, whenever it is called, which task a program would be told.
struct AsksForTheTask(Arc<Mutex<Vec<Option<Id>>>>);

impl Sink for AsksForTheTask {
    fn record(&mut self, _: &[Record]) {
        self.0.lock().unwrap().push(kettle_runtime::shown_id());
    }
}

#[test]
fn a_runtime_that_an_unwanted_output_ends_is_no_tasks_doing() {
    let answers = Arc::<Mutex<Vec<_>>>::default();
    let sink = AsksForTheTask(answers.clone());
    let inner = Builder::new_current_thread().trace(sink).build().unwrap();
    inner.spawn(pending::<()>());
    let ends_it = on_drop(move || drop(inner));
    runtime().block_on(async {
        drop(kettle::spawn(async { ends_it }));
        yield_now().await;
    });
    let answers = answers.lock().unwrap();
    assert!(!answers.is_empty() && answers.iter().all(Option::is_none), "{answers:?}");
}
