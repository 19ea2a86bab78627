// WRONG. The session's Drop spawns a task that says goodbye to the server; the session is dropped at the end of `main`: the task is never polled.
// EXPECT: unpolled (or cut_short): the task spawned in `drop`, dropped before its first poll. CURE: an async `close()` that is awaited.
use kettle::sync::mpsc;
use std::time::Duration;

struct Session {
    wire: mpsc::Sender<&'static str>,
}

impl Session {
    async fn say(&self, text: &'static str) {
        self.wire.send(text).await.unwrap();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let wire = self.wire.clone();
        kettle::spawn(async move {
            wire.send("goodbye").await.unwrap();
        });
    }
}

#[kettle::main]
async fn main() {
    let (wire, mut server) = mpsc::channel(4);
    let session = Session { wire };
    let log = kettle::spawn(async move {
        while let Some(text) = server.recv().await {
            println!("server: {text}");
        }
    });
    session.say("hello").await;
    kettle::time::sleep(Duration::from_millis(20)).await;
    println!("{}", log.is_finished());
}
