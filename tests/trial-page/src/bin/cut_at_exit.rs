// A batch of eight invoices: each is made, and a copy of it is archived in the background. The archive is not
// complete.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

#[derive(Default)]
struct Archive {
    kept: Mutex<Vec<u32>>,
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Puts a copy on the slow disk. Two at a time.
async fn archive(invoice: u32, to: Arc<Archive>, disk: Arc<Semaphore>) {
    let _turn = disk.acquire().await.unwrap();
    sleep(ms(120)).await; // compress
    sleep(ms(100)).await; // write
    to.kept.lock().unwrap().push(invoice);
}

/// Makes an invoice.
async fn invoice(number: u32, to: Arc<Archive>, disk: Arc<Semaphore>) -> u32 {
    sleep(ms(40)).await;
    kettle::spawn(archive(number, to, disk));
    sleep(ms(20)).await;
    100 * number
}

/// The mail goes out when all are made.
async fn mail(sum: u32) {
    sleep(ms(240)).await;
    println!("invoices of {sum} are on their way");
}

#[kettle::main]
async fn main() {
    let to = Arc::new(Archive::default());
    let disk = Arc::new(Semaphore::new(2));
    let mut sum = 0;
    for number in 1..=8 {
        let made = kettle::spawn(invoice(number, to.clone(), disk.clone()));
        sum += made.await.unwrap();
    }
    mail(sum).await;
    println!("in the archive: {:?}", to.kept.lock().unwrap());
}
