//! A currency desk. Quotes read the table of rates, an export reads all of it, a reload replaces it.
use kettle::runtime::Builder;
use kettle::sync::RwLock;
use kettle::task::spawn_blocking;
use kettle::time::{Instant, sleep};
use std::sync::Arc;
use std::time::Duration;

type Rates = Arc<RwLock<Vec<f64>>>;

async fn quote(n: usize, rates: Rates) {
    let begun = Instant::now();
    let rates = rates.read().await;
    sleep(Duration::from_millis(3)).await; // the signature
    let price = rates[n % rates.len()] * 1.01;
    println!("quote {n}: {price:.3} after {} ms", begun.elapsed().as_millis());
}

async fn export(rates: Rates) {
    let rates = rates.read().await;
    let rows = rates.clone();
    let written = spawn_blocking(move || archive("rates", rows.len(), 350)).await.unwrap();
    println!("export: {written} rows");
}

async fn reload(rates: Rates) {
    sleep(Duration::from_millis(220)).await;
    let mut rates = rates.write().await;
    for rate in rates.iter_mut() {
        *rate *= 1.001;
    }
    println!("reload: done");
}

/// The archive's library knows nothing of async.
fn archive(_what: &str, rows: usize, ms: u64) -> usize {
    std::thread::sleep(Duration::from_millis(ms));
    rows
}

async fn desk() {
    let rates: Rates = Arc::new(RwLock::new(vec![1.08, 0.86, 161.2, 1.47]));
    let audit = spawn_blocking(|| archive("audit", 12, 500));
    let mut all = vec![kettle::spawn(reload(rates.clone()))];
    for n in 0..10 {
        if n == 2 {
            all.push(kettle::spawn(export(rates.clone())));
        }
        all.push(kettle::spawn(quote(n, rates.clone())));
        sleep(Duration::from_millis(50)).await;
    }
    for one in all {
        one.await.unwrap();
    }
    println!("audit: {} rows", audit.await.unwrap());
}

fn main() {
    // The archive allows one connection.
    let runtime =
        Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(desk());
}
