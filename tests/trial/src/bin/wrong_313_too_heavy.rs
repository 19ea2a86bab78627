//! Films are transcoded side by side, as many as fit into the memory: a permit of the semaphore stands for 16 MB.
//!
//! Wrong: one film needs more than there is in all. It waits for ever, and those behind it in the line, too.
//!
//! Expected: `deadlock`: a task waits for 9 permits of a semaphore that has only 6, all of which are free. The cure: ask for no more than
//! there are (`min`), or refuse such a film, or make the semaphore larger.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

const MEMORY: usize = 96 << 20;
const UNIT: usize = 16 << 20;

struct Film {
    name: &'static str,
    needs: usize,
}

async fn transcode(film: Film, memory: Arc<Semaphore>) -> &'static str {
    let units = film.needs.div_ceil(UNIT) as u32;
    let _memory = memory.acquire_many(units).await.unwrap();
    sleep(Duration::from_millis(60)).await;
    film.name
}

#[kettle::main]
async fn main() {
    let films = [
        Film { name: "trailer", needs: 20 << 20 },
        Film { name: "short film", needs: 40 << 20 },
        Film { name: "epic in 4K", needs: 140 << 20 },
        Film { name: "cartoon", needs: 30 << 20 },
    ];
    let memory = Arc::new(Semaphore::new(MEMORY / UNIT));
    let mut work = JoinSet::new();
    for film in films {
        work.spawn(transcode(film, Arc::clone(&memory)));
    }
    while let Some(done) = work.join_next().await {
        println!("{} is done", done.unwrap());
    }
}
