// WRONG. A config cache behind an RwLock: looks with a read guard, and wants to write while the read guard is alive.
// EXPECT: deadlock: the one task waits at `self.map.write().await` for its own read guard (taken 2 lines above).
// CURE: drop the read guard before `write()` (a block around the look-up).
use kettle::sync::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Default)]
struct Config {
    map: RwLock<HashMap<String, String>>,
}

impl Config {
    async fn get(&self, key: &str) -> String {
        let seen = self.map.read().await;
        if let Some(value) = seen.get(key) {
            return value.clone();
        }
        let value = format!("default of {key}");
        self.map.write().await.insert(key.to_owned(), value.clone());
        value
    }
}

#[kettle::main]
async fn main() {
    let config = Arc::new(Config::default());
    let for_task = config.clone();
    let worker = kettle::spawn(async move { for_task.get("colour").await });
    println!("{}", worker.await.unwrap());
    println!("{}", config.get("colour").await);
}
