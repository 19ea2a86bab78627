//! Several futures in one task, of which one wins.

use super::rt::time::{Duration, sleep};

/// Both deadlines come at once.
pub(crate) async fn select_same_moment() {
    super::rt::select! {
        biased;
        () = sleep(Duration::from_millis(10)) => println!("first"),
        () = sleep(Duration::from_millis(10)) => println!("second"),
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
