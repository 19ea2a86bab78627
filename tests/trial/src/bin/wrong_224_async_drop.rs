//! A session that says good-bye to its server when it is dropped. A `drop` can't await, so it spawns a task for that.
//!
//! Wrong: the session goes at the end of `main`, and the runtime with it: the task is never polled, and no good-bye is said.
//!
//! Expected: `unpolled`, of the task of line 30: `main` returned first. The cure: an async `close`, which is awaited before the end (or a handle
//! that is).
//!
//! doctor: `unpolled`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

struct Session {
    name: &'static str,
    server: mpsc::Sender<String>,
}

impl Session {
    async fn say(&self, words: &str) {
        self.server.send(format!("{}: {words}", self.name)).await.expect("the server runs");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let (name, server) = (self.name, self.server.clone());
        kettle::spawn(async move {
            let _ = server.send(format!("{name} leaves")).await;
        });
    }
}

#[kettle::main]
async fn main() {
    let (server, mut lines) = mpsc::channel(4);
    kettle::spawn(async move {
        while let Some(line) = lines.recv().await {
            println!("{line}");
        }
    });
    let session = Session { name: "anna", server };
    session.say("hello").await;
    sleep(Duration::from_millis(20)).await;
    session.say("it is late").await;
    sleep(Duration::from_millis(20)).await;
}
