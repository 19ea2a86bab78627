// A cache of exchange rates behind a RwLock: two tasks read, one refreshes.
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::sync::RwLock;
use kettle::time::sleep;

type Rates = Arc<RwLock<HashMap<&'static str, f64>>>;

async fn report(rates: Rates) {
    let rates = rates.read().await;
    for (name, rate) in rates.iter() {
        sleep(Duration::from_millis(150)).await; // a slow printer
        println!("{name} {rate}");
    }
}

async fn refresh(rates: Rates) {
    sleep(Duration::from_millis(50)).await;
    let mut rates = rates.write().await;
    sleep(Duration::from_millis(100)).await; // asks the bank
    rates.insert("EUR", 1.09);
}

async fn login(rates: Rates) {
    sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    let rate = rates.read().await["EUR"];
    println!("login: one EUR is {rate}, known after {:?}", began.elapsed());
}

#[kettle::main]
async fn main() {
    let rates = Rates::new(RwLock::new(HashMap::from([("EUR", 1.08), ("GBP", 1.27)])));
    let report = kettle::spawn(report(rates.clone()));
    let refresh = kettle::spawn(refresh(rates.clone()));
    let login = kettle::spawn(login(rates));
    let _ = kettle::join!(report, refresh, login);
}
