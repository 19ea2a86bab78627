//! A reader of a broadcast skips every error as if it had only lagged. When the station has gone, `recv` fails at
//! once, again and again.
//!
//! doctor: `busy_loop`
//! cure: leave the loop at `Closed`
//! ends: killed

use std::time::Duration;

use kettle::sync::broadcast;
use kettle::time::{interval, sleep};

struct Feed {
    news: broadcast::Receiver<String>,
    read: u32,
}

impl Feed {
    /// The next headline, whatever was missed.
    async fn next(&mut self) -> String {
        loop {
            if let Ok(headline) = self.news.recv().await {
                self.read += 1;
                return headline;
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (station, news) = broadcast::channel(4);
    kettle::spawn(async move {
        for hour in 0..5 {
            station.send(format!("news at {hour}")).unwrap();
            sleep(Duration::from_millis(20)).await;
        }
    });
    kettle::spawn(async {
        let mut clock = interval(Duration::from_secs(2));
        loop {
            clock.tick().await;
        }
    });
    let mut feed = Feed { news, read: 0 };
    loop {
        println!("{}", feed.next().await);
    }
}
