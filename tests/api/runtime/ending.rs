//! What becomes of tasks, jobs, outputs and those who wait, when their runtime ends?

#![allow(clippy::async_yields_async)] // handles come out of `block_on`

use crate::help::says;
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::task::Context;
use std::thread;
use std::time::Duration;

use crate::common::engine::*;
use kettle::runtime::{Builder, Handle};
use kettle::task::{JoinHandle, LocalSet, spawn_blocking, spawn_local, yield_now};
use kettle::time::sleep;

/// The result of a handle whose runtime is gone: it must be there at once.
fn result_of<T>(handle: JoinHandle<T>) -> Result<T, kettle::task::JoinError> {
    let mut handle = Box::pin(handle);
    match crate::common::poll(&mut handle) {
        std::task::Poll::Ready(result) => result,
        std::task::Poll::Pending => panic!("the handle would wait for ever"),
    }
}

#[test]
fn every_future_is_dropped_once_with_its_runtime_current_though_one_panics() {
    let drops = Arc::new(Mutex::new(Vec::new()));
    let note = |name: usize| {
        let drops = drops.clone();
        on_drop(move || {
            let current = Handle::try_current().is_ok();
            // Spawning is possible, and refused.
            let refused = current && result_of(kettle::spawn(async {})).unwrap_err().is_cancelled();
            drops.lock().unwrap().push((name, current, refused));
            assert!(name != 3, "one of them panics");
        })
    };
    let runtime = runtime();
    let handles = runtime.block_on(async {
        let mut handles: Vec<_> = (0..5).map(|name| kettle::spawn(keep(note(name)))).collect();
        handles.push(kettle::spawn({
            let note = note(5);
            async move {
                sleep(Duration::from_hours(1)).await;
                drop(note);
            }
        }));
        let_run().await;
        // Never polled; and one that stands in the queue.
        handles.push(kettle::spawn(keep(note(6))));
        handles
    });
    // By a message, never received.
    let unopened = runtime.spawn(keep(note(7)));
    drop(runtime);
    let mut drops = drops.lock().unwrap().clone();
    drops.sort_unstable();
    assert_eq!(drops, (0..8).map(|name| (name, true, true)).collect::<Vec<_>>());
    for (name, handle) in handles.into_iter().enumerate() {
        assert!(handle.is_finished());
        let error = result_of(handle).unwrap_err();
        assert_eq!(error.is_panic(), name == 3, "{name}: {error}");
    }
    assert!(result_of(unopened).unwrap_err().is_cancelled());
}

#[test]
fn a_local_set_drops_every_future_once_with_itself_current() {
    let drops = Arc::new(AtomicUsize::new(0));
    let set = LocalSet::new();
    let spawn = |name| {
        let drops = drops.clone();
        set.spawn_local(keep(on_drop(move || {
            drops.fetch_add(1, Ordering::SeqCst);
            assert!(result_of(spawn_local(async {})).unwrap_err().is_cancelled());
            assert!(name != 2, "one of them panics");
        })))
    };
    let mut handles: Vec<_> = (0..4).map(spawn).collect();
    set.block_on(&runtime(), yield_now());
    handles.push(spawn(4)); // never polled
    drop(set);
    assert_eq!(drops.load(Ordering::SeqCst), 5);
    for (name, handle) in handles.into_iter().enumerate() {
        assert_eq!(result_of(handle).unwrap_err().is_panic(), name == 2);
    }
}

#[test]
fn a_local_set_whose_tasks_spawn_their_like_when_dropped_ends() {
    within_a_minute(|| {
        fn again(drops: &Arc<AtomicUsize>) -> impl Future<Output = ()> + use<> {
            let drops = drops.clone();
            keep(on_drop(move || {
                drops.fetch_add(1, Ordering::SeqCst);
                if drops.load(Ordering::SeqCst) < 1000 {
                    spawn_local(again(&drops));
                }
            }))
        }
        let drops = Arc::new(AtomicUsize::new(0));
        let set = LocalSet::new();
        set.spawn_local(Box::pin(again(&drops)));
        set.block_on(&runtime(), yield_now());
        drop(set);
        assert_eq!(drops.load(Ordering::SeqCst), 1000, "each refused one is dropped at once");
    });
}

#[test]
fn spawning_into_a_set_that_is_gone_is_refused() {
    let set = LocalSet::new();
    let guard = set.enter();
    drop(set);
    assert!(result_of(spawn_local(async {})).unwrap_err().is_cancelled());
    drop(guard);
}

