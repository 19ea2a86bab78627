//! `runtime::RuntimeMetrics`: the stable ones.

use std::future::pending;
use std::thread;
use std::time::Duration;

use kettle::runtime::{Handle, RuntimeMetrics};
use kettle::sync::oneshot;
use kettle::task::yield_now;

use crate::common::engine::{runtime, yield_times};
use crate::help::panic_of;

#[test]
fn alive_tasks_are_counted_from_spawn_to_end() {
    let runtime = runtime();
    let metrics = runtime.metrics();
    assert_eq!(metrics.num_alive_tasks(), 0);
    runtime.block_on(async {
        assert_eq!(metrics.num_alive_tasks(), 0, "block_on's own future is none");
        let task = kettle::spawn(pending::<()>());
        let other = kettle::spawn(async { Handle::current().metrics().num_alive_tasks() });
        assert_eq!(metrics.num_alive_tasks(), 2);
        let elsewhere = metrics.clone();
        let seen = thread::spawn(move || elsewhere.num_alive_tasks()).join().unwrap();
        assert_eq!(seen, 2, "on another thread, too, while the poll that spawned them goes on");
        assert_eq!(other.await.unwrap(), 2, "itself among them");
        assert_eq!(metrics.num_alive_tasks(), 1);
        task.abort();
        assert!(task.await.is_err());
        assert_eq!(metrics.num_alive_tasks(), 0);
    });
    runtime.spawn(pending::<()>());
    let handle = runtime.handle().clone();
    thread::spawn(move || handle.spawn(pending::<()>())).join().unwrap();
    assert_eq!(metrics.num_alive_tasks(), 2, "although none has reached the loop");
    runtime.block_on(yield_now());
    assert_eq!(metrics.num_alive_tasks(), 2);
    drop(runtime);
    assert_eq!(metrics.num_alive_tasks(), 0);
}

#[test]
fn a_finished_block_on_does_not_work_off_what_other_threads_have_spawned() {
    const TASKS: usize = 10_000;
    let runtime = runtime();
    let (metrics, handle) = (runtime.metrics(), runtime.handle().clone());
    let spawn = move || (0..TASKS).for_each(|_| drop(handle.spawn(async {})));
    thread::spawn(spawn).join().unwrap();
    runtime.block_on(async {});
    let left = metrics.global_queue_depth();
    assert!(left > TASKS - 500, "{left} messages are left: leaving has received the others");
    assert!(metrics.num_alive_tasks() > TASKS - 500);
    drop(runtime);
    assert_eq!((metrics.global_queue_depth(), metrics.num_alive_tasks()), (0, 0));
}

#[test]
fn parks_are_counted() {
    let runtime = runtime();
    let metrics = runtime.metrics();
    assert_eq!((metrics.worker_park_count(0), metrics.worker_park_unpark_count(0)), (0, 0));
    let (tx, rx) = oneshot::channel();
    let watch = metrics.clone();
    let other = thread::spawn(move || {
        while watch.worker_park_count(0) == 0 {
            thread::yield_now();
        }
        let parked = (watch.worker_park_count(0), watch.worker_park_unpark_count(0));
        tx.send(()).unwrap();
        parked
    });
    runtime.block_on(rx).unwrap();
    assert_eq!(other.join().unwrap(), (1, 1), "odd: it is parked");
    let (parks, both) = (metrics.worker_park_count(0), metrics.worker_park_unpark_count(0));
    assert!(parks >= 1);
    assert_eq!(both, 2 * parks, "even: it is awake, or not driven");
}

#[test]
fn a_loop_that_has_work_does_not_park() {
    let runtime = runtime();
    runtime.block_on(async {
        yield_times(1000).await;
    });
    assert_eq!(runtime.metrics().worker_park_count(0), 0);
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio counts it at a park")]
fn busy_time_grows_and_idle_time_does_not_count() {
    let runtime = runtime();
    let metrics = runtime.metrics();
    assert_eq!(metrics.worker_total_busy_duration(0), Duration::ZERO);
    runtime.block_on(yield_now());
    assert!(metrics.worker_total_busy_duration(0) > Duration::ZERO, "though it hasn't slept");
    let work = Duration::from_millis(20);
    runtime.block_on(async {
        let start = std::time::Instant::now();
        while start.elapsed() < work {
            std::hint::spin_loop();
        }
    });
    let busy = metrics.worker_total_busy_duration(0);
    assert!(busy >= work, "{busy:?}");
    let start = std::time::Instant::now();
    runtime.block_on(async { kettle::time::sleep(Duration::from_millis(200)).await });
    let (idle, more) =
        (start.elapsed(), metrics.worker_total_busy_duration(0).checked_sub(busy).unwrap());
    assert!(more < idle, "{more:?} of {idle:?}");
}

#[test]
fn there_is_no_second_worker() {
    let metrics = runtime().metrics();
    let asks: [fn(&RuntimeMetrics) -> u128; 3] = [
        |metrics| metrics.worker_park_count(1).into(),
        |metrics| metrics.worker_park_unpark_count(1).into(),
        |metrics| metrics.worker_total_busy_duration(1).as_nanos(),
    ];
    for ask in asks {
        panic_of(|| ask(&metrics));
    }
}
