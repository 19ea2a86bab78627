//! Does what the doctor keeps grow with what is over?
//!
//! Programs that hand half of everything to another thread, whose events are not recorded, so that
//! the doctor is not told how it ends. Counted is what it keeps after each step of the loop, and
//! what its lints look at.

use std::future::pending;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::thread;

use kettle::runtime::Builder;
use kettle::sync::{Mutex as Lock, mpsc, oneshot};
use kettle::task::{spawn_blocking, yield_now};
use kettle::trace::doctor::{Keeper, Mode};
use kettle::trace::{Doctor, Event, Lint, Record, Sink};

/// A release build does a million in the time in which a debug build does these.
const REQUESTS: u32 = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };
/// Of what is over, so much is kept at the most: 4096 channels and as many locks with their names.
const KEPT: usize = 20_000;

/// The most that the doctor has kept, and what it has looked at, by each half of the run.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    kept: usize,
    looked: u64,
    polls: u64,
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
        // Counting them walks them all.
        if load.polls.is_multiple_of(64) {
            let (kept, looked) = self.doctor.load();
            (load.kept, load.looked) = (load.kept.max(kept), looked);
        }
    }
}

/// Runs a program, and gives the doctor's load.
fn load_of(program: impl Future<Output = ()>) -> Load {
    let load = Arc::new(Mutex::new(Load::default()));
    let doctor = Doctor::new(Mode::Warn, Some(Box::new(Nothing)));
    let mut builder = Builder::new_current_thread();
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
    assert!(load.looked <= 8 * load.polls, "{load:?}");
}

#[test]
fn locks_that_another_thread_releases_leave_little() {
    let load = load_of(async {
        for _ in 0..REQUESTS / 4 {
            let guard = Arc::new(Lock::new(())).lock_owned().await;
            spawn_blocking(move || drop(guard)).await.unwrap();
        }
    });
    assert_bounded(load, KEPT);
}

#[test]
fn a_select_that_is_over_and_one_that_goes_on_leave_nothing() {
    let load = load_of(async {
        let (tx, mut rx) = mpsc::channel(1);
        kettle::spawn(async move {
            for number in 0..REQUESTS / 4 {
                tx.send(number).await.unwrap();
                yield_now().await;
            }
        });
        kettle::select! {
            number = rx.recv() => assert_eq!(number, Some(0)),
            () = pending() => {}
        }
        // In a race for a part of the run, and then the waits come one after the other.
        let rest = async { while rx.recv().await.is_some() {} };
        let half = async {
            for _ in 0..REQUESTS / 16 {
                yield_now().await;
            }
        };
        let mut rest = pin!(rest);
        kettle::select! {
            () = &mut rest => {}
            () = half => {}
        }
        rest.await;
    });
    assert_bounded(load, 64);
}
