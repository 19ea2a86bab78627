//! Mistakes that no `examples/oops_*.rs` makes, and what a time limit hides.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Instant;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;
use kettle::sync::mpsc;
use kettle::task::{LocalSet, spawn_local, yield_now};
use kettle::time::{sleep, timeout};
use kettle::trace::doctor::Mode;

use super::*;

/// It takes 0 bytes for "nothing yet". They are the end.
#[test]
fn a_loop_that_reads_on_at_the_end_of_a_connection() {
    let began = Instant::now();
    let program = |told: Verdicts| async move {
        // (The doctor judges each second by itself, and the machine may spoil some.)
        let goes_on =
            move || told.0.lock().unwrap().is_empty() && began.elapsed() < Duration::from_mins(1);
        let (mut probe, mut collector) = UnixStream::pair().unwrap();
        let collects = kettle::spawn(async move {
            let (mut kept, mut bytes) = (Vec::new(), [0; 256]);
            while goes_on() {
                let length = collector.read(&mut bytes).await.unwrap();
                kept.extend_from_slice(&bytes[..length]);
            }
            kept
        });
        sleep(ms(1)).await;
        probe.write_all(b"21 degrees").await.unwrap();
        drop(probe);
        assert_eq!(collects.await.unwrap(), b"21 degrees");
    };
    let found = verdicts_of(&mut Builder::new_current_thread(), |runtime, told| {
        runtime.block_on(program(told.clone()));
    });
    only(LintKind::BusyLoop, &found);
}

/// A poll of a local set polls the set's tasks. The time of each poll is its own.
#[cfg(target_os = "linux")] // elsewhere nobody knows that the thread is asleep
#[test]
fn a_poll_inside_another_one_is_reported_by_itself() {
    let block = |is_here| std::thread::sleep(if is_here { ms(400) } else { ms(0) });
    for (mode, in_main) in
        [Mode::State, Mode::Watch].map(|mode| [(mode, false), (mode, true)]).concat()
    {
        let verdicts = Verdicts::default();
        let doctor = Doctor::new(mode, Some(Box::new(verdicts.clone())));
        let runtime = Builder::new_current_thread().trace(doctor).build().unwrap();
        runtime.block_on(LocalSet::new().run_until(async {
            spawn_local(async move {
                yield_now().await;
                block(!in_main);
                yield_now().await;
            });
            yield_now().await;
            block(in_main);
            yield_now().await;
        }));
        drop(runtime);
        let found = verdicts.all();
        only(LintKind::BlockingPoll, &found);
        let who: Vec<_> = found.iter().map(|lint| lint.task.unwrap().to_string()).collect();
        assert_eq!(who, [if in_main { "main" } else { "task 1" }], "{mode:?}");
    }
}

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

/// It is polled inside of `main`'s poll.
#[test]
fn a_limit_that_ends_just_before_another_task_panics_is_right() {
    let found = verdicts_in_virtual_time(|runtime| {
        runtime.block_on(LocalSet::new().run_until(async {
            let task = spawn_local(async {
                sleep(ms(50)).await;
                panic!("as it was made to");
            });
            assert!(timeout(ms(50), pending::<()>()).await.is_err());
            assert!(task.await.is_err());
        }));
    });
    assert_eq!(found, []);
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
