//! A post office looks up codes in a table that takes long to load. The first who asks starts a blocking job; all wait for it at a `OnceCell`.
//!
//! Right: only the job touches the table while it isn't loaded. One who asks gives up; the initialisation is then begun anew by the next, and
//! the second job finds a loaded table.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use kettle::sync::OnceCell;
use kettle::task::spawn_blocking;
use kettle::time::{interval, timeout};

type Table = HashMap<u32, &'static str>;

static CODES: LazyLock<Table> = LazyLock::new(|| {
    std::thread::sleep(Duration::from_millis(900)); // reads it from a slow disk
    HashMap::from([(1010, "Wien"), (4020, "Linz"), (8010, "Graz")])
});

async fn clock_on_the_wall() {
    let mut tick = interval(Duration::from_millis(50));
    loop {
        tick.tick().await;
    }
}

async fn request(loaded: Arc<OnceCell<&'static Table>>, code: u32) -> Option<&'static str> {
    let table = loaded.get_or_init(|| async { spawn_blocking(|| &*CODES).await.unwrap() });
    table.await.get(&code).copied()
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(clock_on_the_wall());
    let loaded = Arc::new(OnceCell::new());
    let impatient = timeout(Duration::from_millis(100), request(Arc::clone(&loaded), 1010)).await;
    println!("the impatient one: {impatient:?}");
    let requests = [1010, 4020, 9999].map(|code| kettle::spawn(request(Arc::clone(&loaded), code)));
    for request in requests {
        println!("{:?}", request.await.unwrap());
    }
    clock.abort();
}
