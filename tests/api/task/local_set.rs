//! `task::LocalSet`, `spawn_local`, `LocalEnterGuard`.

use std::cell::{Cell, RefCell};
use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::sync::oneshot;
use kettle::task::{LocalEnterGuard, LocalSet, spawn_local, yield_now};
use kettle::time::sleep;

use crate::auto_traits;
use crate::help::{Drops, Polled, Side, panic_of, side};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Where there is neither a set nor a local runtime. tokio's panic names its own line if a runtime is
/// entered, although the function is `#[track_caller]`; kettle's always names the program's.
fn nowhere() {
    let panicked = panic_of(|| spawn_local(async {}));
    assert!(panicked.words.contains("called from outside of a `task::LocalSet`"), "{panicked:?}");
    assert!(panicked.file == file!() || side() == Side::Tokio, "{panicked:?}");
}

#[kettle::test]
async fn run_until_gives_the_output_and_runs_the_tasks() {
    let set = LocalSet::new();
    let cup = Rc::new(Cell::new(0));
    let inside = cup.clone();
    let output = set.run_until(async move {
        let cup = inside.clone();
        spawn_local(async move { cup.set(7) }).await.unwrap();
        inside.get()
    });
    assert_eq!(output.await, 7);
    assert_eq!(cup.get(), 7);
}

#[kettle::test]
async fn awaited_it_is_ready_when_all_its_tasks_have_ended() {
    let set = LocalSet::new();
    let steps = Rc::new(RefCell::new(Vec::new()));
    for number in 0..3 {
        let steps = steps.clone();
        set.spawn_local(async move {
            for _ in 0..number {
                yield_now().await;
            }
            steps.borrow_mut().push(number);
        });
    }
    set.await;
    assert_eq!(*steps.borrow(), [0, 1, 2]);
    LocalSet::default().await;
}

#[kettle::test]
async fn nothing_runs_until_the_set_is_polled() {
    let set = LocalSet::new();
    let task = set.spawn_local(ready(7));
    for _ in 0..5 {
        yield_now().await;
    }
    assert!(!task.is_finished());
    assert_eq!(set.run_until(task).await.unwrap(), 7);
}

#[kettle::test]
async fn the_tasks_stay_when_run_until_is_dropped() {
    let set = LocalSet::new();
    let (tx, rx) = oneshot::channel();
    let task = set.spawn_local(async move { rx.await.unwrap() });
    let mut half = Polled::new(set.run_until(pending::<()>()));
    half.pending();
    drop(half);
    assert!(!task.is_finished());
    tx.send(7).unwrap();
    assert_eq!(set.run_until(task).await.unwrap(), 7);
}

#[test]
fn block_on_is_run_until_on_a_runtime() {
    let set = LocalSet::new();
    let runtime = Arc::new(runtime()); // a pointer to one turns into the reference
    let number = set.block_on(&runtime, async { spawn_local(ready(Rc::new(7))).await.unwrap() });
    assert_eq!(*number, 7);
    let panicked = runtime.block_on(async { panic_of(|| set.block_on(&runtime, async {})) });
    assert_eq!(panicked.file, file!());
}

#[test]
fn spawn_local_outside_panics_at_the_callers_line() {
    assert_eq!(panic_of(|| spawn_local(async {})).file, file!());
    runtime().block_on(async { nowhere() });
}

#[test]
fn spawn_local_on_the_set_needs_no_runtime() {
    let set = LocalSet::new();
    let task = set.spawn_local(ready(7));
    let mut set = Polled::new(set);
    set.ready();
    assert_eq!(Polled::new(task).ready().unwrap(), 7);
}

#[kettle::test]
async fn enter_makes_the_set_the_one_that_spawn_local_means() {
    let (one, two) = (LocalSet::new(), LocalSet::new());
    let outer = one.enter();
    let first = spawn_local(ready(1));
    let inner = two.enter();
    let second = spawn_local(ready(2));
    drop(inner);
    let third = spawn_local(ready(3));
    drop(outer);
    nowhere();
    one.await;
    assert!(first.is_finished() && third.is_finished() && !second.is_finished());
    two.await;
    assert_eq!(second.await.unwrap(), 2);
}

#[kettle::test]
#[allow(clippy::async_yields_async)] // the handle is what is handed on
async fn inside_its_poll_a_set_is_current_in_place_of_the_one_around() {
    let (outer, inner) = (LocalSet::new(), LocalSet::new());
    outer
        .run_until(async {
            let of_inner = inner.run_until(async { spawn_local(ready(1)) }).await;
            let of_outer = spawn_local(ready(2)).await.unwrap();
            assert_eq!(of_outer, 2);
            assert!(!of_inner.is_finished(), "the inner set has not been polled since");
            assert_eq!(inner.run_until(of_inner).await.unwrap(), 1);
        })
        .await;
}

#[kettle::test]
async fn a_wake_from_another_thread_runs_the_task() {
    let set = LocalSet::new();
    let (tx, rx) = oneshot::channel();
    let task = set.spawn_local(async move { Rc::new(rx.await.unwrap()) });
    thread::spawn(move || tx.send(7).unwrap());
    assert_eq!(*set.run_until(task).await.unwrap(), 7);
}

