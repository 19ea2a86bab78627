//! Mistakes that no `examples/oops_*.rs` makes, and what a time limit hides.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;
use kettle::sync::{Mutex, mpsc};
use kettle::time::{interval, sleep, timeout};

use super::*;

// ---- busy_loop ----------------------------------------------------------------------------------

/// Is to be busy until the doctor has said so. (It judges each second by itself, and the machine
/// may spoil some.)
#[derive(Clone)]
struct Busy(Verdicts, Instant);

impl Busy {
    fn goes_on(&self) -> bool {
        self.0.0.lock().unwrap().is_empty() && self.1.elapsed() < Duration::from_mins(1)
    }
}

#[track_caller]
fn assert_is_busy<F: Future<Output = ()>>(program: impl FnOnce(Busy) -> F) {
    let found = verdicts_of(&mut Builder::new_current_thread(), |runtime, told| {
        runtime.block_on(program(Busy(told.clone(), Instant::now())));
    });
    only(LintKind::BusyLoop, &found);
}

/// Its ticks end nothing.
#[test]
fn a_select_that_asks_a_closed_channel_beside_a_timer() {
    assert_is_busy(|busy| async move {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        drop(tx);
        let mut tick = interval(ms(400));
        while busy.goes_on() {
            kettle::select! {
                _closed = rx.recv() => {}
                _ = tick.tick() => {}
            }
        }
    });
}

/// It takes 0 bytes for "nothing yet". They are the end.
#[test]
fn a_loop_that_reads_on_at_the_end_of_a_connection() {
    assert_is_busy(|busy| async move {
        let (mut probe, mut collector) = UnixStream::pair().unwrap();
        let collects = kettle::spawn(async move {
            let (mut kept, mut bytes) = (Vec::new(), [0; 256]);
            while busy.goes_on() {
                let length = collector.read(&mut bytes).await.unwrap();
                kept.extend_from_slice(&bytes[..length]);
            }
            kept
        });
        sleep(ms(1)).await;
        probe.write_all(b"21 degrees").await.unwrap();
        drop(probe);
        assert_eq!(collects.await.unwrap(), b"21 degrees");
    });
}

// ---- beside a time limit ------------------------------------------------------------------------

/// What is said of a test that may fail.
fn said(test: impl Future<Output = ()>) -> Vec<Lint> {
    verdicts_in_virtual_time(|runtime| {
        let _ = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test)));
    })
}

#[track_caller]
fn says_what_waited(found: &[Lint], waits: &str) {
    only(LintKind::End, found);
    assert!(found[0].spots.iter().any(|spot| spot.label.contains(waits)), "{found:#?}");
}

#[test]
fn where_a_timeout_ends_a_test_the_open_waits_are_told() {
    let found = said(async {
        let task = kettle::spawn(poll_fn(|_| Poll::<()>::Pending));
        timeout(Duration::from_mins(10), task).await.expect("in time").unwrap();
    });
    says_what_waited(&found, "for the end of task 1");
    assert!(found[0].notes.iter().any(|note| note.contains("no waker of task 1")), "{found:#?}");
}

#[test]
fn where_a_branch_with_a_timer_ends_a_test_the_open_waits_are_told() {
    let found = said(async {
        let lock = Arc::new(Mutex::new(()));
        let both = async {
            let _first = lock.lock().await;
            let _second = lock.lock().await;
        };
        kettle::select! {
            () = sleep(ms(5_000)) => panic!("too late"),
            () = both => {}
        }
    });
    says_what_waited(&found, " for lock 1");
}

#[test]
fn a_limit_that_is_looked_for_is_right() {
    let found = said(async {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        assert!(timeout(ms(50), rx.recv()).await.is_err());
        // What fails later is another matter.
        sleep(ms(500)).await;
        assert!(tx.try_send(1).is_err(), "there is room");
    });
    assert_eq!(found, []);
}
