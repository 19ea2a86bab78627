//! The cup comes after the wait.

use std::rc::Rc;
use std::time::Duration;

use kettle::time::sleep;

async fn brew() {
    sleep(Duration::from_millis(10)).await;
    let cup = Rc::new("cup");
    println!("The {cup} is full.");
}

async fn serve() {
    brew().await;
}

#[kettle::main]
async fn main() {
    kettle::spawn(serve()).await.unwrap();
}
