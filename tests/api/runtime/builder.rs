//! `runtime::Builder`.

use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Handle};
use kettle::sync::{mpsc, oneshot};
use kettle::time::{Instant, sleep};

use crate::help::panic_of;

fn builder() -> Builder {
    let mut builder = Builder::new_current_thread();
    builder.enable_all();
    builder
}

#[test]
fn every_setting_returns_the_builder_and_the_runtime_runs() {
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .enable_all()
        .name("tea")
        .thread_name("pot")
        .thread_name_fn(|| "pan".to_owned())
        .thread_stack_size(256 * 1024)
        .thread_keep_alive(Duration::from_secs(1))
        .max_blocking_threads(4)
        .worker_threads(8)
        .event_interval(7)
        .global_queue_interval(3)
        .max_io_events_per_tick(16)
        .max_io_events_per_busy_tick(8)
        .on_thread_start(|| ())
        .on_thread_stop(|| ())
        .on_thread_park(|| ())
        .on_thread_unpark(|| ())
        .start_paused(true)
        .build()
        .unwrap();
    assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
    assert_eq!(runtime.metrics().num_workers(), 1, "worker_threads has no effect");
}

#[test]
fn one_builder_makes_several_runtimes() {
    let mut builder = builder();
    builder.name("twin").start_paused(true);
    for _ in 0..2 {
        let runtime = builder.build().unwrap();
        assert_eq!(runtime.handle().name(), Some("twin"));
        runtime.block_on(async {
            let start = Instant::now();
            sleep(Duration::from_hours(1)).await;
            assert!(start.elapsed() >= Duration::from_hours(1));
        });
    }
}

#[test]
fn a_setting_that_can_not_be_panics_at_the_callers_line() {
    let settings: [fn(&mut Builder) -> &mut Builder; 8] = [
        |builder| builder.worker_threads(0),
        |builder| builder.max_blocking_threads(0),
        |builder| builder.event_interval(0),
        |builder| builder.global_queue_interval(0),
        |builder| builder.max_io_events_per_tick(0),
        |builder| builder.max_io_events_per_busy_tick(0),
        |builder| builder.name(""),
        |builder| builder.name(" \t"),
    ];
    for set in settings {
        let panicked = panic_of(|| set(&mut builder()).build().map(drop));
        assert_eq!(panicked.file, file!(), "{panicked:?}");
    }
}

fn name_of_this_thread() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

#[test]
fn a_closure_names_each_thread() {
    let made = Arc::new(AtomicUsize::new(0));
    let counts = made.clone();
    let name = move || format!("pot-{}", counts.fetch_add(1, Ordering::SeqCst));
    let runtime = builder().thread_name_fn(name).build().unwrap();
    assert_eq!(made.load(Ordering::SeqCst), 0, "no thread yet");
    runtime.block_on(async {
        let (tx, rx) = std::sync::mpsc::channel::<()>();
        let one = kettle::task::spawn_blocking(move || {
            let _ = rx.recv(); // so that the second job needs another thread
            name_of_this_thread()
        });
        let two = kettle::task::spawn_blocking(name_of_this_thread).await.unwrap();
        drop(tx);
        let mut names = [one.await.unwrap(), two];
        names.sort();
        assert_eq!(names, ["pot-0", "pot-1"]);
    });
}

#[test]
fn the_closure_that_names_may_spawn() {
    let here = Arc::new(Mutex::new(None::<Handle>));
    let handle = here.clone();
    let once = AtomicBool::new(true);
    let name = move || {
        if once.swap(false, Ordering::SeqCst) {
            // A runtime that calls this under a lock would not survive the question.
            drop(handle.lock().unwrap().as_ref().map(Handle::metrics));
        }
        "pot".to_owned()
    };
    let runtime = builder().thread_name_fn(name).build().unwrap();
    *here.lock().unwrap() = Some(runtime.handle().clone());
    assert_eq!(runtime.block_on(runtime.spawn_blocking(name_of_this_thread)).unwrap(), "pot");
    here.lock().unwrap().take();
}

#[test]
fn a_large_stack_takes_what_a_small_one_can_not() {
    #[inline(never)]
    #[allow(clippy::large_stack_arrays)] // that is the point
    fn fill() -> usize {
        let room = [1_u8; 3 * 1024 * 1024];
        std::hint::black_box(&room).iter().map(|byte| usize::from(*byte)).sum()
    }
    let runtime = builder().thread_stack_size(16 * 1024 * 1024).build().unwrap();
    assert_eq!(runtime.block_on(runtime.spawn_blocking(fill)).unwrap(), 3 * 1024 * 1024);
}

#[test]
fn hooks_run_on_each_thread_for_blocking_work() {
    let started = Arc::new(Mutex::new(Vec::new()));
    let stopped = Arc::new(AtomicUsize::new(0));
    let (names, stops) = (started.clone(), stopped.clone());
    let runtime = builder()
        .thread_name("pot")
        .on_thread_start(move || names.lock().unwrap().push(name_of_this_thread()))
        .on_thread_stop(move || {
            stops.fetch_add(1, Ordering::SeqCst);
        })
        .build()
        .unwrap();
    runtime.block_on(async {
        let started_before = started.lock().unwrap().len();
        assert_eq!(started_before, 0, "this thread is the program's");
        let before = started.clone();
        let known = kettle::task::spawn_blocking(move || before.lock().unwrap().len());
        assert_eq!(known.await.unwrap(), 1, "before its first job");
        kettle::task::spawn_blocking(|| ()).await.unwrap();
    });
    assert_eq!(stopped.load(Ordering::SeqCst), 0);
    drop(runtime);
    // Two, if the first was not idle yet; the second perhaps starts only now.
    let started = started.lock().unwrap();
    assert!(started.iter().all(|name| name == "pot") && started.len() <= 2, "{started:?}");
    assert_eq!(stopped.load(Ordering::SeqCst), started.len(), "the runtime's end waits for them");
}

