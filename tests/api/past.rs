//! Which bugs has tokio had in what kettle has, too, and does kettle have them?
//!
//! Each was found by somebody's program that hung, panicked or leaked. The programs here are that
//! small again, and failed with the tokio before the fix (1.49, and 1.4 for #3652; of two bugs in
//! one program, each half alone). They have tasks, where a unit test would poll by hand: so
//! `KETTLE_SEEDS` tries them in other orders.
//! [tests/published-bugs](../published-bugs/README.md) has a row for each.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};

use kettle::runtime::Builder;
use kettle::sync::mpsc::error::TryRecvError;
use kettle::sync::{Notify, mpsc, oneshot};
use kettle::task::{spawn, yield_now};
use kettle::time::{Duration, timeout};

use crate::help::{Polled, Wakes, waker_that};

/// What hangs ends here, on the virtual clock. (It is a task of its own: at the limit `timeout`
/// polls its future once more, and would so cure a lost wake-up.)
async fn limited<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    timeout(Duration::from_mins(1), spawn(future)).await.expect("it hangs").unwrap()
}

/// #8260, until 1.53: a `reserve_many` that was in line gave back the permits that it had already,
/// and did not wake the receiver of a closed channel.
#[kettle::test(start_paused = true)]
async fn a_reserve_many_that_fails_in_line_wakes_the_receiver() {
    for cancelled in [false, true] {
        let (tx, mut rx) = mpsc::channel::<()>(2);
        let held = tx.clone().try_reserve_owned().unwrap();
        let _other = tx.clone(); // the last one that goes would wake the receiver
        let reserves = spawn(async move { tx.reserve_many(2).await.map(drop) });
        yield_now().await;
        let receives = async move {
            rx.close();
            drop(held);
            if cancelled {
                reserves.abort();
            }
            rx.recv().await
        };
        assert_eq!(limited(receives).await, None);
    }
}

/// #8075, until 1.52.3: nor did `OwnedPermit::release`.
#[kettle::test(start_paused = true)]
async fn a_permit_that_is_released_wakes_the_receiver() {
    let (tx, mut rx) = mpsc::channel::<()>(1);
    let held = tx.reserve_owned().await.unwrap();
    rx.close();
    let releases = spawn(async {
        yield_now().await;
        held.release()
    });
    assert_eq!(limited(async move { rx.recv().await }).await, None);
    releases.await.unwrap();
}

/// #8074, until 1.52.3: `try_recv` said that a closed channel is at its end while a permit was out.
#[kettle::test]
async fn try_recv_waits_for_the_permits_of_a_closed_channel() {
    let (tx, mut rx) = mpsc::channel(1);
    let held = tx.reserve_owned().await.unwrap();
    rx.close();
    let sends = spawn(async move {
        yield_now().await;
        held.send(7)
    });
    let received = loop {
        match rx.try_recv() {
            Err(TryRecvError::Empty) => yield_now().await,
            received => break received,
        }
    };
    assert_eq!(received, Ok(7));
    sends.await.unwrap();
    assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
}

/// #8095 (until 1.53) and #7886 (until 1.50): a receiver that was dropped left its waker in the
/// channel, and with that its whole task, as long as there was a sender.
#[kettle::test]
async fn a_receiver_that_is_dropped_takes_its_waker_along() {
    let wakes = Arc::new(Wakes::default());
    let (many, mut rx) = mpsc::channel::<()>(1);
    let waker = Waker::from(wakes.clone());
    let receives = spawn(poll_fn(move |_| rx.poll_recv(&mut Context::from_waker(&waker))));
    yield_now().await;
    receives.abort();
    assert!(receives.await.unwrap_err().is_cancelled());
    assert_eq!(Arc::strong_count(&wakes), 1, "mpsc");

    let (one, rx) = oneshot::channel::<()>();
    let waker = Waker::from(wakes.clone());
    let mut rx = Box::pin(rx);
    let receives = spawn(poll_fn(move |_| rx.as_mut().poll(&mut Context::from_waker(&waker))));
    yield_now().await;
    receives.abort();
    assert!(receives.await.unwrap_err().is_cancelled());
    assert_eq!(Arc::strong_count(&wakes), 1, "oneshot");
    drop((many, one));
}

/// #7991, until 1.51: `recv_many` panicked if the channel was closed and the vector was not empty.
#[kettle::test]
async fn recv_many_of_a_closed_channel_leaves_a_full_vector_alone() {
    let (tx, mut rx) = mpsc::channel(1);
    let sends = spawn(async move {
        tx.send(1).await.unwrap();
        tx
    });
    let mut values = Vec::new();
    assert_eq!(rx.recv_many(&mut values, 5).await, 1);
    rx.close();
    assert_eq!(rx.recv_many(&mut values, 5).await, 0);
    assert_eq!(values, [1]);
    sends.await.unwrap();
}

/// #3652, until 1.5: `Notified` that was dropped after a `notify_waiters` took the notification
/// with it that a `notify_one` had left since.
#[kettle::test(start_paused = true)]
async fn a_notified_that_is_dropped_leaves_what_was_left_for_the_next() {
    let notify = Arc::new(Notify::new());
    let first = Polled::waiting(notify.notified());
    let other = notify.clone();
    spawn(async move {
        other.notify_waiters();
        other.notify_one();
    })
    .await
    .unwrap();
    drop(first);
    let next = notify.clone();
    limited(async move { next.notified().await }).await;
}

/// #7835, until 1.50: a waker that the park hook has put off did not keep the thread from going to
/// sleep.
#[test]
fn what_the_park_hook_puts_off_is_woken() {
    let notify = Arc::new(Notify::new());
    let told = notify.clone();
    let waker = waker_that(move || told.notify_one());
    let once = AtomicBool::new(true);
    let runtime = Builder::new_current_thread()
        .on_thread_park(move || {
            if once.swap(false, Ordering::SeqCst) {
                let mut yields = pin!(yield_now());
                assert!(yields.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            }
        })
        .build()
        .unwrap();
    runtime.block_on(notify.notified());
}
