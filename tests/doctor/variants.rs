//! Mistakes that show in what is awaited, dropped and held.

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use kettle::io::{AsyncRead, AsyncReadExt, ReadBuf};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Runtime;
use kettle::sync::{Mutex, RwLock, Semaphore, mpsc};
use kettle::time::{sleep, timeout};
use kettle::trace::doctor::LintKind::{GuardAcrossAwait, LostWakeup, Unpolled};

use super::{check, check_in_virtual_time, ms, only, verdicts};

// ---- unpolled -----------------------------------------------------------------------------------

#[cfg(debug_assertions)]
#[test]
fn a_send_without_an_await() {
    let lint = check_in_virtual_time(Unpolled, async {
        let (tx, mut rx) = mpsc::channel(1);
        drop(tx.send("tea"));
        drop(tx);
        assert_eq!(rx.recv().await, None, "it was not sent");
    });
    assert!(lint.place().unwrap().file().ends_with("variants.rs"));
}

#[cfg(debug_assertions)]
#[test]
fn a_permit_that_is_a_future_until_the_work_is_done() {
    check_in_virtual_time(Unpolled, async {
        let limit = Arc::new(Semaphore::new(1));
        let _permit = limit.clone().acquire_owned();
        sleep(ms(10)).await;
        assert_eq!(limit.available_permits(), 1, "nothing is taken");
    });
}

/// The runtime goes with the function that has made it.
#[test]
fn a_task_of_a_runtime_that_no_thread_has_driven() {
    let lint = only(Unpolled, verdicts(|runtime| drop(runtime.spawn(async {}))));
    assert!(lint.text.contains("no thread has driven its runtime"), "{lint:#?}");
    assert!(lint.help.contains("if the code returned before its `block_on`"), "{lint:#?}");
    assert!(lint.help.contains("await it within `runtime.block_on(…)`"), "{lint:#?}");
    assert!(!lint.help.contains("runs already"), "there is no other one: {lint:#?}");
    let beside_one_that_is_aborted = |runtime: &Runtime| {
        let aborted = runtime.spawn(async {});
        drop(runtime.spawn(async {}));
        aborted.abort();
    };
    only(Unpolled, verdicts(beside_one_that_is_aborted));
    let mut others = Vec::new();
    let after_many = |runtime: &Runtime| {
        others.extend((0..100).map(|_| runtime.spawn(async {})));
        drop(runtime.spawn(async {}));
    };
    only(Unpolled, verdicts(after_many));
    let mut kept = None;
    let keeps = |runtime: &Runtime| kept = Some(runtime.spawn(async {}));
    let found = [
        verdicts(keeps),
        verdicts(|runtime| (0..40).for_each(|_| runtime.spawn(async {}).abort())),
        verdicts(|runtime| {
            drop(runtime.spawn(async {}));
            runtime.block_on(async {});
        }),
    ];
    assert!(
        found.iter().all(Vec::is_empty),
        "its handle is kept, it was aborted, it was driven: {found:#?}"
    );
}

// ---- lost_wakeup --------------------------------------------------------------------------------

#[test]
fn tasks_that_are_lost_at_one_line_are_named_together() {
    let lost = |number: usize| {
        check_in_virtual_time(LostWakeup, async move {
            for _ in 0..number {
                kettle::spawn(poll_fn(|_| Poll::<()>::Pending));
            }
            sleep(ms(1)).await;
        })
    };
    for (number, told) in [
        (2, "so does task 2, which was"),
        (3, "so do task 2, task 3, which were"),
        (12, "task 9 and 3 more, which were"),
    ] {
        let lint = lost(number);
        assert!(lint.notes.iter().any(|note| note.contains(told)), "{lint:#?}");
    }
}

#[test]
fn one_half_of_a_join_that_tells_nobody() {
    check_in_virtual_time(LostWakeup, async {
        kettle::spawn(async {
            kettle::join!(sleep(ms(2)), poll_fn(|_| Poll::<()>::Pending));
        });
        sleep(ms(10)).await;
    });
}

