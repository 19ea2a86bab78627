//! Does a subscriber of `tracing` hear what tokio-console needs?
//!
//! Each test runs a program with the console's sink and a recorder beside it, and compares what a
//! small subscriber heard with what the engine's records say.

mod listener;
mod resources;
mod wakers;

use std::cell::Cell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::task::{LocalSet, yield_now};
use kettle::time::sleep;
use kettle_events::{Cause, Effect};
use kettle_trace::{Console, Event, Record, Recorder, Sink};

use listener::{Counts, Listener, Said, Span};

/// A sink that is two.
struct Both(Console, Recorder);

impl Sink for Both {
    fn record(&mut self, records: &[Record]) {
        self.0.record(records);
        self.1.record(records);
    }

    fn live(&self) -> bool {
        self.0.live()
    }
}

/// Runs `program` (with a virtual clock) and its runtime's end.
fn watch<F: Future>(listener: &Listener, program: F) -> (F::Output, Vec<Record>) {
    let (recorder, recording) = Recorder::new();
    let output = tracing::subscriber::with_default(listener.clone(), || {
        let sink = Both(Console::new(), recorder);
        let mut builder = Builder::new_current_thread();
        let runtime = builder.start_paused(true).trace(sink).build().unwrap();
        runtime.block_on(program)
    });
    (output, recording.records())
}

/// Runs what can ask meanwhile what was heard so far; and all is over then.
fn overheard<F: Future>(program: impl FnOnce(Listener) -> F) -> Listener {
    let listener = Listener::default();
    watch(&listener, program(listener.clone()));
    listener.assert_over();
    listener
}

/// Polls and wakes of each task by its number, as the engine recorded them.
fn recorded(records: &[Record]) -> HashMap<String, Counts> {
    let mut counts: HashMap<String, Counts> = HashMap::new();
    for record in records {
        match record.event {
            Event::Spawn { task, .. } => {
                counts.insert(task.get().to_string(), Counts::default());
            }
            Event::PollStart { task } => {
                counts.get_mut(&task.get().to_string()).unwrap().polls += 1;
            }
            Event::Wake { task, by, effect } if effect != Effect::Stale => {
                let counts = counts.get_mut(&task.get().to_string()).unwrap();
                // The first queueing is no wake: nobody called a waker.
                counts.wakes += usize::from(by != Cause::Runtime || counts.polls > 0);
                counts.self_wakes += usize::from(by == Cause::Task(task));
            }
            _ => {}
        }
    }
    counts
}

#[test]
fn a_task_is_a_span_with_its_passport() {
    let listener = Listener::default();
    let line = line!() + 2;
    let program = async {
        kettle::spawn(async {}).await.unwrap();
    };
    let size = size_of_val(&program);
    let ((), records) = watch(&listener, program);
    let main = listener.task("main");
    assert_eq!((main.field("kind"), main.is_root), ("block_on", true));
    assert_eq!(main.field("size.bytes"), size.to_string());
    let task = listener.task("task 1");
    assert_eq!((task.name, task.target), ("runtime.spawn", "kettle::task"));
    assert_eq!((task.field("kind"), task.is_root), ("task", true));
    assert_eq!(task.field("size.bytes"), task.field("original_size.bytes"));
    assert_eq!((task.field("loc.file"), task.field("loc.line")), (file!(), &*line.to_string()));
    assert_eq!(task.field("loc.col"), "9");
    assert!(recorded(&records).contains_key(task.field("task.id")));
    listener.assert_over();
}

#[test]
fn polls_and_wakes_are_those_of_the_engine() {
    let listener = Listener::default();
    let ((), records) = watch(&listener, async {
        let ticks = kettle::spawn(async {
            for _ in 0..3 {
                sleep(Duration::from_millis(1)).await;
            }
        });
        let yields = kettle::spawn(async {
            for _ in 0..5 {
                yield_now().await;
            }
        });
        let mut times = 0;
        let wakes_itself = kettle::spawn(poll_fn(move |cx| {
            if times == 5 {
                return Poll::Ready(());
            }
            times += 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        }));
        let (tx, mut rx) = kettle::sync::mpsc::channel(1);
        let sends = kettle::spawn(async move {
            for number in 0..4 {
                tx.send(number).await.unwrap();
            }
        });
        while rx.recv().await.is_some() {}
        for handle in [ticks, yields, wakes_itself, sends] {
            handle.await.unwrap();
        }
    });
    let recorded = recorded(&records);
    assert_eq!(recorded.len(), 5);
    for task in listener.spans("runtime.spawn") {
        let heard = Counts { wakers: 0, ..listener.counts(&task) };
        assert_eq!(heard, recorded[task.field("task.id")], "{task:?}");
    }
    // And the numbers are no accident: a task that calls its own waker wakes itself. A yield does not:
    // the loop calls the deferred waker. Nor does a timer.
    let task = |name| listener.counts(&listener.task(name));
    assert_eq!((task("task 1").polls, task("task 1").self_wakes), (4, 0));
    assert_eq!((task("task 2").polls, task("task 2").self_wakes), (6, 0));
    assert_eq!((task("task 3").polls, task("task 3").self_wakes), (6, 5));
    listener.assert_over();
}

#[test]
fn what_the_program_says_stands_inside_its_task() {
    let listener = Listener::default();
    watch(&listener, async {
        tracing::info!(target: "program", "before");
        kettle::spawn(async { tracing::info!(target: "program", "inside") }).await.unwrap();
        tracing::info!(target: "program", "after");
    });
    let (main, task) = (listener.task("main").id, listener.task("task 1").id);
    let inside: Vec<_> = listener.events("program").into_iter().map(|(_, inside)| inside).collect();
    assert_eq!(inside, [[main], [task], [main]]);
}

