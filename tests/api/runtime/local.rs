//! `runtime::LocalRuntime`, `LocalOptions`.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Handle, LocalOptions, LocalRuntime, RuntimeFlavor, worker_index};
use kettle::task::{LocalSet, spawn_local, yield_now};

use crate::common::engine::{keep, on_drop, yield_times};
use crate::help::{Drops, panic_of};
use crate::task::local_set::nowhere;

fn runtime() -> LocalRuntime {
    Builder::new_current_thread().enable_all().build_local(LocalOptions::default()).unwrap()
}

#[test]
fn tasks_run_on_over_several_block_ons() {
    let runtime = runtime();
    let steps = Rc::new(Cell::new(0));
    let counts = steps.clone();
    runtime.spawn_local(async move {
        loop {
            counts.set(counts.get() + 1);
            yield_now().await;
        }
    });
    assert_eq!(steps.get(), 0);
    runtime.block_on(yield_now());
    let first = steps.get();
    assert!(first >= 1);
    runtime.block_on(async {
        assert_eq!(worker_index(), Some(0));
        yield_times(10).await;
    });
    assert!(steps.get() > first);
}

#[test]
fn spawn_local_works_under_the_guard_of_enter() {
    let runtime = runtime();
    let cup = Rc::new(7);
    let task = {
        let _guard = runtime.enter();
        spawn_local(async move { *cup })
    };
    assert_eq!(runtime.block_on(task).unwrap(), 7);
    let guard = runtime.handle().enter();
    let task = spawn_local(async { 8 });
    drop(guard);
    assert_eq!(runtime.block_on(task).unwrap(), 8);
}

#[test]
fn tasks_that_are_send_run_beside() {
    let runtime = runtime();
    let handle = runtime.handle().clone();
    let task = thread::spawn(move || handle.spawn(async { 6 * 7 })).join().unwrap();
    assert_eq!(runtime.block_on(task).unwrap(), 42);
    let local = runtime.block_on(async {
        let (tx, rx) = kettle::sync::oneshot::channel();
        let local = spawn_local(async move { rx.await.unwrap() });
        kettle::spawn(async move { tx.send("from a task to a local one") });
        local.await.unwrap()
    });
    assert_eq!(local, "from a task to a local one");
}

#[test]
fn on_another_thread_spawn_local_panics() {
    let runtime = runtime();
    let handle = runtime.handle().clone();
    let panicked = thread::spawn(move || {
        let _entered = handle.enter();
        panic_of(|| spawn_local(async {}))
    });
    assert_eq!(panicked.join().unwrap().file, file!());
    let job = runtime.spawn_blocking(|| panic_of(|| spawn_local(async {})).file);
    assert_eq!(runtime.block_on(job).unwrap(), file!());
}

#[test]
fn two_on_one_thread_have_their_own_tasks() {
    let (one, two) = (runtime(), runtime());
    let id = |task: kettle::task::JoinHandle<_>| task;
    let (first, second) = {
        let _one = one.enter();
        let first = spawn_local(async { Handle::current().id() });
        let _two = two.enter();
        (id(first), id(spawn_local(async { Handle::current().id() })))
    };
    assert_eq!(two.block_on(second).unwrap(), two.handle().id());
    assert!(!first.is_finished());
    assert_eq!(one.block_on(first).unwrap(), one.handle().id());
}

#[test]
fn a_plain_runtime_entered_inside_hides_it() {
    let local = runtime();
    let plain = Builder::new_current_thread().build().unwrap();
    let _local = local.enter();
    let _plain = plain.enter();
    nowhere();
    let set = LocalSet::new();
    let _set = set.enter();
    spawn_local(async {});
}

#[test]
fn its_end_drops_every_task_with_the_runtime_entered() {
    let drops = Drops::default();
    let (tx, rx) = mpsc::channel();
    let ends: [fn(LocalRuntime); 3] = [drop, LocalRuntime::shutdown_background, |runtime| {
        runtime.shutdown_timeout(Duration::from_mins(1));
    }];
    for (round, end) in ends.into_iter().enumerate() {
        let runtime = runtime();
        let (local, sent, tx) = (drops.value(), drops.value(), tx.clone());
        let tells = on_drop(move || {
            let entered = Handle::try_current().is_ok();
            let late = spawn_local(async { unreachable!("the runtime has ended") });
            tx.send(entered && late.is_finished()).unwrap();
        });
        let task = runtime.spawn_local(keep((local, tells)));
        runtime.handle().spawn(keep(sent));
        runtime.block_on(yield_now());
        end(runtime);
        assert_eq!(drops.count(), 2 * (round + 1));
        assert_eq!(rx.recv(), Ok(true));
        assert!(task.is_finished());
    }
}

#[test]
fn an_unpolled_task_is_dropped_too() {
    let drops = Drops::default();
    let runtime = runtime();
    let value = drops.value();
    let task = runtime.spawn_local(async move { drop(value) });
    drop(runtime);
    assert_eq!(drops.count(), 1);
    let other = self::runtime();
    assert!(other.block_on(task).unwrap_err().is_cancelled());
}

#[test]
fn shutdown_background_alone_works_in_async_code() {
    let outer = runtime();
    outer.block_on(async {
        runtime().shutdown_background();
        let (dropped, ended) = (runtime(), runtime());
        panic_of(|| drop(dropped));
        panic_of(|| ended.shutdown_timeout(Duration::from_mins(1)));
    });
}

#[test]
fn settings_of_the_builder_hold() {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .name("tea")
        .start_paused(true)
        .build_local(LocalOptions::default())
        .unwrap();
    assert_eq!(runtime.handle().name(), Some("tea"));
    assert_eq!(runtime.handle().runtime_flavor(), RuntimeFlavor::CurrentThread);
    assert_eq!(runtime.metrics().num_workers(), 1);
    runtime.block_on(async { kettle::time::sleep(Duration::from_hours(24)).await });
}

#[test]
fn block_on_inside_block_on_panics_at_the_callers_line() {
    let (one, two) = (runtime(), runtime());
    let panicked = one.block_on(async { panic_of(|| two.block_on(async {})) });
    assert_eq!(panicked.file, file!());
}

#[test]
fn debug() {
    assert!(format!("{:?}", runtime()).starts_with("LocalRuntime"));
    assert!(format!("{:?}", LocalOptions::default()).starts_with("LocalOptions"));
}
