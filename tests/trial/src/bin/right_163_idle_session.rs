//! Sessions end when their user has said nothing for 120 ms, however long they are.
//!
//! Right: `select!` makes a new `sleep` in each round, so that each word begins the limit anew: that is what is meant. `main` waits for
//! the sessions, keeps all senders, and drops none of them.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::task::JoinSet;
use kettle::time::{interval, sleep};

const IDLE: Duration = Duration::from_millis(120);

#[derive(Debug, PartialEq)]
enum End {
    Idle(u32),
    Closed(u32),
}

async fn session(mut words: Receiver<&'static str>) -> End {
    let mut count = 0;
    loop {
        kettle::select! {
            word = words.recv() => match word {
                Some(_) => count += 1,
                None => return End::Closed(count),
            },
            () = sleep(IDLE) => return End::Idle(count),
        }
    }
}

async fn user(words: Sender<&'static str>, count: u32) -> Sender<&'static str> {
    let mut clock = interval(IDLE / 4);
    for _ in 0..count {
        clock.tick().await;
        if words.send("hm").await.is_err() {
            break; // on a busy machine a pause may be too long
        }
    }
    words
}

#[kettle::main]
async fn main() {
    let mut sessions = JoinSet::new();
    let mut users = JoinSet::new();
    for count in [0, 1, 10, 40] {
        let (send, words) = mpsc::channel(1);
        sessions.spawn(session(words));
        users.spawn(user(send, count));
    }
    let senders = users.join_all().await;
    let ends = sessions.join_all().await;
    assert!(ends.iter().all(|end| matches!(end, End::Idle(_))), "{ends:?}");
    drop(senders);
}
