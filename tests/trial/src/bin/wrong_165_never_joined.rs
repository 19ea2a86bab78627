//! A server handles each message in a task of a `JoinSet`, so that all of them end with the server.
//!
//! Wrong: it never asks the set for those that have ended. Their results, with what they hold, stay in it for as long as the
//! server runs: memory grows with each message.
//!
//! Expected: nothing can be told: the set may be asked at the end, as when all is to be joined. The cure: `try_join_next` in
//! the loop, or a branch with `join_next`.
//!
//! doctor: can't be told

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Handled {
    number: u32,
    page: Vec<u8>,
}

async fn handle(number: u32) -> Handled {
    sleep(Duration::from_millis(u64::from(number % 7))).await;
    Handled { number, page: vec![b' '; 1024] }
}

async fn serve(mut messages: mpsc::Receiver<u32>) -> JoinSet<Handled> {
    let mut handlers = JoinSet::new();
    while let Some(message) = messages.recv().await {
        handlers.spawn(handle(message));
    }
    handlers
}

#[kettle::main]
async fn main() {
    let (send, messages) = mpsc::channel(64);
    let server = kettle::spawn(serve(messages));
    for round in 0..30 {
        for number in 0..100 {
            send.send(100 * round + number).await.expect("the server is there");
        }
        sleep(Duration::from_millis(40)).await;
    }
    drop(send);
    let mut kept = server.await.unwrap();
    let (mut bytes, mut latest) = (0, 0);
    while let Some(handled) = kept.join_next().await {
        let Handled { number, page } = handled.unwrap();
        bytes += page.len();
        latest = latest.max(number);
    }
    println!("{bytes} bytes were kept, of messages up to {latest}");
}