#[test]
fn a_local_task_is_left_before_its_host_goes_on() {
    let listener = overheard(|_| async move {
        let set = LocalSet::new();
        set.spawn_local(async {
            for _ in 0..2 {
                tracing::info!(target: "program", "local");
                yield_now().await;
            }
        });
        let host = async {
            for _ in 0..2 {
                tracing::info!(target: "program", "host");
                yield_now().await;
            }
        };
        set.run_until(host).await;
    });
    let (main, local) = (listener.task("main").id, listener.task("task 1"));
    assert_eq!(local.field("kind"), "local");
    let mut seen = HashMap::new();
    for (fields, inside) in listener.events("program") {
        let expected = if fields["message"] == "local" { vec![main, local.id] } else { vec![main] };
        assert_eq!(inside, expected, "{fields:?}");
        *seen.entry(fields["message"].clone()).or_insert(0) += 1;
    }
    assert_eq!(seen, HashMap::from([("local".to_owned(), 2), ("host".to_owned(), 2)]));
}

#[test]
fn a_panic_in_block_on_leaves_no_span_entered() {
    let listener = Listener::default();
    let program = async {
        kettle::spawn(std::future::pending::<()>());
        yield_now().await;
        panic!("the tea is cold");
    };
    let panicked = catch_unwind(AssertUnwindSafe(|| watch(&listener, program)));
    assert!(panicked.is_err());
    assert_eq!(listener.counts(&listener.task("main")).polls, 2);
    listener.assert_over();
}

#[test]
fn a_task_that_panics_or_is_aborted_is_closed() {
    overheard(|heard| async move {
        let panics = kettle::spawn(async { panic!("the tea is cold") });
        let waits = kettle::spawn(std::future::pending::<()>());
        assert!(panics.await.unwrap_err().is_panic());
        assert!(heard.task("task 1").is_closed());
        waits.abort();
        assert!(waits.await.unwrap_err().is_cancelled());
        assert!(heard.task("task 2").is_closed());
        assert!(!heard.task("main").is_closed());
    });
}

#[test]
fn a_blocking_job_is_there_until_its_end_is_recorded() {
    let listener = overheard(|heard| async move {
        kettle::task::spawn_blocking(|| ()).await.unwrap();
        // Its output may come before its events, which the next turn takes from a queue.
        let is_over = |job: &Span| job.field("task.name") == "job 1" && job.is_closed();
        while !heard.spans("runtime.spawn").iter().any(is_over) {
            yield_now().await;
        }
    });
    let job = listener.task("job 1");
    assert_eq!((job.field("kind"), listener.counts(&job).polls), ("blocking", 0));
}

#[test]
fn a_runtime_without_a_sink_is_shown() {
    let listener = Listener::default();
    tracing::subscriber::with_default(listener.clone(), || {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { kettle::spawn(async {}).await.unwrap() });
    });
    assert_eq!(listener.counts(&listener.task("task 1")).polls, 1);
    listener.assert_over();
}

#[test]
fn a_subscriber_that_comes_late_hears_of_whom_it_still_can() {
    let listener = Listener::default();
    let runtime = Builder::new_current_thread().trace(Console::new()).build().unwrap();
    let guard = Cell::new(None);
    let polls = |task| listener.counts(&listener.task(task)).polls;
    runtime.block_on(async {
        let task = kettle::spawn(async {
            yield_now().await;
            yield_now().await;
        });
        yield_now().await;
        guard.set(Some(tracing::subscriber::set_default(listener.clone())));
        yield_now().await;
        // Of the poll in which it was installed nothing is told, but that there is such a task.
        assert_eq!((polls("main"), polls("task 1")), (1, 1));
        task.await.unwrap();
    });
    drop(runtime);
    drop(guard);
    assert_eq!((polls("main"), polls("task 1")), (2, 2));
    listener.assert_over();
}

#[test]
fn main_is_shown_at_once_though_it_installs_the_subscriber_itself() {
    let listener = Listener::default();
    let runtime = Builder::new_current_thread().trace(Console::new()).build().unwrap();
    runtime.block_on(async {
        let _guard = tracing::subscriber::set_default(listener.clone());
        let heard = listener.clone();
        let task = kettle::spawn(async move {
            let main = heard.task("main");
            assert_eq!((heard.counts(&main).polls, heard.counts(&main).wakers), (0, 1));
        });
        task.await.unwrap();
    });
}

#[test]
fn without_a_subscriber_a_program_runs_as_ever() {
    let runtime = Builder::new_current_thread().trace(Console::new()).build().unwrap();
    assert_eq!(runtime.block_on(async { kettle::spawn(async { 6 * 7 }).await.unwrap() }), 42);
}

#[test]
fn a_second_run_begins_where_the_first_ended() {
    let listener = Listener::default();
    tracing::subscriber::with_default(listener.clone(), || {
        let runtime = Builder::new_current_thread().trace(Console::new()).build().unwrap();
        let task = runtime.spawn(yield_now());
        runtime.block_on(async {});
        runtime.block_on(task).unwrap();
        assert!(matches!(listener.said().last(), Some(Said::Exit(_))));
    });
    assert!(listener.task("main").is_closed() && listener.task("main 2").is_closed());
    assert_eq!(listener.counts(&listener.task("task 1")).polls, 2);
    listener.assert_over();
}
