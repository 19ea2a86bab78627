//! What an engine must do after the fix of `last-words`.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Context;

use kettle_judge::count::{self, Log, poll_unpin};
use kettle_judge::{Check, check};

use crate::event::Deferral;
use crate::{Config, Runtime, defer, shown_id, spawn, spawn_blocking};

pub const CHECKS: &[Check] = &[
    check!(it_may_panic => "an output that panics when it is dropped with its handle harms no task"),
    check!(the_jobs_output => "the same holds for the output of a blocking job"),
    check!(the_waker_goes_too => "a waker that is dropped with the handle, and panics, harms no task"),
    check!(in_the_middle_of_a_panic => "an output may panic even when a panic drops its handle"),
    check!(under_its_own_id => "an output is dropped under the id of its own task, or job"),
    check!(a_task_runs_on => "a task whose handle is dropped before its end runs on"),
];

fn run<F: Future>(future: F) -> F::Output {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(future)
}

/// Goes through the queue so many times.
async fn rounds(times: usize) {
    count::rounds(times, |cx| defer(cx, Deferral::Yield)).await;
}

/// Does something when it is dropped.
struct Does<F: FnMut()>(F);

impl<F: FnMut()> Drop for Does<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Panics when it is dropped.
fn stumbles() -> Does<impl FnMut()> {
    Does(|| panic!("the guest stumbles"))
}

fn it_may_panic() {
    let log = Log::new();
    run(async {
        let visit = spawn(async { stumbles() });
        rounds(1).await;
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(visit)));
        assert!(
            dropped.is_ok(),
            "the handle of a task that has ended is dropped, and with it the output, whose drop panics\n  got:      that panic, out of the drop of the handle\n  expected: no panic, because the runtime catches those of an output's drop. Where does the handle drop the output?"
        );
        log.add("the handle is dropped");
        let next = spawn(async { 7 });
        assert_eq!(next.await.expect("no panic"), 7, "the output of the next task");
    });
    assert_eq!(log.lines(), ["the handle is dropped"], "after a panic in an output's drop");
}

fn under_its_own_id() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let looks = || {
        let seen = seen.clone();
        Does(move || seen.lock().expect("no panic").push(shown_id()))
    };
    let (of_the_task, of_the_job) = (looks(), looks());
    let ids = run(async move {
        let visit = spawn(async { of_the_task });
        let job = spawn_blocking(|| of_the_job);
        while !visit.is_finished() || !job.is_finished() {
            rounds(1).await;
        }
        let ids = [visit.id(), job.id()];
        drop(visit);
        drop(job);
        ids
    });
    let seen = seen.lock().expect("no panic").clone();
    assert_eq!(
        seen,
        ids.map(Some),
        "the ids under which the outputs of a task and of a job are dropped, each with its handle. (The drop is the code of \
         that task, so its id is set before and restored after)"
    );
}

fn in_the_middle_of_a_panic() {
    let log = Log::new();
    let told = log.clone();
    run(async move {
        let stumbles = |name: &'static str| {
            let told = told.clone();
            Does(move || {
                told.add(name);
                panic!("the guest stumbles");
            })
        };
        let (of_the_task, of_the_job) = (stumbles("of a task"), stumbles("of a job"));
        let visit = (spawn(async { of_the_task }), spawn_blocking(|| of_the_job));
        while !visit.0.is_finished() || !visit.1.is_finished() {
            rounds(1).await;
        }
        // Its locals are dropped while it panics: a second panic would end the whole program.
        let host = spawn(async move {
            let _visit = visit;
            panic!("the host stumbles");
        });
        let error = host.await.expect_err("a task that panics has no output");
        let words = error.into_panic();
        let words = words.downcast_ref::<&'static str>().expect("the panic's own value");
        assert_eq!(*words, "the host stumbles", "of two panics the first");
    });
    assert_eq!(log.lines(), ["of a task", "of a job"], "outputs dropped with their handles");
}

fn the_jobs_output() {
    run(async {
        let visit = spawn_blocking(stumbles);
        while !visit.is_finished() {
            rounds(1).await;
        }
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(visit)));
        assert!(
            dropped.is_ok(),
            "the handle of a job that has ended is dropped, and the panic of its output's drop comes out. It has to be caught, too"
        );
    });
}

fn the_waker_goes_too() {
    run(async {
        let mut never = spawn(pending::<()>());
        rounds(1).await;
        let waker = count::dropping(|| panic!("the waker stumbles"));
        let polled = Pin::new(&mut never).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending(), "ready, and never ends");
        // From here on the handle's place has the last one.
        drop(waker);
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(never)));
        assert!(
            dropped.is_ok(),
            "the handle of a task that never ends is dropped, and with it a stored waker, whose drop panics\n  got:      that panic, out of the drop of the handle\n  expected: no panic: it is caught, as an output's is, because a waker is user code, too"
        );
        let (mut never, (waker, wakes)) = (spawn(pending::<()>()), count::waker());
        assert!(poll_unpin(&mut never, &waker).is_pending(), "ready, and never ends");
        drop(never);
        assert_eq!(
            (wakes.count(), wakes.held()),
            (0, 0),
            "calls of a dropped handle's waker, and clones of it that are kept: it is dropped with the handle, and not called"
        );
    });
}

fn a_task_runs_on() {
    let log = Log::new();
    run(async {
        drop(spawn(async { stumbles() }));
        let inside = log.clone();
        drop(spawn(async move {
            let _output = inside.on_drop("dropped");
            rounds(3).await;
            inside.add("done");
        }));
        rounds(5).await;
    });
    assert_eq!(log.lines(), ["done", "dropped"], "what a task whose handle was dropped did");
}
