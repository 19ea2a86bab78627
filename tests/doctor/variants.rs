//! Mistakes that show in what is awaited, dropped and held.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use kettle::io::AsyncReadExt;
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{Mutex, mpsc};
use kettle::time::{sleep, timeout};
use kettle::trace::doctor::LintKind::{Deadlock, GuardAcrossAwait, LostWakeup, Unpolled};

use super::{check, check_in_virtual_time, ms, verdicts};

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
fn a_guard_that_is_a_future() {
    check_in_virtual_time(Unpolled, async {
        let till = Mutex::new(1);
        let _guard = till.lock();
        assert!(till.try_lock().is_ok(), "nothing is locked");
    });
}

#[cfg(debug_assertions)]
#[test]
fn naps_that_are_collected_and_forgotten() {
    check_in_virtual_time(Unpolled, async {
        let naps: Vec<_> = (0..3).map(|nap| Box::pin(sleep(ms(nap)))).collect();
        sleep(ms(1)).await;
        drop(naps);
    });
}

#[test]
fn a_task_that_is_spawned_with_the_last_line() {
    let lint = check_in_virtual_time(Unpolled, async {
        let cook = kettle::spawn(async { sleep(ms(1)).await });
        cook.await.unwrap();
        kettle::spawn(async { unreachable!("nobody does the dishes") });
    });
    assert_eq!(lint.task.unwrap().to_string(), "task 2");
}

// ---- lost_wakeup --------------------------------------------------------------------------------

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
    assert!(lint.text.contains("2 other tasks waited"), "{}", lint.text);
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

// ---- deadlock: circles of locks -----------------------------------------------------------------

/// Takes one lock and then another.
async fn both(first: Arc<Mutex<()>>, second: Arc<Mutex<()>>) {
    let _first = first.lock().await;
    sleep(ms(1)).await;
    let _second = second.lock().await;
}

#[test]
fn three_in_a_circle() {
    let lint = check_in_virtual_time(Deadlock, async {
        let locks: Vec<_> = (0..3).map(|_| Arc::new(Mutex::new(()))).collect();
        for index in 0..3 {
            kettle::spawn(both(locks[index].clone(), locks[(index + 1) % 3].clone()));
        }
        sleep(ms(20)).await;
    });
    assert!(lint.text.starts_with("3 tasks"), "{}", lint.text);
    assert_eq!(lint.spots.len(), 2, "all take at one line, and wait at one: {:#?}", lint.spots);
}

#[test]
fn an_owned_lock_taken_twice() {
    let found = verdicts(|runtime| {
        let task = runtime.spawn(async {
            let till = Arc::new(Mutex::new(()));
            let guard = till.clone().lock_owned().await;
            let again = till.clone().lock_owned().await;
            drop((guard, again));
        });
        runtime.block_on(async {
            sleep(ms(5)).await;
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        });
    });
    // Its handle lies in a cell, but the lock is its own.
    let [lint] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(lint.text, "task 1 waits for a lock that it holds itself");
}

#[test]
fn main_and_a_task() {
    check_in_virtual_time(Deadlock, async {
        let (pan, knife) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let anna = kettle::spawn(both(pan.clone(), knife.clone()));
        let main = async {
            let _knife = knife.lock().await;
            sleep(ms(1)).await;
            let _pan = pan.lock().await;
        };
        // The watchdog is another task: main waits for the lock, and for nothing else.
        kettle::spawn(async move {
            sleep(ms(20)).await;
            anna.abort();
        });
        main.await;
    });
}
