//! Requests to a shop's interface carry a token, which has to be renewed in time. It is in a mutex.
//!
//! Wrong: the renewal tries three times, with a pause after each failure, and has the lock all the while. The old token would
//! still be good for a while, but each request waits.
//!
//! Expected: `guard_across_await`, at the lock of the renewal. The cure: fetch the new token without the lock, and lock only
//! to put it in.
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::JoinSet;
use kettle::time::{Instant, interval, sleep};

struct Token {
    text: String,
    until: Instant,
}

type Shared = Arc<Mutex<Token>>;

/// The server, which is out of order at times.
async fn fetch(attempt: u32) -> Result<Token, &'static str> {
    sleep(Duration::from_millis(20)).await;
    if attempt < 3 {
        return Err("503");
    }
    Ok(Token { text: "kettle-2".to_owned(), until: Instant::now() + Duration::from_mins(1) })
}

async fn renew(token: Shared) {
    sleep(Duration::from_millis(100)).await;
    let mut token = token.lock().await;
    for attempt in 1..=3 {
        match fetch(attempt).await {
            Ok(new) => *token = new,
            Err(error) => {
                println!("attempt {attempt}: {error}");
                sleep(Duration::from_millis(150)).await;
            }
        }
    }
}

async fn request(number: u32, token: Shared) -> String {
    let text = {
        let token = token.lock().await;
        assert!(token.until > Instant::now(), "it has expired");
        token.text.clone()
    };
    sleep(Duration::from_millis(5)).await;
    format!("request {number} with {text}")
}

#[kettle::main]
async fn main() {
    let until = Instant::now() + Duration::from_secs(30);
    let token = Arc::new(Mutex::new(Token { text: "kettle-1".to_owned(), until }));
    let renewal = kettle::spawn(renew(token.clone()));
    let mut requests = JoinSet::new();
    let mut clock = interval(Duration::from_millis(30));
    for number in 0..20 {
        clock.tick().await;
        requests.spawn(request(number, token.clone()));
    }
    for answer in requests.join_all().await {
        println!("{answer}");
    }
    renewal.await.unwrap();
}
