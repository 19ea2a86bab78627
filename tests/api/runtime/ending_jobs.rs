//! What becomes of blocking jobs, running and queued, when their runtime ends?

#![allow(clippy::async_yields_async)] // handles come out of `block_on`

use crate::help::says;
use std::future::pending;
use std::sync::{Arc, Barrier, Mutex, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use super::ending::result_of;
use crate::common::engine::*;
use kettle::runtime::Builder;
use kettle::task::{JoinHandle, spawn_blocking, yield_now};
use kettle::time::sleep;

// ---- blocking jobs ------------------------------------------------------------------------------

/// Each thread is in a job, and the others are queued, until the pool takes no more.
#[test]
fn jobs_are_run_though_the_runtime_ends_while_they_are_queued() {
    within_a_minute(|| {
        for (threads, jobs) in [(1, 50), (4, 10)] {
            let runtime = Builder::new_current_thread().max_blocking_threads(threads).build();
            let runtime = runtime.unwrap();
            let (gate, handle) = (Arc::new(OnceLock::new()), runtime.handle().clone());
            let (open, opens) = mpsc::channel::<()>();
            let start = |number| {
                let gate = gate.clone();
                runtime.spawn_blocking(move || (gate.wait(), number).1)
            };
            let queued: Vec<_> = (0..jobs).map(start).collect();
            let opener = thread::spawn(move || {
                assert!(opens.recv().is_err(), "the runtime's end drops the task");
                while !handle.spawn_blocking(|| ()).is_finished() {
                    thread::yield_now();
                }
                gate.set(()).unwrap();
            });
            runtime.spawn(keep(on_drop(move || drop(open))));
            drop(runtime);
            assert!(queued.iter().all(JoinHandle::is_finished), "{threads} threads, {queued:?}");
            assert!(queued.into_iter().map(|job| result_of(job).unwrap()).eq(0..jobs));
            opener.join().unwrap();
        }
    });
}

#[test]
fn what_a_started_job_spawns_during_the_end_is_refused() {
    within_a_minute(|| {
        let runtime = runtime();
        let (started, has_started) = mpsc::channel();
        let (release, released) = mpsc::channel();
        runtime.spawn(keep(on_drop(move || release.send(()).unwrap())));
        let job = runtime.spawn_blocking(move || {
            started.send(()).unwrap();
            released.recv().unwrap();
            (kettle::spawn(async {}), spawn_blocking(|| ()))
        });
        has_started.recv().unwrap();
        drop(runtime);
        let (task, nested) = result_of(job).unwrap();
        assert!(result_of(task).unwrap_err().is_cancelled());
        // The tasks end before the pool closes: a job that comes in between is run.
        assert!(result_of(nested).map_or_else(|error| error.is_cancelled(), |()| true));
    });
}

#[test]
fn shutdown_timeout_and_background_do_not_wait_for_jobs() {
    within_a_minute(|| {
        for patience in [None, Some(Duration::from_millis(1))] {
            let runtime = Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
            let (started, has_started) = mpsc::channel();
            let (release, released) = mpsc::channel::<()>();
            let job = runtime.spawn_blocking(move || {
                started.send(()).unwrap();
                released.recv().unwrap();
                7
            });
            let queued = runtime.spawn_blocking(|| 8);
            let task = runtime.spawn(pending::<()>());
            has_started.recv().unwrap();
            match patience {
                None => runtime.shutdown_background(),
                Some(patience) => runtime.shutdown_timeout(patience),
            }
            assert!(result_of(task).unwrap_err().is_cancelled());
            assert!(!job.is_finished());
            release.send(()).unwrap();
            // The jobs' outputs come all the same.
            let both = async { (job.await.unwrap(), queued.await.unwrap()) };
            assert_eq!(crate::common::engine::runtime().block_on(both), (7, 8));
        }
    });
}

#[test]
fn shutdown_timeout_returns_as_soon_as_the_jobs_have_ended() {
    within_a_minute(|| {
        let runtime = runtime();
        let job = runtime.spawn_blocking(|| 7);
        runtime.shutdown_timeout(Duration::from_hours(1));
        assert!(job.is_finished());
    });
}

#[test]
fn jobs_that_race_with_the_end_are_run_or_refused() {
    within_a_minute(|| {
        for _ in 0..100 {
            let runtime = runtime();
            let (handle, barrier) = (runtime.handle().clone(), Arc::new(Barrier::new(2)));
            let other = barrier.clone();
            let jobs = thread::spawn(move || {
                other.wait();
                (0..50).map(|_| handle.spawn_blocking(|| ())).collect::<Vec<_>>()
            });
            barrier.wait();
            drop(runtime);
            for job in jobs.join().unwrap() {
                // None is left behind in a queue that nobody empties.
                drop(crate::common::engine::runtime().block_on(job));
            }
        }
    });
}

// ---- a job and the end of its runtime -----------------------------------------------------------

/// Its messages would not be received any more; the end would wait for the job, and the job for
/// them.
#[test]
fn what_a_started_job_waits_for_during_the_end_is_refused() {
    within_a_minute(|| {
        let runtime = runtime();
        let handle = runtime.handle().clone();
        let (started, has_started) = mpsc::channel();
        let job = runtime.spawn_blocking(move || {
            started.send(()).unwrap();
            // The last thing that the end tells: every message that is ever received has been
            // received.
            let told = panic_of(|| handle.block_on(sleep(Duration::from_hours(1))));
            let task = handle.block_on(handle.spawn(async {}));
            let late = panic_of(|| handle.block_on(sleep(Duration::from_millis(1))));
            (told, task, late)
        });
        has_started.recv().unwrap();
        runtime.block_on(let_run());
        drop(runtime);
        let (told, task, late) = result_of(job).unwrap();
        assert!(says(&told, "has shut down"), "{told}");
        assert!(task.unwrap_err().is_cancelled());
        assert!(says(&late, "has shut down"), "{late}");
    });
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio hangs: the drop waits for the thread it is on")]
fn a_job_may_drop_the_runtime_that_it_runs_on() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        let task = runtime.spawn(pending::<()>());
        let (ours, (give, given)) = (runtime.clone(), mpsc::channel::<()>());
        let (ended, has_ended) = mpsc::channel();
        runtime.spawn_blocking(move || {
            assert!(given.recv().is_err(), "the other owner has gone");
            drop(ours);
            ended.send(()).unwrap();
        });
        drop(runtime);
        drop(give);
        has_ended.recv().unwrap();
        assert!(result_of(task).unwrap_err().is_cancelled());
    });
}

#[test]
fn what_a_future_hands_to_the_pool_when_it_is_dropped_is_run_or_refused() {
    within_a_minute(|| {
        for _ in 0..100 {
            let jobs = Arc::new(Mutex::new(Vec::new()));
            let runtime = runtime();
            for _ in 0..5 {
                let jobs = jobs.clone();
                let hand = move || jobs.lock().unwrap().push(spawn_blocking(|| ()));
                runtime.spawn(keep(on_drop(hand)));
            }
            runtime.block_on(yield_now());
            drop(runtime);
            let jobs = std::mem::take(&mut *jobs.lock().unwrap());
            assert_eq!(jobs.len(), 5);
            for job in jobs {
                drop(result_of(job));
            }
        }
    });
}
