//! A log for the whole program: a `static` with the sender, and a task that writes the lines into a file, for ever.
//!
//! Right: before `main` returns it sends a message that the task answers when all before it is written. The task is then
//! at its `recv`, where it has been before, and has nothing left to do.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use kettle::fs::File;
use kettle::io::AsyncWriteExt;
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

enum Message {
    Line(String),
    Flush(oneshot::Sender<()>),
}

static LOG: OnceLock<mpsc::Sender<Message>> = OnceLock::new();

async fn log(line: String) {
    let _ = LOG.get().unwrap().send(Message::Line(line)).await;
}

async fn write(path: PathBuf, mut messages: mpsc::Receiver<Message>) -> std::io::Result<()> {
    let mut file = File::create(path).await?;
    while let Some(message) = messages.recv().await {
        match message {
            Message::Line(line) => file.write_all(format!("{line}\n").as_bytes()).await?,
            Message::Flush(done) => {
                file.flush().await?;
                let _ = done.send(());
            }
        }
    }
    Ok(())
}

#[kettle::main]
async fn main() {
    let path = std::env::temp_dir().join(format!("log-{}", std::process::id()));
    let (send, messages) = mpsc::channel(4);
    LOG.set(send).ok().unwrap();
    kettle::spawn(write(path.clone(), messages));
    for number in 1..=30 {
        log(format!("cup {number}")).await;
        sleep(Duration::from_millis(10)).await;
    }
    let (done, flushed) = oneshot::channel();
    let _ = LOG.get().unwrap().send(Message::Flush(done)).await;
    flushed.await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 30);
    std::fs::remove_file(path).unwrap();
}
