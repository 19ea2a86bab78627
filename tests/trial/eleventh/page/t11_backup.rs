// A backup that may take a tenth of a second, and is given up after that.
use std::time::{Duration, Instant};

use kettle::task::spawn_blocking;
use kettle::time::{sleep, timeout};

fn count_files() -> usize {
    std::thread::sleep(Duration::from_millis(30));
    1200
}

fn compress(files: usize) -> usize {
    std::thread::sleep(Duration::from_millis(600)); // a library that knows nothing of async
    files * 300
}

async fn backup() -> usize {
    let files = spawn_blocking(count_files).await.unwrap();
    spawn_blocking(move || compress(files)).await.unwrap()
}

async fn progress() {
    loop {
        sleep(Duration::from_millis(25)).await;
        print!(".");
    }
}

#[kettle::main]
async fn main() {
    let began = Instant::now();
    kettle::spawn(progress());
    match timeout(Duration::from_millis(100), kettle::spawn(backup())).await {
        Ok(bytes) => println!("{} bytes", bytes.unwrap()),
        Err(_) => println!("given up after {:?}", began.elapsed()),
    }
}
