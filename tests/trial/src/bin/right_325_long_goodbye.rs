//! A chat server tells its sessions to stop, by a `broadcast`. They say goodbye to their clients, in two steps.
//!
//! Right: `main` awaits the ends of all sessions. A task that trims the history has no end, and is left to the end of the program.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use kettle::sync::broadcast::{self, error::RecvError};
use kettle::task::JoinSet;
use kettle::time::{interval, sleep};

async fn session(mut client: DuplexStream, mut lines: broadcast::Receiver<&'static str>) -> usize {
    let mut said = 0;
    loop {
        match lines.recv().await {
            Ok(line) => client.write_all(line.as_bytes()).await.unwrap(),
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => break,
        }
        said += 1;
    }
    client.write_all(b"we close").await.unwrap();
    sleep(Duration::from_millis(100)).await; // so that it can be read
    client.write_all(b", goodbye!").await.unwrap();
    client.shutdown().await.unwrap();
    said
}

async fn read_all(mut end: DuplexStream) -> String {
    let mut text = String::new();
    end.read_to_string(&mut text).await.unwrap();
    text
}

async fn trim_history() {
    let mut pause = interval(Duration::from_millis(30));
    loop {
        pause.tick().await;
        kettle::task::yield_now().await;
    }
}

#[kettle::main]
async fn main() {
    kettle::spawn(trim_history());
    let lines = broadcast::Sender::new(8);
    let (mut sessions, mut clients) = (JoinSet::new(), JoinSet::new());
    for _ in 0..3 {
        let (here, there) = duplex(64);
        sessions.spawn(session(here, lines.subscribe()));
        clients.spawn(read_all(there));
    }
    for line in ["hello. ", "how are you? ", "well. "] {
        lines.send(line).unwrap();
        sleep(Duration::from_millis(50)).await;
    }
    drop(lines);
    let said: usize = sessions.join_all().await.into_iter().sum();
    let heard = clients.join_all().await;
    let goodbyes = heard.iter().filter(|text| text.ends_with("goodbye!")).count();
    println!("{said} lines, {goodbyes} goodbyes");
}
