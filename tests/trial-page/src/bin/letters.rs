//! A print shop with one printer. Each order has a clerk, who withdraws the letter when the
//! customer's patience is over.
use std::sync::Arc;
use std::time::Duration;

use kettle::process::Command;
use kettle::sync::{Semaphore, oneshot};
use kettle::time::{sleep, timeout};

async fn print(pages: &'static str, printer: Arc<Semaphore>, done: oneshot::Sender<()>) {
    let _turn = printer.acquire().await.expect("the printer is never closed");
    let status = Command::new("sleep").arg(pages).status().await;
    if status.is_ok_and(|status| status.success()) {
        let _ = done.send(());
    }
}

async fn clerk(
    order: &'static str,
    pages: &'static str,
    patience: u64,
    printer: Arc<Semaphore>,
) -> bool {
    let (done, printed) = oneshot::channel();
    let letter = kettle::spawn(print(pages, printer, done));
    match timeout(Duration::from_millis(patience), printed).await {
        Ok(Ok(())) => {
            println!("{order}: printed");
            true
        }
        _ => {
            letter.abort();
            println!("{order}: not printed");
            false
        }
    }
}

#[kettle::main]
async fn main() {
    let printer = Arc::new(Semaphore::new(1));
    let catalogue = kettle::spawn(clerk("catalogue", "1.5", 4000, printer.clone()));
    sleep(Duration::from_millis(50)).await;
    let memo = kettle::spawn(clerk("memo", "0.3", 3000, printer.clone()));
    sleep(Duration::from_millis(50)).await;
    let invoice = kettle::spawn(clerk("invoice", "0.1", 1000, printer.clone()));

    let mut printed = 0;
    for order in [catalogue, memo, invoice] {
        if order.await.expect("a clerk does not panic") {
            printed += 1;
        }
    }
    println!("{printed} of 3 orders printed");
}
