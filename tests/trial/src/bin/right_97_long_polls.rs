//! A server of long polls: fifteen hundred clients ask one after another, and a task for each waits for news, or for half
//! a minute.
//!
//! Right: the news come after four seconds, and all tasks end.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{broadcast, mpsc};
use kettle::time::{interval, sleep, timeout};

async fn answer(mut news: broadcast::Receiver<Arc<str>>, answered: mpsc::UnboundedSender<usize>) {
    let length = match timeout(Duration::from_secs(30), news.recv()).await {
        Ok(Ok(text)) => text.len(),
        _ => 0, // 204: nothing new
    };
    let _ = answered.send(length);
}

#[kettle::main]
async fn main() {
    let (news, _) = broadcast::channel(4);
    let (answered, mut answers) = mpsc::unbounded_channel();
    let mut tick = interval(Duration::from_millis(10));
    for _ in 0..150 {
        tick.tick().await;
        for _ in 0..10 {
            kettle::spawn(answer(news.subscribe(), answered.clone()));
        }
    }
    drop(answered);
    sleep(Duration::from_millis(2500)).await;
    news.send("the new teas are here".into()).unwrap();
    let mut clients = 0;
    while let Some(length) = answers.recv().await {
        assert_eq!(length, 21);
        clients += 1;
    }
    println!("{clients} clients");
}
