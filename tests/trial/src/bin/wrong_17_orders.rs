//! Takes orders from a socket; each is stored by a task of its own, in three steps.
//!
//! The mistake: `main` returns when the last order has come, without waiting for the tasks that are
//! still storing. The last orders are lost half-way.
//!
//! Expected: a note that tasks were cut short when `main` returned. Cure: keep the handles (a
//! `JoinSet`) and await them before the end.
//!
//! doctor: `cut_short`
//! ends: by itself

use std::time::Duration;

use kettle::io::{self, AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::time::sleep;

async fn reserve(_order: &str) {
    sleep(Duration::from_millis(15)).await;
}

async fn charge(_order: &str) {
    sleep(Duration::from_millis(25)).await;
}

async fn ship(_order: &str) {
    sleep(Duration::from_millis(30)).await;
}

async fn store(order: String) {
    reserve(&order).await;
    charge(&order).await;
    ship(&order).await;
    println!("{order} is on its way");
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (mut shop, till) = io::duplex(256);
    let customers = kettle::spawn(async move {
        for number in 0..6 {
            shop.write_all(format!("order {number}\n").as_bytes()).await?;
            sleep(Duration::from_millis(20)).await;
        }
        io::Result::Ok(())
    });
    let mut lines = BufReader::new(till).lines();
    while let Some(order) = lines.next_line().await? {
        kettle::spawn(store(order));
    }
    customers.await??;
    println!("closed");
    Ok(())
}
