//! Channels that fill, that close, that carry one value.

use super::rt::sync::{mpsc, oneshot};
use super::rt::time::{Duration, sleep};
use super::turns::step_aside;

/// Three values are sent before the receiver is polled: one wake.
pub(crate) async fn channel_burst() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let receiver = super::rt::spawn(async move {
        while let Some(i) = rx.recv().await {
            println!("received {i}");
        }
    });
    step_aside().await;
    for i in 1..=3 {
        tx.send(i).expect("the receiver is there");
    }
    drop(tx);
    receiver.await.expect("no panic");
}

/// The receiver goes while two senders wait for room.
pub(crate) async fn channel_receiver_gone() {
    let (tx, rx) = mpsc::channel(1);
    let mut senders = Vec::new();
    for i in 1..=3 {
        let tx = tx.clone();
        senders.push(super::rt::spawn(async move { tx.send(i).await.is_ok() }));
    }
    sleep(Duration::from_millis(1)).await;
    drop(rx);
    for sender in senders {
        println!("sent: {}", sender.await.expect("no panic"));
    }
}

/// The receiver closes just after a sender that waited for room has been given some.
pub(crate) async fn channel_close_with_heir() {
    close_after_one(1, || async {}).await;
}

/// The same when the sender does not wait for room.
pub(crate) async fn channel_close_with_room() {
    close_after_one(2, step_aside).await;
}

async fn close_after_one<P>(room: usize, pause: impl Fn() -> P + Send + 'static)
where
    P: Future + Send,
{
    let (tx, mut rx) = mpsc::channel(room);
    super::rt::spawn(async move {
        for i in 1..=3 {
            if tx.send(i).await.is_err() {
                println!("{i} is refused");
                return;
            }
            pause().await;
        }
    });
    super::rt::spawn(async move {
        println!("received {:?}", rx.recv().await);
        rx.close();
        println!("received {:?}", rx.recv().await);
    });
    sleep(Duration::from_millis(1)).await;
}

/// It closes while room is reserved: it has to wait for what may still come.
pub(crate) async fn channel_close_with_permit() {
    let (tx, mut rx) = mpsc::channel(2);
    let sender = super::rt::spawn(async move {
        let permit = tx.reserve().await.expect("the receiver is there");
        sleep(Duration::from_millis(5)).await;
        permit.send("at last");
    });
    sleep(Duration::from_millis(1)).await;
    rx.close();
    while let Some(word) = rx.recv().await {
        println!("received {word}");
    }
    sender.await.expect("no panic");
}

/// A sender learns that the receiver is gone.
pub(crate) async fn channel_closed() {
    let (tx, rx) = mpsc::channel::<()>(1);
    let watcher = super::rt::spawn(async move {
        tx.closed().await;
        println!("nobody will receive");
    });
    sleep(Duration::from_millis(1)).await;
    drop(rx);
    watcher.await.expect("no panic");
}

/// Room is reserved before the value is there, and given back unused.
pub(crate) async fn channel_reserve() {
    let (tx, mut rx) = mpsc::channel(1);
    let other = tx.clone();
    let waiting = super::rt::spawn(async move {
        other.send("second").await.expect("the receiver is there");
    });
    let permit = tx.reserve().await.expect("the receiver is there");
    step_aside().await;
    drop(permit);
    waiting.await.expect("no panic");
    println!("received {:?}", rx.recv().await);
}

/// Several values at once.
pub(crate) async fn channel_recv_many() {
    let (tx, mut rx) = mpsc::channel(8);
    super::rt::spawn(async move {
        for i in 1..=20 {
            tx.send(i).await.expect("the receiver is there");
        }
    });
    let mut cups = Vec::new();
    while rx.recv_many(&mut cups, 5).await > 0 {
        println!("received {cups:?}");
        cups.clear();
    }
}

/// A thousand values are there: the budget makes the receiver pause, though it could go on.
pub(crate) async fn channel_of_a_thousand() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    for i in 0..1000 {
        tx.send(i).expect("the receiver is there");
    }
    drop(tx);
    let other = super::rt::spawn(async { println!("the other one") });
    let mut received = 0;
    while rx.recv().await.is_some() {
        received += 1;
    }
    println!("received {received}");
    other.await.expect("no panic");
}

/// The sender goes without a word; and one that asks whether it is still wanted.
pub(crate) async fn oneshot_gone() {
    let (tx, rx) = oneshot::channel::<()>();
    super::rt::spawn(async move { drop(tx) });
    println!("{}", rx.await.is_err());
    let (mut tx, rx) = oneshot::channel::<()>();
    let asking = super::rt::spawn(async move {
        tx.closed().await;
        println!("no longer wanted");
    });
    sleep(Duration::from_millis(1)).await;
    drop(rx);
    asking.await.expect("no panic");
}

/// A weak sender keeps no channel open.
pub(crate) async fn channel_weak_sender() {
    let (tx, mut rx) = mpsc::channel::<u8>(1);
    let weak = tx.downgrade();
    super::rt::spawn(async move {
        sleep(Duration::from_millis(1)).await;
        drop(tx);
    });
    println!("received {:?}", rx.recv().await);
    println!("still there: {}", weak.upgrade().is_some());
}

/// Three hundred sends into a channel with room for all.
pub(crate) async fn send_three_hundred() {
    let (tx, mut rx) = mpsc::channel(300);
    let sending = super::rt::spawn(async move {
        for i in 0..300 {
            tx.send(i).await.expect("the receiver is there");
        }
        println!("sent");
    });
    super::rt::spawn(async { println!("the other one") });
    sending.await.expect("no panic");
    println!("received {:?}", rx.recv().await);
}

/// Three hundred values that were sent before they are awaited.
pub(crate) async fn oneshot_three_hundred() {
    let waiting = super::rt::spawn(async {
        for i in 0..300 {
            let (tx, rx) = oneshot::channel();
            tx.send(i).expect("the receiver is there");
            rx.await.expect("it was sent");
        }
        println!("received");
    });
    super::rt::spawn(async { println!("the other one") });
    waiting.await.expect("no panic");
}
