//! Pictures are to be scaled by three workers, who take them from a list behind a lock. A gardener prunes the list each second.
//!
//! Right: the guard is dropped before a picture is scaled. The gardener has the lock for half a second, but nobody waits for it: the
//! workers only try, and look again later.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

type List = Arc<Mutex<Vec<u64>>>;

async fn work(list: List) -> (u64, u32) {
    let (mut scaled, mut tried) = (0, 0);
    loop {
        let picture = match list.try_lock() {
            Ok(mut list) => list.pop(),
            Err(_) => {
                tried += 1;
                sleep(Duration::from_millis(30)).await;
                continue;
            }
        };
        let Some(picture) = picture else { return (scaled, tried) };
        sleep(Duration::from_millis(picture)).await; // another machine does it
        scaled += picture / 2;
    }
}

async fn prune(list: List) {
    loop {
        let mut list = list.lock().await;
        list.retain(|size| size % 7 != 0);
        sleep(Duration::from_millis(500)).await;
        drop(list);
        sleep(Duration::from_millis(500)).await;
    }
}

#[kettle::main]
async fn main() {
    let list = Arc::new(Mutex::new((120..150).collect()));
    let gardener = kettle::spawn(prune(Arc::clone(&list)));
    let workers: Vec<_> = (0..3).map(|_| kettle::spawn(work(Arc::clone(&list)))).collect();
    for worker in workers {
        println!("{:?}", worker.await.unwrap());
    }
    gardener.abort();
}
