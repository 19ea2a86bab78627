//! Right: a token made of a flag and a `Notify` stops four workers, each in the middle of its wait, as meant.
//!
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kettle::sync::Notify;
use kettle::task::JoinSet;
use kettle::time::sleep;

#[derive(Clone, Default)]
struct Token(Arc<(AtomicBool, Notify)>);

impl Token {
    fn stop(&self) {
        self.0.0.store(true, Ordering::SeqCst);
        self.0.1.notify_waiters();
    }

    async fn stopped(&self) {
        let stopped = self.0.1.notified();
        if !self.0.0.load(Ordering::SeqCst) {
            stopped.await;
        }
    }
}

async fn worker(token: Token, number: u64) -> u32 {
    let mut rounds = 0;
    loop {
        kettle::select! {
            () = token.stopped() => return rounds,
            () = sleep(Duration::from_millis(30 + number * 7)) => rounds += 1,
        }
    }
}

#[kettle::main]
async fn main() {
    let token = Token::default();
    let mut workers = JoinSet::new();
    for number in 0..4 {
        workers.spawn(worker(token.clone(), number));
    }
    sleep(Duration::from_millis(1500)).await;
    token.stop();
    println!("{} rounds", workers.join_all().await.iter().sum::<u32>());
}
