//! May a waker be called when its task or its runtime is long gone, at the end of a thread, inside
//! a drop? And what if the waker itself misbehaves?

use std::cell::RefCell;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use crate::common::Wakes;
use crate::common::engine::*;
use crate::records::*;
use kettle::runtime::Handle;
use kettle::task::{AbortHandle, JoinHandle, LocalSet, yield_now};
use kettle_events::Deferral;
use kettle_runtime::{Timer, clock, defer};

// ---- wakers that outlive ------------------------------------------------------------------------

/// The wakers of a task, of a local task and of `block_on`'s own future, all of a runtime that is
/// gone.
fn late_wakers() -> Vec<Waker> {
    let (task, local, main) = (Sleeper::default(), Sleeper::default(), Sleeper::default());
    let runtime = runtime();
    let set = LocalSet::new();
    set.spawn_local(local.clone().sleep());
    runtime.spawn(task.clone().sleep());
    set.block_on(&runtime, async {
        must_wait(|cx| main.poll(cx)).await;
        settle().await;
    });
    drop((set, runtime));
    vec![task.waker(), local.waker(), main.waker()]
}

#[test]
fn a_waker_that_outlives_its_runtime_does_nothing() {
    for waker in late_wakers() {
        waker.wake_by_ref();
        let clone = waker.clone();
        assert!(clone.will_wake(&waker));
        clone.wake();
        elsewhere(|| waker.wake_by_ref());
        // Under another runtime, too.
        runtime().block_on(async { waker.wake() });
    }
}

// ---- at a thread's end --------------------------------------------------------------------------

thread_local! {
    static AT_EXIT: RefCell<Vec<Box<dyn Send>>> = const { RefCell::new(Vec::new()) };
}

/// Runs a thread that has `value` in a thread-local of the test at its end, which was made before
/// or after kettle's own.
fn drop_at_exit(value: impl Send + 'static, ours_first: bool) {
    let thread = thread::spawn(move || {
        let use_kettle = || {
            let runtime = runtime();
            runtime.block_on(async {
                kettle::spawn(async { yield_now().await }).await.unwrap();
            });
            let _entered = runtime.enter();
        };
        if ours_first {
            use_kettle();
        }
        AT_EXIT.with_borrow_mut(|values| values.push(Box::new(value)));
        use_kettle();
    });
    thread.join().expect("the thread ends in good order");
}

#[test]
fn a_waker_called_at_thread_exit_wakes_its_task() {
    run_within_a_minute(async || {
        for ours_first in [true, false] {
            let woken = Channel::<()>::new();
            let sleeper = Sleeper::default();
            kettle::spawn(sleeper.clone().sleep());
            settle().await;
            let (waker, tell) = (sleeper.waker(), woken.clone());
            let at_exit = on_drop(move || {
                waker.wake();
                tell.send(());
            });
            thread::spawn(move || drop_at_exit(at_exit, ours_first)).join().unwrap();
            woken.receive().await;
            settle().await;
            assert_eq!(sleeper.polls(), 2, "kettle's thread-locals first: {ours_first}");
        }
    });
}

#[test]
fn a_late_waker_at_thread_exit_does_nothing() {
    for ours_first in [true, false] {
        for waker in late_wakers() {
            drop_at_exit(on_drop(move || waker.wake()), ours_first);
        }
    }
}

#[test]
fn handles_and_timers_can_be_dropped_at_thread_exit() {
    run_within_a_minute(async || {
        for ours_first in [true, false] {
            let dropped = Arc::new(AtomicBool::new(false));
            let mark = dropped.clone();
            let output = on_drop(move || mark.store(true, Ordering::SeqCst));
            let finished = kettle::spawn(async move { output });
            settle().await;
            let timer = Timer::new(clock::now() + Duration::from_hours(1));
            let handle = Handle::current();
            let spawned = Channel::new();
            let tell = spawned.clone();
            let at_exit = on_drop(move || {
                drop((finished, timer));
                tell.send(handle.spawn(async { 42 }));
            });
            drop_at_exit(at_exit, ours_first);
            assert_eq!(spawned.receive().await.await.unwrap(), 42);
            settle().await;
            assert!(dropped.load(Ordering::SeqCst), "the output goes with its handle");
        }
    });
}

