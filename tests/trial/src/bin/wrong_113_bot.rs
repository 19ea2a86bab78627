//! A bot in a chat room answers what it reads, and looks each 200 ms whether a reminder is due.
//!
//! Wrong: when the room's connection has gone, `recv` gives `None`, at once and always. The branch takes no notice of it,
//! so the loop goes round and round until the process is ended.
//!
//! Expected: `busy_loop`: a closed channel is asked again and again, with a timer beside it. The cure: leave the loop at
//! `None`, or write `Some(line) = lines.recv()` as the branch's pattern.
//!
//! doctor: `busy_loop`
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, UnboundedSender};
use kettle::time::{Instant, interval, sleep};

struct Bot {
    reminders: Vec<(Instant, String)>,
    says: UnboundedSender<String>,
}

impl Bot {
    fn answer(&mut self, line: &str) {
        if let Some(what) = line.strip_prefix("!remind ") {
            self.reminders.push((Instant::now() + Duration::from_millis(500), what.to_owned()));
        } else if line == "!ping" {
            let _ = self.says.send("pong".to_owned());
        }
    }

    fn remind(&mut self) {
        let now = Instant::now();
        for (_, what) in self.reminders.extract_if(.., |(due, _)| *due <= now) {
            let _ = self.says.send(format!("think of {what}"));
        }
    }

    async fn run(mut self, mut lines: Receiver<String>) {
        let mut clock = interval(Duration::from_millis(200));
        loop {
            kettle::select! {
                line = lines.recv() => {
                    if let Some(line) = line {
                        self.answer(&line);
                    }
                }
                _ = clock.tick() => self.remind(),
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (to_bot, lines) = mpsc::channel(16);
    let (says, mut said) = mpsc::unbounded_channel();
    let bot = kettle::spawn(Bot { reminders: Vec::new(), says }.run(lines));
    kettle::spawn(async move {
        for line in ["hello", "!ping", "!remind the kettle"] {
            sleep(Duration::from_millis(20)).await;
            to_bot.send(line.to_owned()).await.unwrap();
        }
    });
    while let Some(line) = said.recv().await {
        println!("bot: {line}");
    }
    bot.await.unwrap();
}
