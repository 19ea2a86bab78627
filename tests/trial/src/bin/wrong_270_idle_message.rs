//! A session says once in a while that it is idle. Its `Sleep` is made once, outside the loop, and not reset after it
//! has elapsed: from then on that branch is always ready.
//!
//! doctor: `busy_loop`
//! cure: `reset` the sleep when it has elapsed
//! ends: killed

use std::pin::Pin;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, Sleep, sleep};

struct Session {
    lines: mpsc::Receiver<String>,
    idle: Pin<Box<Sleep>>,
    reminders: u64,
}

impl Session {
    async fn turn(&mut self) -> bool {
        kettle::select! {
            line = self.lines.recv() => {
                self.idle.as_mut().reset(Instant::now() + Duration::from_millis(300));
                line.inspect(|line| println!("> {line}")).is_some()
            }
            () = &mut self.idle => {
                self.reminders += 1;
                true
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (user, lines) = mpsc::channel(8);
    let idle = Box::pin(sleep(Duration::from_millis(300)));
    let mut session = Session { lines, idle, reminders: 0 };
    kettle::spawn(async move {
        user.send("hello".to_owned()).await.unwrap();
        sleep(Duration::from_secs(30)).await;
        user.send("good bye".to_owned()).await.unwrap();
    });
    while session.turn().await {}
    println!("{} reminders", session.reminders);
}
