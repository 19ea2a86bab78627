//! With any error that may be sent to another thread.

use std::error::Error;

async fn count(text: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    Ok(text.parse()?)
}

#[kettle::main]
async fn main() {
    let task = kettle::spawn(count("two"));
    println!("{:?}", task.await.unwrap());
}
