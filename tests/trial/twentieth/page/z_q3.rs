// A photo service with two threads for work that blocks. Exports use one upload line.
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::runtime::{Builder, Handle};
use kettle::sync::Semaphore;
use kettle::task::spawn_blocking;
use kettle::time::sleep;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Packs an album, and uploads it from the thread that packed it.
fn pack_and_upload(album: &str, line: &Semaphore, runtime: &Handle) -> usize {
    std::thread::sleep(ms(20));
    runtime.block_on(async {
        let _mine = line.acquire().await.unwrap();
        sleep(ms(300)).await;
    });
    album.len()
}

async fn export(album: &'static str, line: Arc<Semaphore>) -> usize {
    let runtime = Handle::current();
    let job = spawn_blocking(move || pack_and_upload(album, &line, &runtime));
    job.await.unwrap()
}

async fn thumbnail() -> Duration {
    let asked = Instant::now();
    let job = spawn_blocking(|| std::thread::sleep(ms(5)));
    job.await.unwrap();
    asked.elapsed()
}

async fn service() {
    let line = Arc::new(Semaphore::new(1));
    let mut exports = Vec::new();
    for album in ["summer", "autumn", "winter"] {
        exports.push(kettle::spawn(export(album, Arc::clone(&line))));
        sleep(ms(10)).await;
    }
    sleep(ms(50)).await;
    let thumbnail = kettle::spawn(thumbnail());
    println!("thumbnail took {:?}", thumbnail.await.unwrap());
    for one in exports {
        println!("exported {} bytes", one.await.unwrap());
    }
}

fn main() {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(2)
        .build()
        .unwrap();
    runtime.block_on(service());
}
