//! A hub that keeps a sender of its own inbox on purpose: who joins later gets a clone of it. For three
//! seconds nothing comes but what a child process decides: a thread waits for its end, and reports.
//!
//! Suspicious: a task waits for a channel whose sender it has itself, no timer is set, no socket is
//! waited for, and the other thread sleeps in the system (`wait4`).
//!
//! doctor: silence

use std::process::Command;
use std::thread;

use kettle::sync::{mpsc, oneshot};

enum Message {
    Join(oneshot::Sender<mpsc::Sender<Message>>),
    BuildEnded(bool),
}

async fn hub(own: mpsc::Sender<Message>, mut inbox: mpsc::Receiver<Message>) -> bool {
    while let Some(message) = inbox.recv().await {
        match message {
            Message::Join(reply) => drop(reply.send(own.clone())),
            Message::BuildEnded(well) => return well,
        }
    }
    false
}

#[kettle::main]
async fn main() {
    let (own, inbox) = mpsc::channel(4);
    let door = own.clone();
    let hub = kettle::spawn(hub(own, inbox));
    let (reply, answer) = oneshot::channel();
    door.send(Message::Join(reply)).await.unwrap_or_else(|_| panic!("the hub is there"));
    let builder = answer.await.expect("the hub answers");
    let thread = thread::spawn(move || {
        let status = Command::new("sleep").arg("3").status();
        let well = status.is_ok_and(|status| status.success());
        drop(builder.blocking_send(Message::BuildEnded(well)));
    });
    println!("the build ended well: {}", hub.await.expect("the hub doesn't panic"));
    thread.join().expect("the thread doesn't panic");
}
