//! What if a job is queued at the very moment when an idle thread's time is up? And if the system
//! refuses a thread?

use std::iter;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{OnceLock, mpsc};
use std::thread;

use super::*;

/// `Pool::submit` saw an idle thread, so it has queued the job; the notification comes when the
/// thread is no longer waiting for it. Here none comes, so the thread always finds its time up.
#[test]
fn a_job_that_comes_when_the_time_is_up_is_taken() {
    let start: StartThread = Arc::new(|_| unreachable!("the only thread is this one"));
    let pool = Pool::new(start, 1, Duration::from_millis(1));
    let mut member = Member { pool: pool.clone(), takes_jobs: true };
    let queued = OnceLock::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            while queued.get().is_none() {
                let mut state = pool.state.lock();
                if state.idle == 1 {
                    state.jobs.push_back(Box::new(|| ()));
                    queued.set(()).unwrap();
                }
            }
        });
        let mut waits = iter::repeat_with(|| {
            let mut state = pool.state.lock();
            (state.threads, state.alive) = (1, 1);
            drop(state);
            member.next_job()
        });
        // It may end before the other thread has seen it idle.
        let job = waits.find(|_| queued.get().is_some()).unwrap();
        assert!(job.is_some(), "the job is left lying");
    });
}

#[test]
fn a_job_whose_only_thread_is_refused_is_dropped_and_the_caller_learns_why() {
    let start: StartThread = Arc::new(|_| Err(io::Error::other("no thread")));
    let pool = Pool::new(start, 1, Duration::ZERO);
    for _ in 0..2 {
        let held = Arc::new(());
        let by_job = held.clone();
        let refused = pool.submit(Box::new(move || drop(by_job)));
        assert!(refused.is_err_and(|error| error.to_string() == "no thread"));
        assert_eq!((Arc::strong_count(&held), pool.alive()), (1, 0));
    }
}

#[test]
fn a_job_whose_thread_is_refused_waits_for_another_one() {
    let is_first = AtomicBool::new(true);
    let start: StartThread = Arc::new(move |work| {
        let thread = thread::Builder::new();
        if is_first.swap(false, Relaxed) {
            thread.spawn(work).map(drop)
        } else {
            Err(io::Error::other("no second thread"))
        }
    });
    let pool = Pool::new(start, 2, Duration::from_mins(1));
    let (go, waits) = mpsc::channel::<()>();
    let (done, is_done) = mpsc::channel::<()>();
    assert!(pool.submit(Box::new(move || _ = waits.recv())).is_ok_and(|it| it.is_none()));
    assert!(pool.submit(Box::new(move || drop(done))).is_err());
    drop(go);
    assert!(is_done.recv().is_err(), "the second job has run, too");
    pool.shut_down(None);
}
