//! A task awaits a function, and that one keeps an `Rc` while it waits.

use std::rc::Rc;
use std::time::Duration;

use kettle::time::sleep;

async fn brew() {
    let cup = Rc::new("cup");
    sleep(Duration::from_millis(10)).await;
    println!("The {cup} is full.");
}

async fn serve() {
    brew().await;
}

#[kettle::main]
async fn main() {
    kettle::spawn(serve()).await.unwrap();
}
