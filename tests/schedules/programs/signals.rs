//! Programs in which a signal comes at the wrong moment.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use kettle::sync::Notify;

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
