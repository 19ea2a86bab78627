//! A bot in a chat room answers what it reads, and looks each 50 ms whether a reminder is due. The room's connection goes
//! soon; the reminders come two seconds later.
//!
//! Right: `recv` gives `None` at once and in each round, but the pattern `Some(line)` shuts that branch for the round, which
//! then waits for the clock: twenty rounds a second.
//!
//! Expected: silent.
//!
//! doctor: silence

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
            self.reminders.push((Instant::now() + Duration::from_secs(2), what.to_owned()));
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
        let mut clock = interval(Duration::from_millis(50));
        loop {
            kettle::select! {
                Some(line) = lines.recv() => self.answer(&line),
                _ = clock.tick() => self.remind(),
            }
            if lines.is_closed() && lines.is_empty() && self.reminders.is_empty() {
                return;
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
        for line in ["hello", "!ping", "!remind the kettle", "!remind the cups"] {
            sleep(Duration::from_millis(20)).await;
            to_bot.send(line.to_owned()).await.unwrap();
        }
    });
    while let Some(line) = said.recv().await {
        println!("bot: {line}");
    }
    bot.await.unwrap();
}
