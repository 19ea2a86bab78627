//! Several futures in one task, of which one wins.

use super::rt::sync::{mpsc, oneshot};
use super::rt::time::{Duration, sleep};

/// Both are ready: asked in order, the first wins.
pub(crate) async fn select_both_ready() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.send("a value").await.expect("the receiver is there");
    super::rt::select! {
        biased;
        value = rx.recv() => println!("{value:?}"),
        () = async {} => println!("nothing"),
    }
}

/// Both deadlines come at once.
pub(crate) async fn select_same_moment() {
    super::rt::select! {
        biased;
        () = sleep(Duration::from_millis(10)) => println!("first"),
        () = sleep(Duration::from_millis(10)) => println!("second"),
    }
}

/// The loser leaves its place: a value that comes later wakes nobody.
pub(crate) async fn select_loser_leaves() {
    let (tx, mut rx) = mpsc::channel(1);
    let sender = super::rt::spawn(async move {
        sleep(Duration::from_millis(20)).await;
        println!("sent: {}", tx.send("late").await.is_ok());
    });
    super::rt::select! {
        value = rx.recv() => println!("{value:?}"),
        () = sleep(Duration::from_millis(10)) => println!("too late"),
    }
    sender.await.expect("no panic");
    println!("{:?}", rx.recv().await);
}

/// In a loop, messages on one side and ticks on the other.
pub(crate) async fn select_in_a_loop() {
    let (tx, mut rx) = mpsc::channel(4);
    let (stop, mut stopped) = oneshot::channel();
    super::rt::spawn(async move {
        for i in 1..=3 {
            tx.send(i).await.expect("the receiver is there");
            sleep(Duration::from_millis(10)).await;
        }
        stop.send(()).expect("the receiver is there");
        sleep(Duration::from_millis(10)).await;
    });
    loop {
        super::rt::select! {
            Some(i) = rx.recv() => println!("received {i}"),
            _ = &mut stopped => break,
            () = sleep(Duration::from_millis(4)) => println!("nothing for 4 ms"),
        }
    }
}
