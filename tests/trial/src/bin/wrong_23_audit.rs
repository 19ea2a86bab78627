//! A service that sends an event to an audit log for each login, in the style of "I don't care
//! whether it arrives".
//!
//! The mistake: `let _ = audit.send(…)` drops the future of `send` at once. Nothing is ever sent. (With
//! an unbounded or a broadcast channel it would be right: there `send` is no future.)
//!
//! Expected: a future that was never polled, at that line. Cure: `.await` it (or `try_send`).
//!
//! doctor: `unpolled`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

#[derive(Debug)]
struct Event {
    user: u32,
}

async fn log_in(user: u32, audit: &mpsc::Sender<Event>) -> bool {
    sleep(Duration::from_millis(5)).await; // asks the database
    #[expect(clippy::let_underscore_future, reason = "the mistake")]
    let _ = audit.send(Event { user });
    user != 13
}

async fn write(mut events: mpsc::Receiver<Event>) -> u32 {
    let mut sum = 0;
    while let Some(event) = events.recv().await {
        println!("{event:?}");
        sum += event.user;
    }
    sum
}

#[kettle::main]
async fn main() {
    let (audit, events) = mpsc::channel(32);
    let log = kettle::spawn(write(events));
    for user in 10..16 {
        println!("{user}: {}", log_in(user, &audit).await);
    }
    drop(audit);
    println!("checksum: {}", log.await.expect("the log doesn't panic"));
}
