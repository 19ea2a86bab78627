//! A chat server tells its sessions to stop, by a `watch`. They say goodbye to their clients, in two steps.
//!
//! Wrong: `main` gives them a moment, and returns, without awaiting their ends. Their goodbyes take longer than that.
//!
//! Expected: `cut_short`, a note: three tasks were dropped at the `sleep` of their goodbye. The cure: keep the handles (a `JoinSet`) and await
//! them after the word to stop.
//!
//! doctor: `cut_short`
//! ends: by itself

use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use kettle::sync::watch;
use kettle::time::{interval, sleep};

async fn session(mut client: DuplexStream, mut stop: watch::Receiver<bool>) {
    let mut keep_alive = interval(Duration::from_millis(50));
    loop {
        kettle::select! {
            _ = keep_alive.tick() => client.write_all(b".").await.unwrap(),
            _ = stop.changed() => break,
        }
    }
    client.write_all(b"we close").await.unwrap();
    sleep(Duration::from_millis(600)).await; // so that it can be read
    client.write_all(b", goodbye!").await.unwrap();
    client.shutdown().await.unwrap();
}

async fn read_all(mut end: DuplexStream) -> usize {
    let mut text = String::new();
    end.read_to_string(&mut text).await.unwrap();
    text.trim_matches('.').len()
}

#[kettle::main]
async fn main() {
    let (stop, stopped) = watch::channel(false);
    let mut clients = Vec::new();
    for _ in 0..3 {
        let (here, there) = duplex(1024);
        kettle::spawn(session(here, stopped.clone()));
        clients.push(kettle::spawn(read_all(there)));
    }
    drop(stopped);
    sleep(Duration::from_millis(800)).await;
    stop.send(true).unwrap();
    sleep(Duration::from_millis(20)).await; // a moment, for their goodbyes
    let finished = clients.iter().filter(|client| client.is_finished()).count();
    println!("{finished} of 3 have heard goodbye");
}
