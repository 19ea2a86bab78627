//! A shop shows prices in euros, as soon as there are rates.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Semaphore, SetOnce, mpsc};
use kettle::time::{sleep, timeout};

struct Shop {
    rates: SetOnce<f64>,
    lines: Semaphore,
}

async fn page(shop: Arc<Shop>, price: f64) -> f64 {
    price * shop.rates.wait().await
}

async fn rates(shop: Arc<Shop>, mut bank: mpsc::Receiver<f64>) {
    sleep(Duration::from_millis(30)).await;
    let line = shop.lines.acquire().await.expect("it is open");
    let rate = match timeout(Duration::from_millis(80), bank.recv()).await {
        Ok(Some(rate)) => rate,
        _ => yesterday().await,
    };
    drop(line);
    shop.rates.set(rate).expect("nobody else sets it");
}

async fn yesterday() -> f64 {
    sleep(Duration::from_millis(35)).await; // reads the old list
    1.07
}

async fn newsletter(shop: Arc<Shop>) {
    let _line = shop.lines.acquire().await.expect("it is open");
    for _ in 0..7 {
        sleep(Duration::from_millis(20)).await;
    }
}

async fn bank(answers: mpsc::Sender<f64>) {
    sleep(Duration::from_millis(400)).await;
    let _ = answers.send(1.09).await;
}

#[kettle::main]
async fn main() {
    let shop = Arc::new(Shop { rates: SetOnce::new(), lines: Semaphore::new(1) });
    let (answers, answered) = mpsc::channel(1);
    kettle::spawn(bank(answers));
    kettle::spawn(rates(Arc::clone(&shop), answered));
    kettle::spawn(newsletter(Arc::clone(&shop)));
    let pages: Vec<_> =
        [10.0, 20.0, 30.0].map(|price| kettle::spawn(page(Arc::clone(&shop), price))).into();
    for page in pages {
        println!("{:.2}", page.await.unwrap());
    }
}
