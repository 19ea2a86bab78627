//! Does work that blocks run elsewhere, at most so many at a time, and come back?

use std::collections::HashSet;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use crate::common::engine::*;
use crate::records::*;
use kettle::runtime::{Builder, Runtime};
use kettle::task::{JoinHandle, spawn_blocking};
use kettle::time::{Instant, sleep};
use kettle::trace::Event;

/// A runtime with one thread for blocking work.
fn one_thread() -> Runtime {
    Builder::new_current_thread().max_blocking_threads(1).build().unwrap()
}

/// A job that has started and ends when the sender is used or dropped.
async fn started() -> (JoinHandle<()>, mpsc::Sender<()>) {
    let (release, released) = mpsc::channel();
    let begun = Channel::new();
    let tell = begun.clone();
    let job = spawn_blocking(move || {
        tell.send(());
        let _ = released.recv();
    });
    begun.receive().await;
    (job, release)
}

#[test]
fn as_many_jobs_as_threads_run_at_the_same_time() {
    within_a_minute(|| {
        let runtime = Builder::new_current_thread().max_blocking_threads(4).build().unwrap();
        let barrier = Arc::new(Barrier::new(4));
        runtime.block_on(async {
            // Each waits for the others: with fewer threads than jobs none would end.
            for _ in 0..20 {
                let job = |_| {
                    let barrier = barrier.clone();
                    spawn_blocking(move || barrier.wait().is_leader())
                };
                outputs_of((0..4).map(job)).await;
            }
        });
    });
}

#[test]
fn an_idle_thread_takes_the_next_job() {
    within_a_minute(|| {
        let runtime = one_thread();
        runtime.block_on(async {
            let mut threads = HashSet::new();
            for _ in 0..20 {
                threads.insert(spawn_blocking(|| thread::current().id()).await.unwrap());
            }
            assert_eq!(threads.len(), 1);
        });
    });
}

#[test]
fn a_panic_in_a_job_is_its_handles_business() {
    within_a_minute(|| {
        one_thread().block_on(async {
            for _ in 0..3 {
                let error = spawn_blocking(|| panic!("in a job")).await.unwrap_err();
                assert_eq!(words_of(&*error.into_panic()), "in a job");
            }
            assert_eq!(spawn_blocking(|| 7).await.unwrap(), 7, "the thread lives on");
        });
    });
}

#[test]
fn a_queued_job_that_is_aborted_never_runs() {
    within_a_minute(|| {
        one_thread().block_on(async {
            let (first, release) = started().await;
            let ran = Channel::new();
            let tell = ran.clone();
            let queued = spawn_blocking(move || tell.send(()));
            queued.abort();
            release.send(()).unwrap();
            assert!(queued.await.unwrap_err().is_cancelled());
            first.await.unwrap();
            assert_eq!(ran.len(), 0);
        });
    });
}

#[test]
fn a_started_job_that_is_aborted_runs_on() {
    run_within_a_minute(async || {
        let (job, release) = started().await;
        job.abort();
        settle().await;
        assert!(!job.is_finished());
        release.send(()).unwrap();
        job.await.unwrap();
    });
}

/// The job's thread tells the handle, and after that the loop. While it tells, here for as long as
/// the loop needs to come to rest again, no time may pass.
#[test]
fn a_job_is_out_until_its_handle_has_heard_of_its_end() {
    within_a_minute(|| {
        let runtime = paused();
        let handle = runtime.handle().clone();
        let passed = runtime.block_on(async {
            let begin = Instant::now();
            let (mut job, release) = started().await;
            let (poke, told) = (Channel::new(), Channel::new());
            let (pokes, poked) = (poke.clone(), Arc::new(AtomicBool::new(false)));
            let (mark, alarm) = (poked.clone(), Arc::new(AtomicBool::new(false)));
            kettle::spawn(async move {
                pokes.receive().await;
                mark.store(true, Ordering::SeqCst);
            });
            let rings = alarm.clone();
            kettle::spawn(async move {
                sleep(Duration::from_hours(1)).await;
                rings.store(true, Ordering::SeqCst);
            });
            settle().await;
            let tell = told.clone();
            let waker = waker_that(move || {
                poke.send(());
                let metrics = handle.metrics();
                let mut asleep = 0;
                while asleep < 20 && !alarm.load(Ordering::SeqCst) {
                    let sleeps = metrics.worker_park_unpark_count(0) % 2 == 1;
                    asleep = if sleeps && poked.load(Ordering::SeqCst) { asleep + 1 } else { 0 };
                    thread::yield_now();
                }
                tell.send(());
            });
            assert!(Pin::new(&mut job).poll(&mut Context::from_waker(&waker)).is_pending());
            release.send(()).unwrap();
            told.receive().await;
            begin.elapsed()
        });
        assert_eq!(passed, Duration::ZERO);
    });
}