#[test]
fn a_runtime_can_live_in_a_thread_local_and_end_with_its_thread() {
    within_a_minute(|| {
        for ours_first in [true, false] {
            let ended = Channel::new();
            let tell = ended.clone();
            let runtime = runtime();
            let (current, refused) = (Channel::new(), Channel::new());
            let (tell_current, tell_refused) = (current.clone(), refused.clone());
            runtime.spawn(keep(on_drop(move || {
                tell_current.send(Handle::try_current().is_ok());
                tell_refused.send(kettle::spawn(async {}));
                tell.send(());
            })));
            runtime.block_on(settle());
            drop_at_exit(runtime, ours_first);
            assert_eq!(ended.len(), 1, "its task was dropped, kettle's first: {ours_first}");
            let other = crate::common::engine::runtime();
            assert!(other.block_on(current.receive()));
            let refused = other.block_on(async { refused.receive().await.await });
            assert!(refused.unwrap_err().is_cancelled());
        }
    });
}

// ---- inside a drop ------------------------------------------------------------------------------

/// A value that wakes a task when it is dropped.
fn wakes_when_dropped(sleeper: &Sleeper) -> impl Send + use<> {
    let waker = sleeper.waker();
    on_drop(move || waker.wake())
}

#[test]
fn a_waker_may_be_called_inside_a_drop() {
    run_within_a_minute(async || {
        let sleeper = Sleeper::default();
        kettle::spawn(sleeper.clone().sleep());
        settle().await;
        let mut polls = 1;
        let mut woken = async |place: &str| {
            settle().await;
            polls += 1;
            assert_eq!(sleeper.polls(), polls, "{place}");
        };

        kettle::spawn(keep(wakes_when_dropped(&sleeper))).abort();
        woken("of a future that is aborted").await;

        let value = wakes_when_dropped(&sleeper);
        kettle::spawn(async move { drop(value) });
        woken("inside a poll").await;

        let value = wakes_when_dropped(&sleeper);
        drop(kettle::spawn(async move { value }));
        woken("of an output that nobody wants").await;

        let value = wakes_when_dropped(&sleeper);
        let handle = kettle::spawn(async move { value });
        settle().await;
        drop(handle);
        woken("of an output with its handle").await;

        let value = wakes_when_dropped(&sleeper);
        let spawned = Handle::current();
        let handle = thread::spawn(move || spawned.spawn(async move { value })).join().unwrap();
        settle().await;
        drop(handle);
        woken("of an output in a cell").await;

        let value = wakes_when_dropped(&sleeper);
        let handle = kettle::spawn(async move { std::panic::panic_any(value) });
        settle().await;
        drop(handle);
        woken("of what a task panicked with").await;

        let (sender, receiver) = kettle::sync::mpsc::channel(1);
        sender.send(wakes_when_dropped(&sleeper)).await.expect("there is room");
        drop(receiver);
        woken("of a value in a channel").await;

        let (sender, receiver) = kettle::sync::oneshot::channel();
        assert!(sender.send(wakes_when_dropped(&sleeper)).is_ok());
        drop(receiver);
        woken("of a value in a oneshot").await;

        let lock = kettle::sync::Mutex::new(Some(wakes_when_dropped(&sleeper)));
        *lock.lock().await = None;
        woken("of a value under a lock").await;

        let job = kettle::task::spawn_blocking({
            let value = wakes_when_dropped(&sleeper);
            move || drop(value)
        });
        job.await.unwrap();
        woken("on a blocking thread").await;
    });
}

#[test]
fn a_waker_may_be_called_inside_a_drop_at_the_runtimes_end() {
    let (first, second) = (Sleeper::default(), Sleeper::default());
    let runtime = runtime();
    runtime.block_on(async {
        kettle::spawn(first.clone().sleep());
        kettle::spawn(second.clone().sleep());
        settle().await;
        // Each wakes the other, which has been dropped by then, or not yet.
        kettle::spawn(keep((wakes_when_dropped(&first), wakes_when_dropped(&second))));
        settle().await;
    });
    drop(runtime);
    assert_eq!((first.polls(), second.polls()), (1, 1));
}

/// More than the end, and the leave before it, call in one step.
#[test]
fn thousands_of_deferred_wakers_are_called_before_the_end() {
    const WAKERS: usize = 10_000;
    let woken = [(); WAKERS].map(|()| Arc::new(Wakes::default()));
    let runtime = runtime();
    runtime.block_on(async {
        for wakes in &woken {
            defer(&Context::from_waker(&Waker::from(wakes.clone())), Deferral::Yield);
        }
    });
    drop(runtime);
    assert!(woken.iter().all(|wakes| wakes.count() == 1));
}

