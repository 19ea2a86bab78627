//! A time limit ends a wait that nothing else could have ended, on the virtual clock.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use kettle::sync::{Mutex, mpsc, oneshot};
use kettle::time::{sleep, timeout};

use crate::*;

/// What is said of a test that may fail.
pub(crate) fn said(test: impl Future<Output = ()>) -> Vec<Lint> {
    verdicts_in_virtual_time(|runtime| {
        let _ = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test)));
    })
}

#[test]
fn a_lost_task_is_found_beside_a_limit() {
    let task = async {
        let task = kettle::spawn(poll_fn(|_| Poll::<()>::Pending));
        timeout(Duration::from_mins(10), task).await.expect("in time").unwrap();
    };
    let lint = only(LintKind::LostWakeup, said(task));
    let text =
        "no waker of task 1 is left: nothing can wake it; only a limit of 600.0 s has ended that";
    assert_eq!(lint.text, text);
}

#[test]
fn a_limit_has_its_whole_length_also_if_some_of_it_has_passed() {
    let task = async {
        sleep(ms(100_000)).await; // nor does it begin with the run
        let task = kettle::spawn(async {
            sleep(ms(1_000)).await;
            poll_fn(|_| Poll::<()>::Pending).await;
        });
        timeout(Duration::from_mins(10), task).await.expect("in time").unwrap();
    };
    let lint = only(LintKind::LostWakeup, said(task));
    assert!(lint.text.ends_with("only a limit of 600.0 s has ended that"), "{}", lint.text);
}

#[test]
fn a_deadlock_is_found_beside_a_limit() {
    let task = async {
        let lock = Arc::new(Mutex::new(()));
        let both = async {
            let _first = lock.lock().await;
            let _second = lock.lock().await;
        };
        kettle::select! {
            () = sleep(ms(5_000)) => panic!("too late"),
            () = both => {}
        }
    };
    let lint = only(LintKind::Deadlock, said(task));
    let text = "main waits for a lock that it took itself; only a limit of 5.0 s has ended that";
    assert_eq!(lint.text, text);
    assert!(
        lint.notes.iter().any(|note| note.contains("each timer only limits a wait")),
        "{lint:?}"
    );
}

#[test]
fn a_waker_that_another_one_replaced_is_found() {
    let with_limit = |limit| async move {
        let slow = Arc::new(std::sync::Mutex::new(kettle::spawn(sleep(ms(1_000)))));
        let waits = kettle::spawn({
            let slow = slow.clone();
            poll_fn(move |cx| std::pin::Pin::new(&mut *slow.lock().unwrap()).poll(cx))
        });
        kettle::task::yield_now().await;
        // Looks whether it is ready, as `now_or_never` does.
        let mut look = Context::from_waker(Waker::noop());
        let looked = std::pin::Pin::new(&mut *slow.lock().unwrap()).poll(&mut look);
        assert!(looked.is_pending());
        timeout(limit, waits).await.expect("in time").unwrap().unwrap();
    };
    let lint = only(LintKind::LostWakeup, said(with_limit(ms(60_000))));
    assert!(lint.text.starts_with("no waker of task 2 is left"), "{}", lint.text);
    assert!(lint.notes[0].contains("polled with another waker"), "{:?}", lint.notes);
}

#[test]
fn a_limit_that_is_looked_for_is_right() {
    let found = said(async {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        assert!(timeout(ms(50), rx.recv()).await.is_err());
        // What fails later is another matter, although `recv` has left its waker in the channel.
        sleep(ms(500)).await;
        assert!(tx.try_send(1).is_err(), "there is room");
    });
    assert_eq!(found, []);
}

#[test]
fn what_fails_at_once_after_a_limit_that_is_looked_for_is_another_matter() {
    let found = said(async {
        let (tx, mut rx) = mpsc::channel(1);
        assert!(timeout(ms(50), rx.recv()).await.is_err());
        tx.try_send(7).unwrap();
        assert_eq!(rx.recv().await, Some(8));
    });
    assert_eq!(found, []);
}

#[test]
fn what_comes_too_late_would_have_come() {
    let found = said(async {
        let slow = kettle::spawn(sleep(ms(60_000)));
        timeout(ms(1_000), slow).await.expect("in time").unwrap();
    });
    assert_eq!(found, []);
}

#[test]
fn a_limit_that_lasts_as_long_as_a_sleep_is_no_hang() {
    let found = said(async {
        let (tell, told) = oneshot::channel();
        kettle::spawn(async move {
            sleep(ms(1_000)).await;
            tell.send(()).unwrap();
            pending::<()>().await;
        });
        let _ = timeout(ms(1_000), told).await;
        panic!("for another reason");
    });
    assert_eq!(found, []);
}

/// What a limit or a race has ended is no longer awaited; what a `join!` awaits beside a branch that slept is.
#[test]
fn what_is_still_awaited_after_a_timer_has_fired() {
    for (way, waits) in [(0, 1), (1, 1), (2, 1), (3, 2)] {
        let found = said(async move {
            let task = kettle::spawn(async move {
                let (_kept, mut first) = mpsc::channel::<u32>(1);
                let (_kept_too, mut second) = mpsc::channel::<u32>(1);
                match way {
                    0 => _ = timeout(ms(10), first.recv()).await,
                    1 => _ = timeout(ms(10), async { first.recv().await }).await,
                    2 => kettle::select! {
                        _ = first.recv() => {}
                        () = sleep(ms(10)) => {}
                    },
                    _ => {
                        let later = async {
                            sleep(ms(10)).await;
                            second.recv().await
                        };
                        kettle::join!(first.recv(), later);
                    }
                }
                second.recv().await
            });
            timeout(Duration::from_mins(10), task).await.expect("in time").unwrap();
        });
        let lint = only(LintKind::Deadlock, found);
        let is_told = |note: &&String| note.contains("is empty and still has 1 sender");
        assert_eq!(lint.notes.iter().filter(is_told).count(), waits, "{way}: {lint:#?}");
    }
}
