//! A shop shows prices as soon as the list of exchange rates is there, which a thread fetches once.
//!
//! Right: pages wait at a `SetOnce` for two seconds, without a timer or a socket of the runtime. The thread, which sleeps, sets it, also
//! when it could not fetch anything.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::SetOnce;

type Rates = SetOnce<Result<Vec<f64>, String>>;

async fn page(price: f64, rates: Arc<Rates>) -> String {
    match rates.wait().await {
        Ok(rates) => format!("{:.2}", price * rates[0]),
        Err(error) => format!("no price: {error}"),
    }
}

#[kettle::main]
async fn main() {
    for answer in [Ok(vec![1.08, 157.2]), Err("the bank is closed".to_owned())] {
        let rates = Arc::new(Rates::new());
        let pages: Vec<_> =
            (1..4).map(|n| kettle::spawn(page(f64::from(n), Arc::clone(&rates)))).collect();
        let fetch = thread::spawn(move || {
            thread::sleep(Duration::from_secs(2));
            rates.set(answer).is_ok()
        });
        for page in pages {
            println!("{}", page.await.unwrap());
        }
        assert!(fetch.join().unwrap());
    }
}
