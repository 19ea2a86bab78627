//! Two parts of a simulation compute a step each, and meet after each step to exchange their edges.
//!
//! Wrong: they meet at a `Barrier` of std's, inside of tasks: the first blocks the only thread, and the other never comes.
//!
//! Expected: `blocking_poll` of task 1, whose poll never ends: it waits at a lock or condition of std's. Task 2 was ready. The cure: kettle's `sync::Barrier` and `.await`, or a thread (`spawn_blocking`) for each part.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::sync::{Arc, Barrier, Mutex};

use kettle::task::yield_now;

struct World {
    edges: Mutex<[u32; 2]>,
    step: Barrier,
}

async fn part(world: Arc<World>, number: usize) -> u32 {
    let mut state = u32::try_from(number).unwrap();
    for _ in 0..5 {
        state = state * 3 + 1;
        yield_now().await; // leaves room for the others
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
    let left = kettle::spawn(part(Arc::clone(&world), 0));
    let right = kettle::spawn(part(Arc::clone(&world), 1));
    println!("{} and {}", left.await.unwrap(), right.await.unwrap());
}
