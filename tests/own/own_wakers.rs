//! Does each wait say whether its waker is the running task's own?

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::records::{picked, run_recorded};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kettle::io::{AsyncReadExt, duplex};
use kettle::net::UnixStream;
use kettle::sync::{Barrier, Mutex, Notify, Semaphore, SetOnce};
use kettle::sync::{broadcast, mpsc, oneshot, watch};
use kettle::task::{JoinSet, LocalSet, yield_now};
use kettle::time::{interval, pause, sleep, timeout};
use kettle_events::{Event, Resource, SyncKind};

/// Of each wait for such a thing, in their order: was its waker the task's own?
fn owns(is: fn(Resource) -> bool, main: impl AsyncFnOnce()) -> Vec<bool> {
    let ((), records) = run_recorded(main);
    picked!(records, Event::Wait { on, own, .. } if is(on) => own)
}

fn task(on: Resource) -> bool {
    matches!(on, Resource::Task(_))
}

fn notify(on: Resource) -> bool {
    matches!(on, Resource::Sync(SyncKind::Notify, ..))
}

#[test]
fn a_handle_that_is_only_peeked_at_is_asked_with_another_waker() {
    let asked = owns(task, async || {
        let mut handle = kettle::spawn(yield_now());
        let mut peek = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut handle).poll(&mut peek).is_pending());
        handle.await.unwrap();
    });
    assert_eq!(asked, [false, true]);
}

#[test]
fn a_future_in_another_crates_set_is_asked_with_a_waker_of_that_set() {
    let asked = owns(task, async || {
        let mut all = FuturesUnordered::new();
        all.push(kettle::spawn(yield_now()));
        all.next().await.unwrap().unwrap();
    });
    assert_eq!(asked, [false]);
}

#[test]
fn branches_of_our_macros_and_members_of_our_sets_are_asked_with_the_tasks_own() {
    let asked = owns(task, async || {
        let [one, other] = [(); 2].map(|()| kettle::spawn(yield_now()));
        kettle::join!(one, async {
            kettle::select! { biased; it = other => it.unwrap() }
        })
        .0
        .unwrap();
        let mut set = JoinSet::new();
        set.spawn(yield_now());
        set.join_next().await.unwrap().unwrap();
    });
    assert_eq!(asked, [true; 3]);
}

#[test]
fn each_kind_of_wait_knows_the_tasks_own_waker() {
    let asked = owns(
        |_| true,
        async || {
            pause(); // a busy machine brings no limit near
            let (tx, mut values) = mpsc::channel::<u8>(1);
            let (_one, value) = oneshot::channel::<u8>();
            let (watching, mut watched) = watch::channel(1);
            let (_all, mut heard) = broadcast::channel::<u8>(1);
            let (lock, permits, notify) = (Mutex::new(1), Semaphore::new(0), Notify::new());
            let (_held, barrier, cell) = (lock.lock().await, Barrier::new(2), SetOnce::<u8>::new());
            let ((mut near, _far), (mut end, _other)) = (UnixStream::pair().unwrap(), duplex(8));
            let (mut byte, mut other) = ([0], [0]);
            let mut ticks = interval(Duration::from_secs(9));
            ticks.tick().await;
            macro_rules! wait {
            ($($wait:expr),*) => {$({
                let mut wait = pin!(timeout(Duration::from_millis(3), $wait));
                kettle::select! { biased; _ = &mut wait => panic!("early"), () = yield_now() => {} }
                assert!(wait.await.is_err());
            })*};
        }
            wait!(values.recv(), value, lock.lock(), permits.acquire(), notify.notified());
            wait!(barrier.wait(), watched.changed(), heard.recv(), cell.wait(), tx.closed());
            wait!(near.read(&mut byte), near.readable(), end.read(&mut other), ticks.tick());
            wait!(watching.closed(), kettle::spawn(sleep(Duration::from_secs(9))));
            tx.send(1).await.unwrap();
            wait!(tx.send(2));
        },
    );
    assert!(asked.len() > 60 && asked.iter().all(|own| *own), "{asked:?}");
}

#[test]
fn the_outer_tasks_waker_is_its_own_again_after_a_nested_poll() {
    let asked = owns(notify, async || {
        let set = LocalSet::new();
        let (notify, local) = (Notify::new(), set.spawn_local(yield_now()));
        let mut both = pin!(async {
            let mut set = pin!(set);
            poll_fn(|cx| {
                let _ = set.as_mut().poll(cx);
                Poll::Ready(())
            })
            .await;
            notify.notified().await;
        });
        kettle::select! { biased; () = &mut both => {}, () = yield_now() => {} }
        drop(local);
    });
    assert!(!asked.is_empty() && asked.iter().all(|own| *own), "{asked:?}");
}
