//! Events of a program go through a channel to a store, which first brings its tables up to date.
//!
//! Wrong: the channel has no limit, and the store receives nothing until its tables are ready, which takes three seconds. All
//! events of that time are kept in memory.
//!
//! Expected: `growing_channel`, whose receiver is at its migration. The cure: a channel with a limit; or migrate before events
//! are made.
//!
//! doctor: `growing_channel`

use std::time::Duration;

use kettle::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use kettle::time::{Instant, interval, sleep};

struct Event {
    at: Duration,
    user: u32,
}

async fn migrate() {
    for table in ["users", "visits", "events"] {
        sleep(Duration::from_secs(1)).await;
        println!("{table} is up to date");
    }
}

async fn store(mut events: UnboundedReceiver<Event>) -> (usize, Duration) {
    migrate().await;
    let (mut count, mut latest) = (0, Duration::ZERO);
    while let Some(event) = events.recv().await {
        count += usize::from(event.user > 0);
        latest = latest.max(event.at);
    }
    (count, latest)
}

async fn visits(events: UnboundedSender<Event>) {
    let begun = Instant::now();
    let mut clock = interval(Duration::from_millis(5));
    while begun.elapsed() < Duration::from_millis(3500) {
        clock.tick().await;
        for user in 1..=60 {
            let event = Event { at: begun.elapsed(), user };
            let _ = events.send(event);
        }
    }
}

#[kettle::main]
async fn main() {
    let (events, stored) = mpsc::unbounded_channel();
    let store = kettle::spawn(store(stored));
    visits(events).await;
    let (count, latest) = store.await.unwrap();
    println!("{count} events, the latest after {latest:?}");
}