#[test]
fn a_timer_that_is_made_anew_at_each_poll() {
    check_in_virtual_time(LostWakeup, async {
        kettle::spawn(poll_fn(|cx| pin!(sleep(ms(1))).poll(cx)));
        sleep(ms(10)).await;
    });
}

#[test]
fn a_channel_that_is_only_looked_into() {
    let lint = check_in_virtual_time(LostWakeup, async {
        let (tx, mut rx) = mpsc::channel(1);
        kettle::spawn(poll_fn(move |_| match rx.try_recv() {
            Ok(word) => Poll::Ready(word),
            Err(_) => Poll::Pending,
        }));
        sleep(ms(5)).await;
        tx.send("ready").await.unwrap();
        sleep(ms(5)).await;
    });
    assert_eq!(lint.task.unwrap().to_string(), "task 1");
}

/// An executor by hand, inside a task: its waker tells nothing.
#[test]
fn a_future_that_is_polled_with_a_waker_that_does_nothing() {
    check_in_virtual_time(LostWakeup, async {
        kettle::spawn(async {
            let mut nap = Box::pin(sleep(ms(5)));
            poll_fn(move |_| nap.as_mut().poll(&mut Context::from_waker(Waker::noop()))).await;
        });
        for _ in 0..5 {
            sleep(ms(5)).await;
        }
    });
}

/// It counts the wakes, and passes on only those that don't consume it. What takes a waker out of its place calls it so.
#[test]
fn a_waker_within_another_that_tells_nobody() {
    struct Counting(Waker, AtomicU32);
    impl Wake for Counting {
        fn wake(self: Arc<Self>) {
            self.1.fetch_add(1, Relaxed);
        }
        fn wake_by_ref(self: &Arc<Self>) {
            self.1.fetch_add(1, Relaxed);
            self.0.wake_by_ref();
        }
    }
    let lint = check_in_virtual_time(LostWakeup, async {
        let (tx, mut rx) = mpsc::channel(1);
        let mut task = Box::pin(async move { rx.recv().await });
        kettle::spawn(poll_fn(move |cx| {
            let counting = Counting(cx.waker().clone(), AtomicU32::new(0));
            task.as_mut().poll(&mut Context::from_waker(&Arc::new(counting).into()))
        }));
        sleep(ms(5)).await;
        tx.send("tea").await.unwrap();
        for _ in 0..10 {
            sleep(ms(5)).await;
        }
    });
    assert!(
        lint.help.contains("A waker that has another one inside must call that"),
        "{}",
        lint.help
    );
}

#[test]
fn two_tasks_that_share_one_slot_while_others_go_on() {
    let lint = check_in_virtual_time(LostWakeup, async {
        let slot = Arc::new(std::sync::Mutex::new(None));
        for _ in 0..2 {
            let slot = slot.clone();
            kettle::spawn(poll_fn(move |cx| {
                *slot.lock().unwrap() = Some(cx.waker().clone());
                Poll::<()>::Pending
            }));
        }
        sleep(ms(10)).await;
        sleep(ms(10)).await;
    });
    assert_eq!(lint.task.unwrap().to_string(), "task 1");
    assert!(lint.notes[0].contains("another task's waker"), "{lint:#?}");
}

// ---- guard_across_await -------------------------------------------------------------------------

#[test]
fn an_owned_guard_and_two_who_wait() {
    let lint = check(GuardAcrossAwait, async {
        let till = Arc::new(Mutex::new(0));
        let guard = till.clone().lock_owned().await;
        let add = |till: Arc<Mutex<i32>>| async move { *till.lock().await += 1 };
        let (one, two) = (kettle::spawn(add(till.clone())), kettle::spawn(add(till.clone())));
        sleep(ms(300)).await;
        drop(guard);
        one.await.unwrap();
        two.await.unwrap();
    });
    assert!(lint.text.contains("2 other tasks waited up to "), "{}", lint.text);
}