#[test]
fn a_thread_that_was_idle_for_long_stops() {
    crate::common::engine::within_a_minute(|| {
        let (stops, mut stopped) = mpsc::unbounded_channel();
        let runtime = builder()
            .thread_keep_alive(Duration::from_millis(1))
            .on_thread_stop(move || stops.send(()).unwrap())
            .build()
            .unwrap();
        runtime.block_on(async {
            kettle::task::spawn_blocking(|| ()).await.unwrap();
            stopped.recv().await.unwrap();
            // And a later job gets another thread.
            assert_eq!(kettle::task::spawn_blocking(|| 7).await.unwrap(), 7);
        });
    });
}

/// How often each park hook was called.
#[derive(Clone, Default)]
struct Parks {
    parks: Arc<AtomicUsize>,
    unparks: Arc<AtomicUsize>,
}

impl Parks {
    fn watch<'a>(&self, builder: &'a mut Builder) -> &'a mut Builder {
        let Parks { parks, unparks } = self.clone();
        builder
            .on_thread_park(move || {
                parks.fetch_add(1, Ordering::SeqCst);
            })
            .on_thread_unpark(move || {
                unparks.fetch_add(1, Ordering::SeqCst);
            })
    }

    fn counts(&self) -> (usize, usize) {
        (self.parks.load(Ordering::SeqCst), self.unparks.load(Ordering::SeqCst))
    }
}

#[test]
fn park_hooks_run_around_a_sleep() {
    let parks = Parks::default();
    let runtime = parks.watch(&mut builder()).build().unwrap();
    let (tx, rx) = oneshot::channel();
    let waits = parks.clone();
    let sender = thread::spawn(move || {
        while waits.counts().0 == 0 {
            thread::yield_now();
        }
        tx.send(waits.counts()).unwrap();
    });
    let during = runtime.block_on(rx).unwrap();
    sender.join().unwrap();
    assert_eq!(during, (1, 0), "parked, and not unparked");
    let (parked, unparked) = parks.counts();
    assert!(parked >= 1 && unparked >= 1, "{parked} {unparked}");
}

#[test]
fn the_park_hook_may_spawn_and_then_the_loop_does_not_sleep() {
    let (tx, rx) = oneshot::channel();
    let tx = Mutex::new(Some(tx));
    let runtime = builder()
        .on_thread_park(move || {
            if let Some(tx) = tx.lock().unwrap().take() {
                kettle::spawn(async move { tx.send(Handle::current().id()) });
            }
        })
        .build()
        .unwrap();
    // Nothing else would ever wake it.
    assert_eq!(runtime.block_on(rx).unwrap(), runtime.handle().id());
    assert_eq!(runtime.metrics().worker_park_count(0), 0);
}

#[test]
fn the_park_hook_may_wake() {
    let (wakes, mut woken) = mpsc::unbounded_channel();
    let runtime = builder().on_thread_park(move || wakes.send(7).unwrap()).build().unwrap();
    assert_eq!(runtime.block_on(woken.recv()), Some(7));
}

#[test]
fn the_unpark_hook_may_spawn() {
    let (tx, rx) = oneshot::channel();
    let tx = Mutex::new(Some(tx));
    let runtime = builder()
        .start_paused(true)
        .on_thread_unpark(move || {
            if let Some(tx) = tx.lock().unwrap().take() {
                kettle::spawn(async move { tx.send(7) });
            }
        })
        .build()
        .unwrap();
    runtime.spawn(sleep_forever());
    assert_eq!(runtime.block_on(rx), Ok(7));
}

async fn sleep_forever() {
    loop {
        sleep(Duration::from_mins(1)).await;
    }
}

#[test]
fn a_panic_in_the_park_hook_ends_block_on_and_the_runtime_stays_usable() {
    let once = AtomicBool::new(true);
    let runtime = builder()
        .on_thread_park(move || assert!(!once.swap(false, Ordering::SeqCst), "on purpose"))
        .build()
        .unwrap();
    let panicked = panic_of(|| runtime.block_on(pending::<()>()));
    assert!(panicked.words.contains("on purpose"));
    assert_eq!(runtime.block_on(async { 7 }), 7);
}

#[test]
fn the_last_hook_set_is_the_one_called() {
    let parks = Parks::default();
    let mut builder = builder();
    builder.on_thread_park(|| panic!("replaced")).on_thread_unpark(|| panic!("replaced"));
    let runtime = parks.watch(&mut builder).start_paused(true).build().unwrap();
    runtime.block_on(async { sleep(Duration::from_secs(1)).await });
    assert!(parks.counts().0 > 0);
}

#[test]
fn of_two_settings_the_last_one_counts() {
    let runtime = builder().start_paused(true).start_paused(false).build().unwrap();
    assert!(panic_of(|| runtime.block_on(async { kettle::time::resume() })).words.len() > 3);
}

#[test]
fn debug() {
    assert!(format!("{:?}", builder()).starts_with("Builder"));
    assert!(format!("{:?}", builder().name("tea")).contains("tea"));
}
