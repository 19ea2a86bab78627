//! Programs that rely on an order that no one has promised.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::{Notify, mpsc};
use kettle::task::yield_now;
use kettle::time::sleep;

use super::{after_hops, go};

/// A lost update: the balance is read under the lock and written under the lock, and awaits lie between.
///
/// The second deposit begins two hops after the first one has read the balance, and one after it has written
/// it. *Two* decisions: it has to gain two hops.
pub(crate) async fn lost_update() {
    async fn deposit(account: Arc<Mutex<u32>>, sum: u32) {
        let balance = *account.lock().unwrap();
        let audited = Arc::new(Notify::new());
        go({
            let audited = audited.clone();
            async move { audited.notify_one() }
        });
        audited.notified().await;
        *account.lock().unwrap() = balance + sum;
    }

    let account = Arc::new(Mutex::new(0));
    let done = Arc::new(Notify::new());
    let first = go(deposit(account.clone(), 3));
    after_hops(2, {
        let (account, done) = (account.clone(), done.clone());
        move || {
            go(async move {
                deposit(account, 4).await;
                done.notify_one();
            });
        }
    });
    first.await.unwrap();
    done.notified().await;
    assert_eq!(*account.lock().unwrap(), 7, "a deposit is lost");
}

/// Two tasks send into one channel, and the receiver relies on the one that was spawned first.
///
/// *One* decision: the second task runs first.
pub(crate) async fn two_senders() {
    let (door, mut orders) = mpsc::unbounded_channel();
    let second = door.clone();
    go(async move { door.send("open").unwrap() });
    go(async move { second.send("close").unwrap() });
    assert_eq!(orders.recv().await, Some("open"));
    assert_eq!(orders.recv().await, Some("close"));
}

/// Two timers of one instant: the heartbeat is to be there before the deadline is looked at.
///
/// They are due in the order in which they were set. *One* decision: the deadline's task is served first.
pub(crate) async fn same_instant() {
    let beats = Arc::new(Mutex::new(0));
    let heart = go({
        let beats = beats.clone();
        async move {
            sleep(Duration::from_secs(1)).await;
            *beats.lock().unwrap() += 1;
        }
    });
    let deadline = go(async move {
        sleep(Duration::from_secs(1)).await;
        let beats = *beats.lock().unwrap();
        assert_eq!(beats, 1, "no heartbeat within a second");
    });
    heart.await.unwrap();
    deadline.await.unwrap();
}

/// Two children of one task that both yield: a `yield_now` puts the waker off to the end of the turn, and
/// the set polls its children in the order in which they are woken then.
///
/// No order of *tasks* reaches this: both children are in one task. *One* decision: the second waker that
/// was put off is called first.
pub(crate) async fn put_off() {
    let said = Arc::new(Mutex::new(String::new()));
    let say = |word: &'static str| {
        let said = said.clone();
        async move {
            yield_now().await;
            said.lock().unwrap().push_str(word);
        }
    };
    Box::pin(super::other::AllOf::new(vec![Box::pin(say("Earl ")), Box::pin(say("Grey"))])).await;
    assert_eq!(*said.lock().unwrap(), "Earl Grey");
}
