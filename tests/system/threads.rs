//! The system gives the pool no thread: the call that asked for one says so, by the same panic as tokio's,
//! and the runtime goes on. Where the pool has a thread, that one does the work.

use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::task::spawn_blocking;
use kettle::time::sleep;

use crate::common::engine::{panic_of, within_a_minute, words_of};

/// A stack larger than any address space.
const TOO_LARGE: usize = 1 << 52;

#[test]
fn a_pool_without_a_thread_says_so_and_the_runtime_goes_on() {
    within_a_minute(|| {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_all().thread_stack_size(TOO_LARGE).build().unwrap();
        for _ in 0..3 {
            runtime.block_on(async {
                let words = panic_of(|| spawn_blocking(|| ()));
                assert!(words.contains("thread"), "{words}");
                // The clock of this runtime and its tasks don't wait for a job that is not there.
                sleep(Duration::from_millis(1)).await;
                kettle::spawn(async {}).await.unwrap();
                let file = kettle::spawn(async { kettle::fs::read("/dev/null").await });
                assert!(file.await.unwrap_err().is_panic());
            });
        }
    });
}

/// The first thread starts, the others don't.
#[test]
fn the_one_thread_that_was_started_does_the_work_of_all() {
    within_a_minute(|| {
        let starts = Arc::new(AtomicUsize::new(0));
        let config = kettle_runtime::Config {
            start_thread: Arc::new(move |work| {
                if starts.fetch_add(1, Ordering::SeqCst) > 0 {
                    return Err(ErrorKind::WouldBlock.into()); // `EAGAIN`
                }
                std::thread::Builder::new().spawn(work).map(drop)
            }),
            ..kettle_runtime::Config::default()
        };
        let runtime = kettle_runtime::Runtime::with(config).unwrap();
        let jobs: Vec<_> = (0..100).map(|n| runtime.handle().spawn_blocking(move || n)).collect();
        runtime.block_on(async {
            for (n, job) in jobs.into_iter().enumerate() {
                assert_eq!(job.await.unwrap(), n);
            }
        });
    });
}

/// The system refuses a second thread while the first is at work, though the call that started that has not returned.
#[test]
fn a_thread_that_is_at_work_takes_a_job_before_its_start_has_returned() {
    within_a_minute(|| {
        let (submitted, is_submitted) = mpsc::channel();
        let first = Mutex::new(Some(is_submitted));
        let config = kettle_runtime::Config {
            start_thread: Arc::new(move |work| {
                let Some(is_submitted) = first.lock().unwrap().take() else {
                    return Err(ErrorKind::WouldBlock.into()); // `EAGAIN`
                };
                std::thread::Builder::new().spawn(work)?;
                is_submitted.recv().unwrap();
                Ok(())
            }),
            ..kettle_runtime::Config::default()
        };
        let runtime = kettle_runtime::Runtime::with(config).unwrap();
        let handle = runtime.handle().clone();
        let first = runtime.handle().spawn_blocking(move || {
            let second = catch_unwind(AssertUnwindSafe(|| handle.spawn_blocking(|| 7)));
            submitted.send(()).unwrap();
            second.map_err(|panic| words_of(&*panic))
        });
        let second = runtime.block_on(first).unwrap().expect("a thread is at work");
        assert_eq!(runtime.block_on(second).unwrap(), 7);
    });
}
