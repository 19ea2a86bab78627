//! Programs in which a signal comes at the wrong moment.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use kettle::sync::Notify;
use kettle::task::coop::unconstrained;
use kettle::time::{Duration, timeout};

use super::{after_hops, go};

/// A lost wake-up: the consumer looks into the queue, finds it empty, writes a line into the log,
/// and only then waits for the bell. The producer's ring in between is heard by no task.
///
/// In the usual order the log has room, so that the consumer waits at the bell within the same
/// poll. *One* decision: if the gossip runs before the consumer, the log is full, and the consumer
/// waits there first.
pub(crate) async fn check_then_wait() {
    let queue = Arc::new(Mutex::new(VecDeque::new()));
    let bell = Arc::new(Notify::new());
    let (log, mut lines) = kettle::sync::mpsc::channel(1);

    let consumer = go({
        let (queue, bell, log) = (queue.clone(), bell.clone(), log.clone());
        async move {
            loop {
                if let Some(item) = queue.lock().unwrap().pop_front() {
                    return item;
                }
                log.send("nothing to do").await.unwrap();
                bell.notified().await;
            }
        }
    });
    go(async move { log.send("have you heard?").await.unwrap() });
    go(async move { while lines.recv().await.is_some() {} });
    go(async move {
        queue.lock().unwrap().push_back("tea");
        bell.notify_waiters(); // a signal for those that wait now, and for no later one
    });
    assert_eq!(consumer.await.unwrap(), "tea");
}

/// A bell that rings before the guest is at the door: `notify_waiters` stores nothing.
///
/// The guest is spawned first, and the bell rings three tasks later. *Three* decisions: each of the
/// three has to run before the guest.
pub(crate) async fn early_bell() {
    let bell = Arc::new(Notify::new());
    let guest = go({
        let bell = bell.clone();
        async move { bell.notified().await }
    });
    after_hops(2, move || bell.notify_waiters());
    guest.await.unwrap();
}

/// A lost wake-up that no assertion sees: a look with a waker that does nothing takes the place of
/// the waker of the task that waits, and the ring after it wakes nothing. But `timeout` asks once
/// more at its limit, and then it has rung.
///
/// In the usual order the bell rings before the look. *One* decision: the look comes first.
pub(crate) async fn cured_by_a_limit() {
    /// Has it rung, and which waker is to be called?
    type Bell = Arc<Mutex<(bool, Option<Waker>)>>;

    fn ask(bell: &Bell, waker: &Waker) -> Poll<()> {
        let mut bell = bell.lock().unwrap();
        bell.1 = Some(waker.clone());
        if bell.0 { Poll::Ready(()) } else { Poll::Pending }
    }

    let bell = Bell::default();
    go({
        let bell = bell.clone();
        async move {
            let waker = {
                let mut bell = bell.lock().unwrap();
                bell.0 = true;
                bell.1.take()
            };
            waker.into_iter().for_each(Waker::wake);
        }
    });
    go({
        let bell = bell.clone();
        async move { _ = ask(&bell, Waker::noop()) }
    });
    let rings = poll_fn(|cx| ask(&bell, cx.waker()));
    timeout(Duration::from_mins(10), unconstrained(rings)).await.expect("it rings");
}
