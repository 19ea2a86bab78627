//! Do the records reach whoever asks for them?
//!
//! A program is watched without a change to it, by `KETTLE_TRACE`. What becomes of it if a sink
//! panics or objects?
//!
//! Not here: that a replay of the events comes to the engine's own counts (`fold.rs`).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::task::yield_now;
use kettle::time::sleep;
use kettle::trace::{Event, Record, Recorder, Sink};

// ---- KETTLE_TRACE -------------------------------------------------------------------------------

/// What the children below run: a program that knows nothing of traces.
#[kettle::main]
async fn program() {
    kettle::spawn(async {}).await.expect("no panic");
    println!("the program's own line");
}

/// Not a test by itself: the others start it as a process of its own.
#[test]
#[ignore = "run by the tests of KETTLE_TRACE"]
fn child() {
    program();
}

#[kettle::test]
#[ignore = "run by the test of what panics"]
async fn panicking_child() {
    kettle::spawn(async { panic!("no {}\nleft", "tea") }).await.expect_err("a panic");
    let job = kettle::task::spawn_blocking(|| Vec::<u32>::new()[3]);
    job.await.expect_err("another");
}

fn run_child(kettle_trace: &str) -> Output {
    run("child", kettle_trace)
}

fn run(test: &str, kettle_trace: &str) -> Output {
    let this = std::env::current_exe().expect("this test's own path");
    let mut child = Command::new(this);
    child.args(["--exact", test, "--ignored", "--nocapture"]);
    child.env("KETTLE_TRACE", kettle_trace).env_remove("NO_COLOR").output().expect("it runs")
}

#[test]
fn a_dash_tells_the_story_on_standard_error() {
    let output = run_child("-");
    let story = String::from_utf8(output.stderr).expect("text");
    assert!(output.status.success(), "{story}");
    assert!(story.contains("main spawns task 1"), "{story}");
    assert!(story.contains("task 1 returns Ready"), "{story}");
    assert!(story.contains("left: 0 tasks, 0 timers, 0 registered sources"), "{story}");
    assert!(!story.contains('\x1b'), "a pipe gets no colours: {story:?}");
    let program = String::from_utf8(output.stdout).expect("text");
    assert!(program.contains("the program's own line") && !program.contains("is polled"));
}

#[test]
fn what_panics_is_told_with_its_place_and_its_message() {
    let output = run("panicking_child", "-");
    let story = String::from_utf8(output.stderr).expect("text");
    assert!(output.status.success(), "{story}");
    let main = story.lines().find(|line| line.contains("main is made")).expect("one is");
    assert!(main.contains("tests/trace.rs:"), "the test's own line: {main}");
    assert!(story.contains("task 1 panicked at tests/trace.rs:"), "{story}");
    assert!(story.contains(": no tea left"), "on one line: {story}");
    assert!(story.contains("job 1 panicked at tests/trace.rs:"), "{story}");
    assert!(story.contains("no tea\nleft"), "the hook that was there is called: {story}");
}

