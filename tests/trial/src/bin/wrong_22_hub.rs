//! A chat hub as an actor: visitors send it commands, and it sends itself a reminder now and then.
//!
//! The mistake: for its reminders the hub keeps a sender of its own inbox. So the inbox is never closed,
//! and the hub goes on waiting after the last visitor has gone.
//!
//! Expected: a deadlock: the hub waits for a value of a channel whose last sender it has itself, `main`
//! waits for the hub. Cure: don't keep that sender (a `WeakSender`, or a message that says the end).
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

enum Command {
    Say(u32, &'static str),
    Remind(&'static str),
}

struct Hub {
    inbox: mpsc::Receiver<Command>,
    own: mpsc::Sender<Command>,
    said: usize,
}

impl Hub {
    async fn run(mut self) -> usize {
        while let Some(command) = self.inbox.recv().await {
            match command {
                Command::Say(visitor, words) => {
                    println!("{visitor}: {words}");
                    self.said += 1;
                    let own = self.own.clone();
                    kettle::spawn(async move {
                        sleep(Duration::from_millis(20)).await;
                        let _closed = own.send(Command::Remind("be kind")).await;
                    });
                }
                Command::Remind(words) => println!("hub: {words}"),
            }
        }
        self.said
    }
}

#[kettle::main]
async fn main() {
    let (commands, inbox) = mpsc::channel(8);
    let hub = Hub { inbox, own: commands.clone(), said: 0 };
    let hub = kettle::spawn(hub.run());
    for visitor in 1..4 {
        let _closed = commands.send(Command::Say(visitor, "hello")).await;
    }
    drop(commands);
    println!("{} things were said", hub.await.expect("the hub doesn't panic"));
}
