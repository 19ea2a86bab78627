//! Each request gets a watcher that would tell the backend if the request was cancelled.
//! doctor: `leaked_tasks`

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::{Instant, sleep};

#[derive(Default)]
struct Request {
    id: u32,
    cancelled: Notify,
}

async fn handle(request: Arc<Request>) -> u32 {
    let watched = request.clone();
    kettle::spawn(async move {
        watched.cancelled.notified().await;
        println!("request {} was cancelled", watched.id);
    });
    sleep(Duration::from_millis(1)).await;
    request.id * 2
}

async fn client(number: u32, end: Instant) -> u32 {
    let mut answered = 0;
    while Instant::now() < end {
        let request = Arc::new(Request { id: number * 100_000 + answered, ..Request::default() });
        handle(request).await;
        answered += 1;
    }
    answered
}

#[kettle::main]
async fn main() {
    let end = Instant::now() + Duration::from_secs(5);
    let clients: Vec<_> = (0..4).map(|n| kettle::spawn(client(n, end))).collect();
    let mut answered = 0;
    for client in clients {
        answered += client.await.unwrap();
    }
    println!("{answered} requests were answered");
}
