// Requests read the configuration; a reload replaces it; a report goes through all of it.
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::{Instant, sleep};

type Config = Arc<RwLock<HashMap<String, u32>>>;

async fn report(config: Config) -> u32 {
    sleep(Duration::from_millis(50)).await;
    let config = config.read().await;
    let mut sum = 0;
    for value in config.values() {
        // Each value is looked up in another system.
        sleep(Duration::from_millis(200)).await;
        sum += value;
    }
    sum
}

async fn reload(config: Config) {
    sleep(Duration::from_millis(100)).await;
    let mut config = config.write().await;
    sleep(Duration::from_millis(30)).await;
    config.insert("limit".into(), 200);
}

async fn request(number: u32, config: Config) -> Duration {
    let began = Instant::now();
    let limit = {
        let config = config.read().await;
        sleep(Duration::from_millis(20)).await;
        config["limit"]
    };
    println!("request {number} answered with limit {limit} after {:?}", began.elapsed());
    began.elapsed()
}

#[kettle::main]
async fn main() {
    let start = [("limit", 100), ("retries", 3), ("ports", 2)];
    let values = start.map(|(name, value)| (name.to_owned(), value));
    let config: Config = Arc::new(RwLock::new(HashMap::from(values)));

    let report = kettle::spawn(report(config.clone()));
    let reload = kettle::spawn(reload(config.clone()));
    let mut requests = Vec::new();
    for number in 1..=6 {
        sleep(Duration::from_millis(60)).await;
        requests.push(kettle::spawn(request(number, config.clone())));
    }

    let mut longest = Duration::ZERO;
    for request in requests {
        longest = longest.max(request.await.unwrap());
    }
    reload.await.unwrap();
    println!("the report: {}, the longest request: {longest:?}", report.await.unwrap());
}