#[test]
fn time_moves_again_after_jobs_that_panic_are_refused_or_are_dropped() {
    within_a_minute(|| {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.start_paused(true).max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let (job, release) = started().await;
            let aborted = spawn_blocking(|| ());
            aborted.abort();
            drop(spawn_blocking(|| panic!("detached")));
            release.send(()).unwrap();
            job.await.unwrap();
            assert!(aborted.await.unwrap_err().is_cancelled());
            sleep(Duration::from_hours(1)).await;
        });
    });
}

/// Between its start and its end it is told when a thread takes it: with one thread the second
/// waits until the first has ended, and one that is aborted meanwhile is never taken.
#[test]
fn a_job_that_waits_for_a_thread_is_told_when_one_takes_it() {
    within_a_minute(|| {
        let mut builder = Builder::new_current_thread();
        let (ids, records) = recorded_by(builder.max_blocking_threads(1), async || {
            let (first, release) = started().await;
            let (second, aborted) = (spawn_blocking(|| ()), spawn_blocking(|| ()));
            aborted.abort();
            let ids = [first.id(), second.id(), aborted.id()];
            release.send(()).unwrap();
            first.await.unwrap();
            second.await.unwrap();
            assert!(aborted.await.unwrap_err().is_cancelled());
            ids
        });
        let number = |id| ids.iter().position(|known| *known == id).unwrap();
        let told = picked!(
            records,
            Event::BlockingStart { task } => (number(task), "start", None),
            Event::BlockingRun { task, waited, .. } => (number(task), "run", Some(waited)),
            Event::BlockingEnd { task, ran } => (number(task), "end", ran),
        );
        let of = |job| told.iter().filter(move |told| told.0 == job).map(|told| told.1);
        assert!(of(0).eq(["start", "run", "end"]) && of(1).eq(["start", "run", "end"]), "{told:?}");
        assert!(of(2).eq(["start", "end"]) && told.contains(&(2, "end", None)), "{told:?}");
        let at = |job, what| told.iter().position(|told| (told.0, told.1) == (job, what)).unwrap();
        assert!(at(0, "end") < at(1, "run") && told[at(0, "end")].2.is_some(), "{told:?}");
    });
}

/// Draws lots: the job ends on its thread at any moment of the handle's polls.
#[test]
fn a_job_whose_output_was_taken_has_ended() {
    let runtime = runtime();
    let _entered = runtime.enter();
    for round in 0..50_000 {
        let mut job = spawn_blocking(|| ());
        let abort = job.abort_handle();
        let mut cx = Context::from_waker(Waker::noop());
        for polls in 1_u32.. {
            if Pin::new(&mut job).poll(&mut cx).is_ready() {
                break;
            }
            // On a busy machine the job's thread may need this one's processor.
            if polls.is_multiple_of(100) {
                thread::yield_now();
            }
        }
        assert!(job.is_finished() && abort.is_finished(), "round {round}");
    }
}

#[test]
fn a_job_that_ends_while_its_runtime_does_is_on_record() {
    let ((), records) = run_recorded(async || {
        let (go, may_end) = mpsc::channel::<()>();
        drop(spawn_blocking(move || may_end.recv()));
        // Dropped by the runtime's end.
        kettle::spawn(keep(go));
    });
    assert_eq!(picked!(records, Event::BlockingEnd { .. } => ()), [()]);
}