#[kettle::test]
async fn a_wakers_own_drop_may_wake() {
    // A foreign waker whose last clone is dropped by the engine, when a newer one takes its place.
    let sleeper = Sleeper::default();
    kettle::spawn(sleeper.clone().sleep());
    settle().await;
    let mut timer = Timer::new(clock::now() + Duration::from_hours(1));
    let value = Mutex::new(Some(wakes_when_dropped(&sleeper)));
    let foreign = waker_that(move || drop(value.lock().unwrap().take()));
    assert!(timer.poll(&mut Context::from_waker(&foreign)).is_pending());
    drop(foreign);
    must_wait(|cx| timer.poll(cx)).await;
    settle().await;
    assert_eq!(sleeper.polls(), 2);

    // And one that waits for a task's end, when the handle goes.
    let value = Mutex::new(Some(wakes_when_dropped(&sleeper)));
    let foreign = waker_that(move || drop(value.lock().unwrap().take()));
    let mut handle = kettle::spawn(pending::<()>());
    assert!(Pin::new(&mut handle).poll(&mut Context::from_waker(&foreign)).is_pending());
    drop(foreign);
    drop(handle);
    settle().await;
    assert_eq!(sleeper.polls(), 3);
}

#[test]
fn a_waker_that_panics_harms_nobody() {
    within_a_minute(|| {
        let runtime = paused();
        runtime.block_on(async {
            let bad = waker_that(|| panic!("a bad waker"));
            let cx = &mut Context::from_waker(&bad);

            let mut timer = Timer::new(clock::now() + Duration::from_millis(5));
            assert!(timer.poll(cx).is_pending());
            let mut handle = std::pin::pin!(kettle::spawn(yield_now()));
            assert!(handle.as_mut().poll(cx).is_pending());
            let spawn = Handle::current();
            let remote = thread::spawn(move || spawn.spawn(yield_now())).join().unwrap();
            let mut remote = std::pin::pin!(remote);
            assert!(remote.as_mut().poll(cx).is_pending());
            let mut job = std::pin::pin!(kettle::task::spawn_blocking(|| ()));
            while job.as_mut().poll(cx).is_pending() {
                kettle_runtime::defer(cx, kettle_events::Deferral::Budget);
                yield_now().await;
            }
            clock::advance(Duration::from_millis(10)).await;
            settle().await;

            assert!(timer.is_elapsed());
            handle.await.unwrap();
            remote.await.unwrap();
            // And the blocking pool still counts right: time moves by itself again.
            let mut timer = Timer::new(clock::now() + Duration::from_hours(1));
            poll_fn(|cx| timer.poll(cx)).await;
        });
    });
}

#[test]
fn a_runtime_may_be_driven_at_thread_exit() {
    within_a_minute(|| {
        for ours_first in [true, false] {
            let (runtime, done) = (runtime(), Channel::new());
            let tell = done.clone();
            let at_exit = on_drop(move || {
                let task = async {
                    kettle::time::sleep(Duration::from_millis(1)).await;
                    kettle::task::spawn_blocking(|| 6).await.unwrap() + 1
                };
                tell.send(runtime.block_on(async { kettle::spawn(task).await.unwrap() }));
                drop(runtime);
            });
            drop_at_exit(at_exit, ours_first);
            assert_eq!(crate::common::block_on(done.receive()), 7);
        }
    });
}

#[test]
fn wakers_and_abort_handles_are_used_while_their_runtime_ends() {
    within_a_minute(|| {
        for _ in 0..30 {
            let runtime = runtime();
            let sleepers: Vec<_> = (0..50).map(|_| Sleeper::default()).collect();
            let tasks = runtime.block_on(async {
                let spawn = |sleeper: &Sleeper| kettle::spawn(sleeper.clone().sleep());
                let tasks: Vec<_> = sleepers.iter().map(spawn).collect();
                settle().await;
                tasks
            });
            let ended = AtomicBool::new(false);
            let wake_and_abort = || {
                let wakers: Vec<_> = sleepers.iter().map(Sleeper::waker).collect();
                let aborts: Vec<_> = tasks.iter().map(JoinHandle::abort_handle).collect();
                while !ended.load(Ordering::SeqCst) {
                    wakers.iter().for_each(Waker::wake_by_ref);
                    aborts.iter().skip(25).for_each(AbortHandle::abort);
                }
            };
            thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(wake_and_abort);
                }
                runtime.block_on(settle());
                drop(runtime);
                ended.store(true, Ordering::SeqCst);
            });
            for task in tasks {
                assert!(crate::common::block_on(task).unwrap_err().is_cancelled());
            }
        }
    });
}
