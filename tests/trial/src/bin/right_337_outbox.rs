//! A connection with an outbox: one loop takes messages from a channel into the outbox, and writes from it when the socket can be written.
//!
//! Right: it asks whether the socket can be written only while there is something to write.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::collections::VecDeque;

use kettle::io::AsyncReadExt;
use kettle::net::UnixStream;
use kettle::select;
use kettle::sync::mpsc;
use kettle::time::{Duration, sleep};

async fn connection(stream: UnixStream, mut messages: mpsc::Receiver<u8>) {
    let mut outbox = VecDeque::new();
    loop {
        select! {
            message = messages.recv() => match message {
                Some(message) => outbox.push_back(message),
                None => return,
            },
            ready = stream.writable(), if !outbox.is_empty() => {
                ready.unwrap();
                if let Some(message) = outbox.front() && stream.try_write(&[*message]).is_ok() {
                    outbox.pop_front();
                }
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (here, mut there) = UnixStream::pair().unwrap();
    let (send, messages) = mpsc::channel(4);
    let connection = kettle::spawn(connection(here, messages));
    for message in 1..4 {
        send.send(message).await.unwrap();
        println!("{}", there.read_u8().await.unwrap());
        sleep(Duration::from_millis(1500)).await;
    }
    drop(send);
    connection.await.unwrap();
}
