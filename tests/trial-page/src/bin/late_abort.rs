//! A photo album makes three previews; the user closes it.

use std::thread;
use std::time::Duration;

use kettle::task::{JoinHandle, spawn_blocking};
use kettle::time::sleep;

async fn preview(photo: u64) -> u64 {
    let small = spawn_blocking(move || {
        thread::sleep(Duration::from_millis(120 + 90 * photo));
        photo * 2
    });
    small.await.expect("no panic")
}

fn read(photo: u64) -> JoinHandle<u64> {
    spawn_blocking(move || {
        thread::sleep(Duration::from_millis(150 * photo));
        photo
    })
}

#[kettle::main]
async fn main() {
    let previews: Vec<_> = (0..2).map(|photo| kettle::spawn(preview(photo))).collect();
    let reading = read(2);
    sleep(Duration::from_millis(60)).await;
    for preview in &previews {
        preview.abort();
    }
    reading.abort();
    for preview in previews {
        println!("{}", preview.await.unwrap_err().is_cancelled());
    }
    println!("{:?}", reading.await.map_err(|error| error.is_cancelled()));
}
