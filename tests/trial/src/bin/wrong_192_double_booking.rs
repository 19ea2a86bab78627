//! A theatre sells its last seats: a sale looks how many are free, asks the bank, and takes the seat.
//!
//! Wrong: the lock is given back between the look and the taking, so several buyers see the same last seat, and more seats are
//! sold than there are.
//!
//! Can't be told: a lock that is taken twice in a row is quite usual; what was decided by the first look, no event tells.
//!
//! doctor: can't be told
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

async fn buy(seats: Arc<Mutex<i32>>) -> bool {
    if *seats.lock().await < 1 {
        return false;
    }
    sleep(Duration::from_millis(20)).await; // the bank
    *seats.lock().await -= 1;
    true
}

#[kettle::main]
async fn main() {
    let seats = Arc::new(Mutex::new(2));
    let sales: Vec<_> = (0..5).map(|_| kettle::spawn(buy(Arc::clone(&seats)))).collect();
    let mut sold = 0;
    for sale in sales {
        sold += u32::from(sale.await.unwrap());
    }
    println!("{sold} sold, {} left", seats.lock().await);
}
