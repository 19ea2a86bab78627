//! Jobs of a render farm weigh as many gigabytes as they need; a semaphore with sixteen permits is the memory.
//!
//! Wrong: one job weighs twenty. No number of returned permits is enough for it, and the small ones after it wait in the
//! queue of a fair semaphore.
//!
//! Expected: `deadlock` of `main` and the jobs. The cure: ask for no more permits than there are (`min`), or refuse
//! such a job.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

const GIGABYTES: usize = 16;

struct Scene {
    name: &'static str,
    gigabytes: u32,
}

const SCENES: &[Scene] = &[
    Scene { name: "kitchen", gigabytes: 6 },
    Scene { name: "garden", gigabytes: 9 },
    Scene { name: "city", gigabytes: 20 },
    Scene { name: "teapot", gigabytes: 1 },
    Scene { name: "cup", gigabytes: 1 },
];

async fn render(scene: &'static Scene, memory: Arc<Semaphore>) -> &'static str {
    let _reserved = memory.acquire_many(scene.gigabytes).await.expect("it is never closed");
    sleep(Duration::from_millis(10 * u64::from(scene.gigabytes))).await;
    scene.name
}

#[kettle::main]
async fn main() {
    let memory = Arc::new(Semaphore::new(GIGABYTES));
    let mut farm = JoinSet::new();
    for scene in SCENES {
        farm.spawn(render(scene, memory.clone()));
    }
    while let Some(name) = farm.join_next().await {
        println!("{} is done", name.unwrap());
    }
}
