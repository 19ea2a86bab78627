//! A task may fail, with any error.

use std::error::Error;

async fn count(text: &str) -> Result<u32, Box<dyn Error>> {
    Ok(text.parse()?)
}

#[kettle::main]
async fn main() {
    let task = kettle::spawn(count("two"));
    println!("{:?}", task.await.unwrap());
}
