//! A chat room on a broadcast channel: each member listens until the room closes.
//!
//! Wrong: a member keeps a `Sender` of its own, to say something later. `main` drops its sender to close the room, and
//! each member waits for the others' senders.
//!
//! Expected: `deadlock` of `main` and the members. The cure: a member drops its sender when it has said all, or keeps a
//! `WeakSender`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::broadcast::{self, error::RecvError};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Member {
    name: &'static str,
    room: broadcast::Sender<String>,
    inbox: broadcast::Receiver<String>,
}

impl Member {
    fn enter(name: &'static str, room: &broadcast::Sender<String>) -> Member {
        Member { name, room: room.clone(), inbox: room.subscribe() }
    }

    fn say(&self, words: &str) {
        let _ = self.room.send(format!("{}: {words}", self.name));
    }

    async fn stay(mut self) -> (&'static str, usize) {
        self.say("hello");
        let mut heard = 0;
        loop {
            match self.inbox.recv().await {
                Ok(line) if line.ends_with('?') => self.say("I don't know."),
                Ok(_) => heard += 1,
                Err(RecvError::Lagged(missed)) => {
                    eprintln!("{} has missed {missed} lines", self.name);
                }
                Err(RecvError::Closed) => return (self.name, heard),
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (room, _) = broadcast::channel(64);
    let mut members = JoinSet::new();
    for name in ["Ada", "Bert", "Cleo"] {
        members.spawn(Member::enter(name, &room).stay());
    }
    sleep(Duration::from_millis(50)).await;
    room.send("host: is there tea?".to_string()).expect("members");
    sleep(Duration::from_millis(50)).await;
    drop(room); // closing time
    while let Some(member) = members.join_next().await {
        let (name, heard) = member.expect("a member");
        println!("{name} has heard {heard} lines");
    }
}