#[test]
fn a_list_that_is_read_while_a_writer_waits() {
    for alone in [true, false] {
        let readers = async move {
            let list = Arc::new(RwLock::new(0));
            let first = list.read().await;
            let other = list.clone();
            let second = kettle::spawn(async move {
                let _guard = if alone { None } else { Some(other.read().await) };
                sleep(ms(300)).await;
            });
            let writes = list.clone();
            let writer = kettle::spawn(async move { *writes.write().await += 1 });
            sleep(ms(300)).await;
            drop(first);
            second.await.unwrap();
            writer.await.unwrap();
        };
        if alone {
            let lint = check(GuardAcrossAwait, readers);
            assert!(lint.text.starts_with("main held rwlock 1"), "{}", lint.text);
        } else {
            let found = super::verdicts(|runtime| runtime.block_on(readers));
            assert!(found.is_empty(), "two keep the writer waiting: {found:#?}");
        }
    }
}

#[test]
fn a_lock_kept_while_a_socket_is_read() {
    check(GuardAcrossAwait, async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let slow = kettle::spawn(async move {
            let (_far, _) = listener.accept().await.unwrap();
            sleep(ms(300)).await;
        });
        let log = Arc::new(Mutex::new(Vec::new()));
        let reader = kettle::spawn({
            let log = log.clone();
            async move {
                let mut near = TcpStream::connect(address).await.unwrap();
                let mut log = log.lock().await;
                near.read_to_end(&mut log).await.unwrap();
            }
        });
        sleep(ms(10)).await;
        log.lock().await.push(1);
        reader.await.unwrap();
        slow.await.unwrap();
    });
}

/// As hyper polls a socket: through a table of functions, where no caller's line is known.
#[test]
fn a_wait_without_a_line_is_shown_at_none() {
    let lint = check(GuardAcrossAwait, async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let slow = kettle::spawn(async move {
            let (_far, _) = listener.accept().await.unwrap();
            sleep(ms(300)).await;
        });
        let log = Arc::new(Mutex::new(()));
        let reader = kettle::spawn({
            let log = log.clone();
            async move {
                let _log = log.lock().await;
                let mut space = [0; 8];
                let mut space = ReadBuf::new(&mut space);
                let near: &mut (dyn AsyncRead + Send + Unpin) = &mut near;
                poll_fn(|cx| Pin::new(&mut *near).poll_read(cx, &mut space)).await.unwrap();
            }
        });
        sleep(ms(10)).await;
        drop(log.lock().await);
        reader.await.unwrap();
        slow.await.unwrap();
    });
    let labels: Vec<&str> = lint.spots.iter().map(|spot| spot.label.as_str()).collect();
    assert!(!labels[0].contains("still held"), "{labels:?}");
}

#[test]
fn a_lock_kept_in_a_loop_of_short_naps() {
    check(GuardAcrossAwait, async {
        let stove = Arc::new(Mutex::new(()));
        let cook = kettle::spawn({
            let stove = stove.clone();
            async move {
                let _stove = stove.lock().await;
                for _ in 0..60 {
                    timeout(ms(5), pending::<()>()).await.unwrap_err();
                }
            }
        });
        sleep(ms(1)).await;
        drop(stove.lock().await);
        cook.await.unwrap();
    });
}

/// A timer beside the second lock only limits the wait for it.
#[test]
fn a_lock_kept_while_another_is_waited_for_with_a_limit() {
    let found = super::verdicts(|runtime| {
        runtime.block_on(async {
            let locks = Arc::new([Mutex::new(()), Mutex::new(())]);
            let both = |locks: Arc<[Mutex<()>; 2]>, first: usize| async move {
                let one = locks[first].lock().await;
                sleep(ms(5)).await;
                let limit = ms(300 + 100 * first as u64);
                let other = timeout(limit, locks[1 - first].lock()).await;
                drop((one, other));
            };
            let task = kettle::spawn(both(locks.clone(), 0));
            both(locks, 1).await;
            task.await.unwrap();
        });
    });
    assert!(found.is_empty(), "{found:#?}");
}