// ---- spawns -------------------------------------------------------------------------------------

#[test]
fn spawns_after_the_end_are_refused() {
    let runtime = runtime();
    let handle = runtime.handle().clone();
    drop(runtime);
    let dropped = Arc::new(AtomicUsize::new(0));
    let value = || {
        let dropped = dropped.clone();
        on_drop(move || dropped.fetch_add(1, Ordering::SeqCst))
    };
    assert!(result_of(handle.spawn(keep(value()))).unwrap_err().is_cancelled());
    let _guard = handle.enter();
    assert!(result_of(kettle::spawn(keep(value()))).unwrap_err().is_cancelled());
    let late = value();
    assert!(result_of(spawn_blocking(move || drop(late))).unwrap_err().is_cancelled());
    assert_eq!(dropped.load(Ordering::SeqCst), 3);
}

#[test]
fn a_flood_of_messages_does_not_put_off_the_end() {
    within_a_minute(|| {
        let runtime = runtime();
        let (ended, flooding) = (Arc::new(AtomicBool::new(false)), Arc::new(Barrier::new(3)));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let handle = runtime.handle().clone();
                let (ended, flooding) = (ended.clone(), flooding.clone());
                thread::spawn(move || {
                    (0..100).for_each(|_| drop(handle.spawn(async {})));
                    flooding.wait();
                    while !ended.load(Ordering::SeqCst) {
                        drop(handle.spawn(async {}));
                    }
                })
            })
            .collect();
        flooding.wait();
        drop(runtime);
        ended.store(true, Ordering::SeqCst);
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

// ---- blocking jobs ------------------------------------------------------------------------------

#[test]
#[cfg_attr(
    on_tokio,
    ignore = "tokio hangs: it drops queued jobs after the started ones have ended"
)]
fn started_jobs_are_awaited_and_queued_ones_dropped() {
    within_a_minute(|| {
        let runtime = Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        let (started, has_started) = mpsc::channel();
        let (release, released) = mpsc::channel();
        let finished = Arc::new(AtomicBool::new(false));
        let mark = finished.clone();
        let running = runtime.spawn_blocking(move || {
            started.send(()).unwrap();
            released.recv().unwrap();
            mark.store(true, Ordering::SeqCst);
            "awaited"
        });
        has_started.recv().unwrap();
        // The drop of the queued job lets the started one end: not before, not never.
        let signal = on_drop(move || release.send(()).unwrap());
        let ran = Arc::new(AtomicBool::new(false));
        let mark = ran.clone();
        let queued = runtime.spawn_blocking(move || {
            mark.store(true, Ordering::SeqCst);
            drop(signal);
        });
        drop(runtime);
        assert!(finished.load(Ordering::SeqCst) && !ran.load(Ordering::SeqCst));
        assert_eq!(result_of(running).unwrap(), "awaited");
        assert!(result_of(queued).unwrap_err().is_cancelled());
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
            let runtime = runtime();
            let (started, has_started) = mpsc::channel();
            let (release, released) = mpsc::channel::<()>();
            let job = runtime.spawn_blocking(move || {
                started.send(()).unwrap();
                released.recv().unwrap();
                7
            });
            let task = runtime.spawn(pending::<()>());
            has_started.recv().unwrap();
            match patience {
                None => runtime.shutdown_background(),
                Some(patience) => runtime.shutdown_timeout(patience),
            }
            assert!(result_of(task).unwrap_err().is_cancelled());
            assert!(!job.is_finished());
            release.send(()).unwrap();
            // The job's output comes all the same.
            assert_eq!(crate::common::engine::runtime().block_on(job).unwrap(), 7);
        }
    });
}

