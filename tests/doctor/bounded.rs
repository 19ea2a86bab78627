//! Does what the doctor keeps grow with what is over, or what it does at one event with a crowd?
//!
//! Programs that hand half of everything to another thread, whose events are not recorded, so that
//! the doctor is not told how it ends; and crowds that wait, of one task and of many. Counted is
//! what it keeps after each step of the loop, what its lints look at, and how often it asks the
//! system for the program's threads.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use kettle::runtime::{Builder, Handle};
use kettle::sync::{Mutex as Lock, RwLock, mpsc, oneshot};
use kettle::task::{JoinSet, spawn_blocking, yield_now};
use kettle::time::{sleep, timeout};
use kettle::trace::doctor::{Keeper, Mode};
use kettle::trace::{Doctor, Event, Lint, Record, Sink};

/// A release build does a million in the time in which a debug build does these.
const REQUESTS: u32 = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };

/// The most that the doctor has kept, and what it has looked at, by each half of the run.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    kept: usize,
    looked: u64,
    polls: u64,
    events: u64,
    /// So often the thread went to sleep as if for good.
    sleeps: u64,
    asks: u64,
}

/// A doctor, and how much it has to do.
struct Weighed {
    doctor: Doctor,
    load: Arc<Mutex<Load>>,
}

/// Takes no verdict: there is to be none.
struct Nothing;

impl Sink for Nothing {
    fn record(&mut self, _: &[Record]) {}
}

impl Keeper for Nothing {
    fn keep(&mut self, lint: &Lint) {
        panic!("the doctor says {lint:?}");
    }
}

impl Sink for Weighed {
    fn record(&mut self, records: &[Record]) {
        self.doctor.record(records);
        let ends = |record: &&Record| matches!(record.event, Event::PollEnd { .. });
        let mut load = self.load.lock().unwrap();
        load.polls += records.iter().filter(ends).count() as u64;
        load.events += records.len() as u64;
        let sleeps = |record: &&Record| matches!(record.event, Event::Park { timeout: None });
        load.sleeps += records.iter().filter(sleeps).count() as u64;
        // Counting them walks them all.
        let ended = matches!(records.last(), Some(Record { event: Event::RunEnd { .. }, .. }));
        if load.polls.is_multiple_of(64) || ended {
            let doctors = self.doctor.load();
            load.kept = load.kept.max(doctors.stored_entries);
            (load.looked, load.asks) = (doctors.visited_entries, doctors.thread_counts);
        }
    }
}

/// Runs a program, and gives the doctor's load.
fn load_of(program: impl Future<Output = ()>) -> Load {
    load_with(false, program)
}

fn load_with(paused: bool, program: impl Future<Output = ()>) -> Load {
    let load = Arc::new(Mutex::new(Load::default()));
    let doctor = Doctor::new(Mode::Warn, Some(Box::new(Nothing)));
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(paused);
    builder.trace(Weighed { doctor, load: load.clone() });
    builder.build().unwrap().block_on(program);
    super::assert_saw_all(&load);
    let load = *load.lock().unwrap();
    assert!(load.polls > 0 && load.kept > 0, "nothing was counted: {load:?}");
    load
}

#[track_caller]
fn assert_bounded(load: Load, kept: usize) {
    assert!(load.kept <= kept, "{load:?}");
    assert!(load.looked <= 8 * load.polls, "{load:?}");
}

/// So many wait at once.
const CROWD: u32 = 1_000;

const MOMENT: Duration = Duration::from_millis(1);

/// One of a crowd: it holds a lock for a poll or for a sleep, or its limit ends it.
async fn waits(kind: u32, nth: u32, lock: Arc<Lock<()>>, shared: Arc<RwLock<()>>) {
    match kind {
        0 | 1 => {
            let _guard = lock.lock().await;
            if kind == 0 { yield_now().await } else { sleep(MOMENT).await }
        }
        2 => {
            let _guard = shared.write().await;
            yield_now().await;
        }
        _ => timeout(MOMENT * (nth % 997), pending()).await.unwrap_or_default(),
    }
}

/// Each is a task of one set.
async fn all(futures: impl Iterator<Item = impl Future<Output = ()> + Send + 'static>) {
    let mut set = JoinSet::new();
    futures.for_each(|future| drop(set.spawn(future)));
    while set.join_next().await.is_some() {}
}

#[track_caller]
fn assert_linear(load: Load) {
    assert!(load.events > 3_000 && load.looked <= 4 * load.events, "{load:?}");
}

#[test]
fn a_crowd_of_one_task_or_of_many_is_not_looked_through() {
    for kind in 0..4 {
        let (lock, shared) = (Arc::new(Lock::new(())), Arc::new(RwLock::new(())));
        let crowd = || (0..CROWD).map(|nth| waits(kind, nth, lock.clone(), shared.clone()));
        assert_linear(load_with(true, async { drop(join_all(crowd()).await) }));
        assert_linear(load_with(true, all(crowd())));
    }
}

/// A jump of the clock has a timer as its reason, and then no list of threads says more.
#[test]
fn at_a_jump_of_the_clock_the_system_is_not_asked() {
    let load = load_with(true, async {
        for _ in 0..2_000 {
            sleep(MOMENT).await;
        }
    });
    assert!(load.polls >= 2_000 && load.asks == 0, "{load:?}");
}

/// Another thread wakes the runtime again and again, and each time it sleeps as if for good.
#[test]
fn the_system_is_asked_seldom() {
    let began = Instant::now();
    let load = load_of(async {
        for number in 0..500 {
            let ((tell, told), metrics) = (oneshot::channel(), Handle::current().metrics());
            let other = thread::spawn(move || {
                while metrics.worker_park_unpark_count(0).is_multiple_of(2) {
                    thread::yield_now(); // until it sleeps
                }
                tell.send(number)
            });
            assert_eq!(told.await, Ok(number));
            other.join().unwrap().unwrap();
        }
    });
    let most = 8 + began.elapsed().as_millis() / 10;
    assert!(load.sleeps >= 500 && u128::from(load.asks) <= most, "{most}: {load:?}");
}

#[test]
fn requests_to_blocking_jobs_leave_nothing() {
    let load = load_of(async {
        for number in 0..REQUESTS {
            let (tx, rx) = oneshot::channel();
            spawn_blocking(move || tx.send(number));
            assert_eq!(rx.await, Ok(number));
        }
    });
    assert_bounded(load, 64);
}

#[test]
fn others_that_wait_are_not_looked_at_again_and_again() {
    let load = load_of(async {
        let lock = Arc::new(Lock::new(()));
        let guard = lock.clone().lock_owned().await;
        let (tx, mut rx) = mpsc::channel(1);
        let mut others = Vec::new();
        for _ in 0..1000 {
            let (lock, held) = (lock.clone(), Arc::new(Lock::new(())));
            let holds = held.clone().lock_owned().await;
            others.push((kettle::spawn(async move { drop(held.lock().await) }), Some(holds)));
            others.push((kettle::spawn(async move { drop(lock.lock().await) }), None));
        }
        let sender = thread::spawn(move || {
            for number in 0..REQUESTS / 20 {
                tx.blocking_send(number).unwrap();
            }
        });
        while rx.recv().await.is_some() {}
        sender.join().unwrap();
        drop(guard);
        for (other, held) in others {
            drop(held);
            other.await.unwrap();
        }
    });
    assert!(load.looked <= load.events, "{load:?}");
}
