//! It lends the number itself.

use std::time::Duration;

async fn pour(cups: &mut u32) {
    kettle::time::sleep(Duration::from_millis(10)).await;
    *cups += 1;
}

#[kettle::main]
async fn main() {
    let task = kettle::spawn(async {
        let mut cups = 0;
        pour(&mut cups).await;
        cups
    });
    println!("Cups: {}", task.await.unwrap());
}