#[kettle::test]
async fn a_task_can_be_aborted_from_another_thread() {
    let drops = Drops::default();
    let set = LocalSet::new();
    let value = drops.value();
    let task = set.spawn_local(async move {
        let _value = value;
        pending::<()>().await;
    });
    let abort = task.abort_handle();
    let mut polled = Polled::new(set.run_until(task));
    polled.pending();
    thread::spawn(move || abort.abort()).join().unwrap();
    assert_eq!(drops.count(), 0, "not there: the future belongs to this thread");
    assert!(polled.wakes() > 0);
    // The handle may be polled before the task.
    let output = match polled.poll() {
        Poll::Ready(output) => output,
        Poll::Pending => polled.ready(),
    };
    assert!(output.unwrap_err().is_cancelled());
    assert_eq!(drops.count(), 1);
}

#[kettle::test]
async fn a_panic_goes_to_the_handle_and_the_set_runs_on() {
    let set = LocalSet::new();
    let bad = set.spawn_local(async { panic!("on purpose") });
    let good = set.spawn_local(ready(7));
    set.run_until(async {
        assert!(bad.await.unwrap_err().is_panic());
        assert_eq!(good.await.unwrap(), 7);
    })
    .await;
}

#[kettle::test]
async fn a_panic_in_run_untils_own_future_leaves_the_set_usable() {
    let set = LocalSet::new();
    let mut bad = Polled::new(set.run_until(async { panic!("on purpose") }));
    assert!(catch_unwind(AssertUnwindSafe(|| bad.poll())).is_err());
    drop(bad);
    nowhere();
    let task = set.spawn_local(ready(7));
    assert_eq!(set.run_until(task).await.unwrap(), 7);
}

#[test]
fn dropping_the_set_drops_its_tasks_with_the_set_current() {
    struct Spawns(Rc<RefCell<Option<kettle::task::JoinHandle<()>>>>);
    impl Drop for Spawns {
        fn drop(&mut self) {
            *self.0.borrow_mut() = Some(spawn_local(async { unreachable!("the set has ended") }));
        }
    }
    let drops = Drops::default();
    let late = Rc::new(RefCell::new(None));
    let set = LocalSet::new();
    let (polled, unpolled, spawns) = (drops.value(), drops.value(), Spawns(late.clone()));
    let task = set.spawn_local(async move {
        let _held = (polled, spawns);
        pending::<()>().await;
    });
    let mut first = Polled::new(set.run_until(pending::<()>()));
    first.pending();
    drop(first);
    set.spawn_local(async move { drop(unpolled) });
    drop(set);
    assert_eq!(drops.count(), 2);
    assert!(task.is_finished());
    let late = late.borrow_mut().take().unwrap();
    assert!(late.is_finished());
    assert!(Polled::new(late).ready().unwrap_err().is_cancelled());
    assert!(Polled::new(task).ready().unwrap_err().is_cancelled());
}

#[kettle::test(start_paused = true)]
async fn timers_work_in_it() {
    let set = LocalSet::new();
    let order = Rc::new(RefCell::new(Vec::new()));
    for millis in [30, 10, 20] {
        let order = order.clone();
        set.spawn_local(async move {
            sleep(Duration::from_millis(millis)).await;
            order.borrow_mut().push(millis);
        });
    }
    set.await;
    assert_eq!(*order.borrow(), [10, 20, 30]);
}

#[kettle::test]
async fn a_set_that_never_rests_lets_other_tasks_run() {
    let set = LocalSet::new();
    let rounds = Rc::new(Cell::new(0_u32));
    let counts = rounds.clone();
    set.spawn_local(async move {
        loop {
            counts.set(counts.get() + 1);
            yield_now().await;
        }
    });
    let other = kettle::spawn(async {
        for _ in 0..20 {
            yield_now().await;
        }
    });
    set.run_until(other).await.unwrap();
    assert!(rounds.get() > 0);
}

#[kettle::test]
async fn a_tasks_handle_may_be_awaited_outside() {
    let set = LocalSet::new();
    let task = set.spawn_local(ready(7));
    let waits = kettle::spawn(task);
    set.await;
    assert_eq!(waits.await.unwrap().unwrap(), 7);
}

#[test]
fn one_set_may_move_from_runtime_to_runtime() {
    let set = LocalSet::new();
    let (tx, rx) = oneshot::channel();
    let task = set.spawn_local(async move { rx.await.unwrap() });
    set.block_on(&runtime(), yield_now());
    tx.send(7).unwrap();
    assert_eq!(set.block_on(&runtime(), task).unwrap(), 7);
}

#[test]
fn debug() {
    assert!(format!("{:?}", LocalSet::new()).starts_with("LocalSet"));
    assert!(format!("{:?}", LocalSet::new().enter()).starts_with("LocalEnterGuard"));
}

auto_traits!(LocalSet: !Send & !Sync & Unpin);
auto_traits!(LocalEnterGuard: !Send & !Sync & Unpin);
auto_traits!(fn auto_traits::any::<&LocalSet>().run_until(ready(())) => !Send & !Sync & !Unpin);
