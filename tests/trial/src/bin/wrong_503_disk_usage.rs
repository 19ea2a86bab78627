//! Counts the bytes under a folder. No more than three folders may be read at once.
//! doctor: `deadlock`

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

#[derive(Clone)]
struct Folder {
    files: u64,
    folders: Vec<Folder>,
}

fn grow(depth: u64) -> Folder {
    let folders = if depth == 0 { vec![] } else { vec![grow(depth - 1), grow(depth - 1)] };
    Folder { files: 100 * depth + 7, folders }
}

async fn list(folder: &Folder) -> u64 {
    sleep(Duration::from_millis(3)).await;
    folder.files
}

fn usage(folder: Folder, readers: Arc<Semaphore>) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        let _reader = readers.acquire().await.expect("never closed");
        let mut bytes = list(&folder).await;
        let mut below = Vec::new();
        for child in folder.folders {
            below.push(kettle::spawn(usage(child, readers.clone())));
        }
        for child in below {
            bytes += child.await.expect("no panic");
        }
        bytes
    })
}

#[kettle::main]
async fn main() {
    let readers = Arc::new(Semaphore::new(3));
    for depth in 1..=4 {
        let bytes = usage(grow(depth), readers.clone()).await;
        println!("depth {depth}: {bytes} bytes");
    }
}