#[test]
fn shutdown_timeout_returns_as_soon_as_the_jobs_have_ended() {
    within_a_minute(|| {
        let runtime = runtime();
        let job = runtime.spawn_blocking(|| 7);
        runtime.shutdown_timeout(Duration::from_hours(1));
        // Run, or dropped in the queue: in any case over.
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

// ---- outputs ------------------------------------------------------------------------------------

#[test]
fn finished_outputs_outlive_the_runtime() {
    within_a_minute(|| {
        let runtime = runtime();
        let mut handles = runtime.block_on(async {
            let handles: Vec<_> =
                (0..4).map(|number| kettle::spawn(async move { number })).collect();
            let_run().await;
            handles
        });
        let from_a_thread = runtime.spawn(async { 4 });
        runtime.block_on(let_run());
        let before = handles.pop().unwrap();
        assert_eq!(thread::spawn(move || result_of(before).unwrap()).join().unwrap(), 3);
        drop(runtime);
        assert_eq!(result_of(from_a_thread).unwrap(), 4);
        let elsewhere = handles.pop().unwrap();
        assert_eq!(thread::spawn(move || result_of(elsewhere).unwrap()).join().unwrap(), 2);
        let under_another = handles.pop().unwrap();
        assert_eq!(crate::common::engine::runtime().block_on(under_another).unwrap(), 1);
        assert_eq!(result_of(handles.pop().unwrap()).unwrap(), 0);
    });
}

#[test]
fn an_output_asked_for_while_its_runtime_ends_is_not_lost() {
    within_a_minute(|| {
        for _ in 0..100 {
            let runtime = runtime();
            let handles = runtime.block_on(async {
                let spawn = |number| kettle::spawn(async move { number });
                let handles: Vec<_> = (0..200).map(spawn).collect();
                // The end needs some time, while the runtime is current for the last time.
                (0..200).for_each(|_| drop(kettle::spawn(pending::<()>())));
                let_run().await;
                handles
            });
            let barrier = Arc::new(Barrier::new(2));
            let other = barrier.clone();
            let asker = thread::spawn(move || {
                let asker = crate::common::engine::runtime();
                other.wait();
                for (number, handle) in handles.into_iter().enumerate() {
                    assert_eq!(asker.block_on(handle).unwrap(), number);
                }
            });
            barrier.wait();
            drop(runtime);
            asker.join().unwrap();
        }
    });
}

#[test]
fn an_unwanted_output_is_dropped_with_its_handle_after_the_end() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let counted = dropped.clone();
    let value = on_drop(move || counted.fetch_add(1, Ordering::SeqCst));
    let runtime = runtime();
    let handle = runtime.block_on(async {
        let handle = kettle::spawn(async { value });
        let_run().await;
        handle
    });
    drop(runtime);
    assert_eq!(dropped.load(Ordering::SeqCst), 0);
    drop(handle);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

// ---- those who wait elsewhere -------------------------------------------------------------------

#[test]
fn who_waits_elsewhere_for_a_task_hears_of_the_end() {
    within_a_minute(|| {
        let runtime = runtime();
        let begun = runtime.block_on(async {
            let task = kettle::spawn(pending::<()>());
            let_run().await;
            task
        });
        let sent = runtime.spawn(pending::<()>());
        let (waits, waiting) = mpsc::channel();
        let waiter = thread::spawn(move || {
            crate::common::engine::runtime().block_on(async {
                let (mut begun, mut sent) = (Box::pin(begun), Box::pin(sent));
                must_wait(|cx| begun.as_mut().poll(cx)).await;
                must_wait(|cx| sent.as_mut().poll(cx)).await;
                waits.send(()).unwrap();
                (begun.await, sent.await)
            })
        });
        waiting.recv().unwrap();
        drop(runtime);
        let (begun, sent) = waiter.join().unwrap();
        assert!(begun.unwrap_err().is_cancelled() && sent.unwrap_err().is_cancelled());
    });
}

/// The end does not receive them all, and has nothing to abort any more.
#[test]
fn a_task_whose_abort_is_behind_thousands_of_messages_is_dropped_all_the_same() {
    let runtime = runtime();
    let current = Arc::new(AtomicBool::new(false));
    let seen = current.clone();
    let dropped = on_drop(move || seen.store(Handle::try_current().is_ok(), Ordering::SeqCst));
    let task = runtime.block_on(async {
        let task = kettle::spawn(keep(dropped));
        let_run().await;
        task
    });
    let (handle, abort) = (runtime.handle().clone(), task.abort_handle());
    let mut behind = Vec::new();
    elsewhere(|| {
        behind.extend((0..3000).map(|_| handle.spawn(async {})));
        abort.abort();
    });
    behind.push(runtime.spawn(async {}));
    drop(runtime);
    assert!(current.load(Ordering::SeqCst), "dropped with its runtime current");
    assert!(result_of(task).unwrap_err().is_cancelled());
    for task in behind {
        assert!(result_of(task).unwrap_err().is_cancelled());
    }
}

/// More than one step of the loop wakes.
#[test]
fn thousands_who_wait_elsewhere_for_timers_are_all_woken_by_the_end() {
    const TIMERS: usize = 5000;
    let runtime = runtime();
    let woken = Arc::new(AtomicUsize::new(0));
    let count = woken.clone();
    let waker = waker_that(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let entered = runtime.enter();
    let mut timers: Vec<_> =
        (0..TIMERS).map(|_| Box::pin(sleep(Duration::from_hours(1)))).collect();
    for timer in &mut timers {
        assert!(timer.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    drop(entered);
    drop(runtime);
    assert_eq!(woken.load(Ordering::SeqCst), TIMERS);
}

#[test]
fn who_waits_elsewhere_for_a_timer_is_told_by_a_panic() {
    within_a_minute(|| {
        for opened in [true, false] {
            let runtime = runtime();
            let handle = runtime.handle().clone();
            let (waits, waiting) = mpsc::channel();
            let waiter = thread::spawn(move || {
                panic_of(|| {
                    handle.block_on(async {
                        let mut sleep = Box::pin(sleep(Duration::from_hours(1)));
                        must_wait(|cx| sleep.as_mut().poll(cx)).await;
                        waits.send(()).unwrap();
                        sleep.await;
                    });
                })
            });
            waiting.recv().unwrap();
            if opened {
                runtime.block_on(let_run());
            }
            drop(runtime);
            let words = waiter.join().unwrap();
            assert!(says(&words, "shut down"), "{words}");
        }
    });
}

// ---- inside of async code -----------------------------------------------------------------------

#[test]
fn dropping_a_runtime_inside_of_async_code_panics_with_words() {
    let dropped = Arc::new(Mutex::new(Vec::new()));
    let outer = runtime();
    let words = outer.block_on(async {
        let inner = runtime();
        let (own, note) = (format!("{:?}", inner.handle()), dropped.clone());
        let is_own = move || format!("{:?}", Handle::current()) == own;
        let task = inner.spawn(keep(on_drop(move || note.lock().unwrap().push(is_own()))));
        let words = panic_of(|| drop(inner));
        assert!(result_of(task).unwrap_err().is_cancelled());
        words
    });
    assert!(says(&words, "inside of async code"), "{words}");
    assert!(says(&words, "shutdown_background"), "{words}");
    assert_eq!(*dropped.lock().unwrap(), [true], "in good order all the same");
    assert_eq!(outer.block_on(async { kettle::spawn(async { 7 }).await.unwrap() }), 7);
}

#[test]
fn a_runtime_may_be_shut_down_in_the_background_inside_of_async_code() {
    let outer = runtime();
    outer.block_on(async {
        let own = Handle::current();
        let inner = runtime();
        let seen = Channel::new();
        let tell = seen.clone();
        inner.spawn(keep(on_drop(move || tell.send(format!("{:?}", Handle::current())))));
        let inners = format!("{:?}", inner.handle());
        inner.shutdown_background();
        assert_eq!(seen.receive().await, inners, "its own runtime was current");
        assert_eq!(format!("{:?}", Handle::current()), format!("{own:?}"));
        assert_eq!(kettle::spawn(async { 7 }).await.unwrap(), 7);
    });
}

#[test]
fn a_runtime_dropped_by_a_panic_inside_of_async_code_does_not_wait() {
    within_a_minute(|| {
        let (release, released) = mpsc::channel::<()>();
        let (started, has_started) = mpsc::channel();
        let words = panic_of(|| {
            runtime().block_on(async {
                let inner = runtime();
                inner.spawn_blocking(move || {
                    started.send(()).unwrap();
                    let _ = released.recv();
                });
                has_started.recv().unwrap();
                panic!("the first panic");
            });
        });
        assert_eq!(words, "the first panic");
        drop(release);
    });
}

#[test]
fn a_runtime_may_be_dropped_on_a_blocking_thread() {
    run_within_a_minute(async || {
        let inner = runtime();
        let task = inner.spawn(pending::<()>());
        spawn_blocking(move || drop(inner)).await.unwrap();
        assert!(task.await.unwrap_err().is_cancelled());
    });
}

// ---- a job and the end of its runtime -----------------------------------------------------------

/// Its messages would not be received any more; the end would wait for the job, and the job for them.
#[test]
fn what_a_started_job_waits_for_during_the_end_is_refused() {
    within_a_minute(|| {
        let runtime = runtime();
        let handle = runtime.handle().clone();
        let (started, has_started) = mpsc::channel();
        let job = runtime.spawn_blocking(move || {
            started.send(()).unwrap();
            // The last thing that the end tells: every message that is ever received has been received.
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
