//! Films are transcoded side by side, as many as fit into the memory. One takes all that there is.
//!
//! Right: what a film needs is capped. The large one waits, first in the line, until all have ended that run; those behind it wait on.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

const UNITS: usize = 6;

struct Film {
    name: &'static str,
    units: usize,
    takes: u64,
}

async fn transcode(film: Film, memory: Arc<Semaphore>) -> &'static str {
    let units = film.units.min(UNITS) as u32;
    let mut memory = memory.acquire_many_owned(units).await.unwrap();
    sleep(Duration::from_millis(film.takes)).await;
    drop(memory.split(memory.num_permits() / 2)); // the second half needs less
    sleep(Duration::from_millis(film.takes / 4)).await;
    film.name
}

#[kettle::main]
async fn main() {
    let films = [
        Film { name: "trailer", units: 2, takes: 100 },
        Film { name: "short film", units: 3, takes: 1200 },
        Film { name: "epic in 4K", units: 9, takes: 400 },
        Film { name: "cartoon", units: 2, takes: 50 },
    ];
    let memory = Arc::new(Semaphore::new(UNITS));
    let mut work = JoinSet::new();
    for film in films {
        work.spawn(transcode(film, Arc::clone(&memory)));
    }
    while let Some(done) = work.join_next().await {
        println!("{} is done", done.unwrap());
    }
    assert_eq!(memory.available_permits(), UNITS);
}