#[test]
fn an_empty_variable_changes_nothing() {
    let output = run_child("");
    assert!(output.status.success());
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn anything_else_ends_the_program_with_words() {
    for value in ["tea", "tea.htm", ".html", "tea.html ", "TEA.HTML", "1", "--"] {
        let output = run_child(value);
        assert!(!output.status.success());
        let words = String::from_utf8_lossy(&output.stderr);
        let sentence = format!(
            "failed to create the runtime: KETTLE_TRACE={value:?} is not understood. Set it to - "
        );
        assert!(words.contains(&sentence), "{words}");
    }
}

/// A sink that takes a value out of its channel each time that it is called.
struct Taking {
    values: mpsc::UnboundedReceiver<u32>,
    found_none: Arc<AtomicUsize>,
}

impl Sink for Taking {
    fn record(&mut self, _: &[Record]) {
        let mut cx = Context::from_waker(Waker::noop());
        if pin!(self.values.recv()).poll(&mut cx).is_pending() {
            self.found_none.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_sink_does_not_live_on_what_a_task_has_left_of_its_budget() {
    let (fill, values) = mpsc::unbounded_channel();
    (0..100_000).for_each(|value| fill.send(value).expect("a receiver"));
    let found_none = Arc::new(AtomicUsize::new(0));
    let mut builder = Builder::new_current_thread();
    builder.trace(Taking { values, found_none: found_none.clone() });
    builder.build().expect("a runtime").block_on(async {
        let (tx, mut rx) = mpsc::unbounded_channel();
        (0..10_000).for_each(|value| tx.send(value).expect("a receiver"));
        drop(tx);
        while rx.recv().await.is_some() {} // spends its budget in each poll
    });
    assert_eq!(found_none.load(Ordering::Relaxed), 0);
}

/// A sink that panics at its second call.
struct Clumsy {
    calls: Arc<AtomicUsize>,
}

impl Sink for Clumsy {
    fn record(&mut self, _: &[Record]) {
        assert!(self.calls.fetch_add(1, Ordering::Relaxed) == 0, "on purpose");
    }
}

#[test]
fn a_sink_that_panics_is_not_called_again_and_the_program_goes_on() {
    let calls = Arc::new(AtomicUsize::new(0));
    let mut builder = Builder::new_current_thread();
    builder.trace(Clumsy { calls: calls.clone() });
    let value = builder.build().expect("a runtime").block_on(async {
        for _ in 0..10 {
            yield_now().await;
        }
        "tea"
    });
    assert_eq!((value, calls.load(Ordering::Relaxed)), ("tea", 2));
}

/// A sink that objects to the first timer that fires.
#[derive(Default)]
struct NoTimers {
    objects: bool,
    objected: bool,
}

impl Sink for NoTimers {
    fn record(&mut self, records: &[Record]) {
        self.objects |= records.iter().any(|one| matches!(one.event, Event::TimerFire { .. }));
    }

    fn veto(&mut self) -> Option<String> {
        let objects = self.objects && !std::mem::replace(&mut self.objected, self.objects);
        objects.then(|| "no timers".to_owned())
    }
}

#[test]
fn a_runtime_goes_on_after_a_veto_that_came_when_its_future_was_queued() {
    let mut builder = Builder::new_current_thread();
    builder.start_paused(true).trace(NoTimers::default());
    let runtime = builder.build().expect("a runtime");
    let nap = || async { sleep(Duration::from_secs(1)).await };
    // The timer has put it into the queue, in the line of those whom timers wake.
    let panic = catch_unwind(AssertUnwindSafe(|| runtime.block_on(nap())));
    let words = panic.expect_err("the sink objects").downcast::<String>().expect("words");
    assert_eq!(*words, "no timers");
    let task = runtime.spawn(nap());
    runtime.block_on(task).expect("a task that ends");
}

/// Another thread registers and cancels timers while turns begin: what a turn counts is what the
/// events before it have told. Draws lots: the thread does so at any moment of a turn.
#[test]
fn a_turn_counts_what_was_recorded_before_it() {
    let (recorder, recording) = Recorder::with_capacity(10_000_000);
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let _entered = runtime.enter();
            while !done.load(Ordering::Relaxed) {
                let sleep = pin!(sleep(Duration::from_hours(1)));
                assert!(sleep.poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
        });
        runtime.block_on(async {
            for _ in 0..10_000 {
                yield_now().await;
            }
        });
        done.store(true, Ordering::Relaxed);
    });
    let mut alive = 0;
    for record in recording.records() {
        match record.event {
            Event::TimerAdd { .. } => alive += 1,
            Event::TimerCancel { .. } => alive -= 1,
            Event::Turn { timers, .. } => assert_eq!(timers, alive, "at record {}", record.seq),
            Event::Lost { .. } => return, // the rest is not known
            _ => {}
        }
    }
    assert!(alive <= 1);
}
