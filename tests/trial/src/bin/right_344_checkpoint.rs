//! Two parts of a simulation compute a step each, and meet after each step to exchange their edges.
//!
//! Right: they meet at a `Barrier` of std's, but each has a thread of the blocking pool. A task meanwhile counts the time.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::interval;

struct World {
    edges: Mutex<[u32; 2]>,
    step: Barrier,
}

fn part(world: &World, number: usize) -> u32 {
    let mut state = u32::try_from(number).unwrap();
    for _ in 0..5 {
        state = state * 3 + 1;
        // Reads the wind, at one place more slowly.
        thread::sleep(Duration::from_millis(300 * number as u64));
        world.edges.lock().unwrap()[number] = state;
        world.step.wait();
        state += world.edges.lock().unwrap()[1 - number];
        world.step.wait();
    }
    state
}

#[kettle::main]
async fn main() {
    let world = Arc::new(World {
        edges: Mutex::default(),
        step: Barrier::new(2),
    });
    let clock = kettle::spawn(async {
        let mut ticks = interval(Duration::from_millis(50));
        loop {
            ticks.tick().await;
        }
    });
    let parts = [0, 1].map(|number| {
        let world = Arc::clone(&world);
        spawn_blocking(move || part(&world, number))
    });
    for part in parts {
        println!("{}", part.await.unwrap());
    }
    clock.abort();
}
