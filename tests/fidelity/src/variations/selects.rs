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

/// The loser leaves its place: a value that comes later wakes no task.
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

/// A branch that is always ready, three hundred times: the budget doesn't care what is ready.
pub(crate) async fn select_three_hundred_times() {
    let selecting = super::rt::spawn(async {
        for _ in 0..300 {
            super::rt::select! {
                biased;
                () = sleep(Duration::from_secs(1)) => println!("never printed"),
                () = async {} => {}
            }
        }
        println!("after 300");
    });
    super::rt::spawn(async { println!("the other one") });
    selecting.await.expect("no panic");
}

/// Which branches are polled: one ends without a match, one is switched off.
pub(crate) async fn select_asks_in_order() {
    let asked = |name: &'static str, answer: Option<u8>| async move {
        println!("{name} is asked");
        answer
    };
    super::rt::select! {
        biased;
        Some(_) = asked("A", None) => println!("A"),
        Some(_) = asked("B", Some(1)), if false => println!("B"),
        Some(i) = asked("C", Some(2)) => println!("C {i}"),
        Some(_) = asked("D", Some(3)) => println!("D"),
        else => println!("nobody"),
    }
}

/// How often each of three branches wins, that are always ready.
pub(crate) async fn lots() -> [usize; 3] {
    let mut won = [0; 3];
    for _ in 0..3000 {
        let winner = super::rt::select! {
            () = async {} => 0,
            () = async {} => 1,
            () = async {} => 2,
        };
        won[winner] += 1;
    }
    won
}
