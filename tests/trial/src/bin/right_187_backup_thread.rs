//! A backup without `async` runs on a thread. It takes the lock of the books by the runtime's handle, and has it while it copies.
//!
//! Right: tasks wait for the lock for a second and a half, and the one who has it is no task at all. It sleeps with it, on its thread.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::sync::Mutex;
use kettle::time::sleep;

async fn enter(books: Arc<Mutex<Vec<u32>>>, sum: u32) -> usize {
    let mut books = books.lock().await;
    books.push(sum);
    books.len()
}

#[kettle::main]
async fn main() {
    let books = Arc::new(Mutex::new(vec![10, 20]));
    let (handle, copied) = (Handle::current(), Arc::clone(&books));
    let backup = thread::spawn(move || {
        let mut copies = Vec::new();
        for _ in 0..2 {
            let books = handle.block_on(copied.lock());
            thread::sleep(Duration::from_millis(1500));
            copies.push(books.clone());
        }
        copies
    });
    sleep(Duration::from_millis(100)).await;
    let entries: Vec<_> =
        [30, 40, 50].map(|sum| kettle::spawn(enter(Arc::clone(&books), sum))).into();
    for entry in entries {
        println!("{} entries", entry.await.unwrap());
    }
    println!("{:?}", kettle::task::spawn_blocking(|| backup.join().unwrap()).await.unwrap());
}
