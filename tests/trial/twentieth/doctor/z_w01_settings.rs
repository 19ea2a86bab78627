//! A server's settings: read by many, filled in from the defaults when a key is missing. A heartbeat goes on beside it.
//!
//! Wrong: the `match` keeps the read guard (a temporary of its scrutinee) until its end, and its arm asks for the write
//! guard of the same lock.
//!
//! Expected: `deadlock`, a warning (the heartbeat goes on; with `panic`, too), after a second or so. Place: the `write()` in
//! `get`, with the `read()` three lines above as what has been taken. Cure: drop the read guard before `write()` is
//! awaited (e.g. by a `let` of its own before the `match`).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::interval;

type Settings = Arc<RwLock<HashMap<&'static str, u32>>>;

async fn get(settings: &Settings, key: &'static str) -> u32 {
    match settings.read().await.get(key) {
        Some(value) => *value,
        None => {
            let mut settings = settings.write().await;
            *settings.entry(key).or_insert(80)
        }
    }
}

async fn serve(settings: Settings) {
    let port = get(&settings, "port").await;
    println!("port {port}");
    let width = get(&settings, "width").await;
    println!("width {width}");
}

#[kettle::main]
async fn main() {
    let settings: Settings = Arc::new(RwLock::new(HashMap::from([("port", 8080)])));
    kettle::spawn(async {
        let mut beat = interval(Duration::from_millis(300));
        for n in 0.. {
            beat.tick().await;
            if n % 10 == 0 {
                println!("alive");
            }
        }
    });
    let server = kettle::spawn(serve(settings.clone()));
    server.await.unwrap();
}
