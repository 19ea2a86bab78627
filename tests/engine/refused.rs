//! What becomes of the jobs if the system refuses a thread?

use std::io::{self, ErrorKind};
use std::sync::{Arc, Barrier, Mutex, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::task::JoinHandle;
use kettle_runtime::{Config, StartThread};

use crate::common::engine::*;

/// The second thread is refused while the first one is being started. That takes both jobs.
#[test]
fn a_job_whose_thread_is_refused_is_queued_for_one_that_is_being_started() {
    within_a_minute(|| {
        let [begun, refused] = [(); 2].map(|()| Arc::new(Barrier::new(2)));
        let (first_begins, second_is_refused) = (begun.clone(), refused.clone());
        let start_thread: StartThread = Arc::new(move |work| {
            if thread::current().name() == Some("second") {
                return Err(ErrorKind::WouldBlock.into());
            }
            first_begins.wait();
            second_is_refused.wait();
            thread::Builder::new().spawn(work).map(drop)
        });
        let config = Config { start_thread, ..Config::default() };
        let runtime = kettle_runtime::Runtime::with(config).unwrap();
        let first = job_of_thread("first", runtime.handle(), || ());
        begun.wait();
        let second = job_of_thread("second", runtime.handle(), || ()).join();
        refused.wait();
        let both = [first.join(), second].map(|call| call.expect("no panic"));
        for job in both {
            runtime.block_on(job).unwrap();
        }
    });
}

/// Two calls at a time, each with a thread that the system refuses. The first job is queued, since
/// the other call's thread may come; when that is refused, too, no job is left in the queue.
#[test]
fn two_jobs_whose_threads_are_refused_at_once_are_dropped() {
    within_a_minute(|| {
        let [both, one_is_back] = [(); 2].map(|()| Arc::new(Barrier::new(2)));
        let back = one_is_back.clone();
        let start_thread: StartThread = Arc::new(move |_work| {
            both.wait();
            if thread::current().name() == Some("second") {
                back.wait();
            }
            Err(ErrorKind::OutOfMemory.into())
        });
        let config = Config { start_thread, ..Config::default() };
        let runtime = kettle_runtime::Runtime::with(config).unwrap();
        let [first, second] =
            ["first", "second"].map(|name| job_of_thread(name, runtime.handle(), || ()));
        let first = first.join().expect("it is queued");
        one_is_back.wait();
        assert!(second.join().is_err(), "there is no thread at all");
        assert!(runtime.block_on(first).unwrap_err().is_cancelled());
        assert_eq!(runtime.handle().inspector().threads(), (true, 0));
    });
}

/// While a thread is being started for the second job, the first one's thread runs that, too, and
/// ends. A third job is queued for the thread that is being started, which is refused then.
#[test]
fn a_job_that_was_run_by_another_thread_is_not_reported_as_refused() {
    within_a_minute(|| {
        let [begun, refused] = [(); 2].map(|()| Arc::new(Barrier::new(2)));
        let (second_begins, second_is_refused) = (begun.clone(), refused.clone());
        let (tell, told) = mpsc::channel();
        let start_thread: StartThread = Arc::new(move |work| {
            match thread::current().name() {
                Some("first") => return tell.send(thread::spawn(work)).map_err(io::Error::other),
                Some("second") => {
                    second_begins.wait();
                    second_is_refused.wait();
                }
                _ => {}
            }
            Err(ErrorKind::WouldBlock.into())
        });
        let thread_keep_alive = Duration::ZERO;
        let config = Config { start_thread, thread_keep_alive, ..Config::default() };
        let runtime = kettle_runtime::Runtime::with(config).unwrap();
        let (release, released) = mpsc::channel::<()>();
        let job = move || assert!(released.recv().is_err());
        let first = job_of_thread("first", runtime.handle(), job).join().expect("it has a thread");
        let second = job_of_thread("second", runtime.handle(), || ());
        begun.wait();
        drop(release);
        told.recv().unwrap().join().unwrap();
        let third = job_of_thread("third", runtime.handle(), || ()).join().expect("it is queued");
        refused.wait();
        let second = second.join().expect("its job was run");
        runtime.block_on(async { second.await.and(first.await) }).unwrap();
        assert!(runtime.block_on(third).unwrap_err().is_cancelled());
    });
}

/// Calls `spawn_blocking` on a thread of this name.
fn job_of_thread(
    name: &str,
    handle: &Handle,
    job: impl FnOnce() + Send + 'static,
) -> thread::JoinHandle<JoinHandle<()>> {
    let (thread, handle) = (thread::Builder::new().name(name.to_owned()), handle.clone());
    thread.spawn(move || handle.spawn_blocking(job)).unwrap()
}

#[test]
fn a_job_whose_thread_was_not_started_because_of_a_panic_is_dropped() {
    let start_thread: StartThread = Arc::new(|_work| panic!("no thread today"));
    let config = Config { start_thread, ..Config::default() };
    let runtime = kettle_runtime::Runtime::with(config).unwrap();
    let panic = panic_of(|| runtime.handle().spawn_blocking(|| ()));
    assert_eq!(panic, "no thread today");
    assert_eq!(runtime.handle().inspector().threads(), (true, 0), "no job is out");
}

/// The limit allows no second thread, so the second job is queued for the first one's.
#[test]
fn a_job_that_was_queued_for_a_thread_that_is_refused_is_cancelled() {
    within_a_minute(|| {
        let handle = Arc::new(OnceLock::<Handle>::new());
        let second = Arc::<Mutex<Option<_>>>::default();
        let (known, made) = (handle.clone(), second.clone());
        let start_thread: StartThread = Arc::new(move |_work| {
            let handle = known.get().expect("the job comes after its runtime");
            *made.lock().unwrap() = Some(handle.spawn_blocking(|| ()));
            Err(ErrorKind::OutOfMemory.into())
        });
        let config = Config { start_thread, max_blocking_threads: 1, ..Config::default() };
        let runtime = kettle_runtime::Runtime::with(config).unwrap();
        handle.set(runtime.handle().clone()).unwrap();
        panic_of(|| runtime.handle().spawn_blocking(|| ()));
        assert_eq!(runtime.handle().inspector().threads(), (true, 0), "no job is out");
        let second = second.lock().unwrap().take().unwrap();
        assert!(runtime.block_on(second).unwrap_err().is_cancelled());
    });
}

/// The first thread has ended, by its short life, before the call that made it returns.
#[test]
fn a_job_is_not_queued_for_a_thread_that_has_ended() {
    let handle = Arc::new(OnceLock::<Handle>::new());
    let (known, panicked) = (handle.clone(), Arc::<OnceLock<String>>::default());
    let words = panicked.clone();
    let start_thread: StartThread = Arc::new(move |work| {
        if thread::current().name() == Some("second") {
            return Err(ErrorKind::OutOfMemory.into());
        }
        thread::spawn(work).join().unwrap();
        let handle = known.get().expect("the job comes after its runtime");
        let call = || panic_of(|| handle.spawn_blocking(|| ()));
        thread::scope(|scope| {
            let second = thread::Builder::new().name("second".to_owned());
            words.set(second.spawn_scoped(scope, call).unwrap().join().unwrap()).unwrap();
        });
        Ok(())
    });
    let thread_keep_alive = Duration::ZERO;
    let config = Config { start_thread, thread_keep_alive, ..Config::default() };
    let runtime = kettle_runtime::Runtime::with(config).unwrap();
    handle.set(runtime.handle().clone()).unwrap();
    drop(runtime.handle().spawn_blocking(|| ()));
    assert!(panicked.get().unwrap().starts_with("failed to start a thread for blocking work"));
    assert_eq!(runtime.handle().inspector().threads(), (true, 0), "no job is out");
}
