// WRONG. A task waits for "migrated" by asking an AtomicBool in a loop with yield_now: a core burns for 3 s.
// EXPECT: busy_loop (warning): the serving task (spawned in main) yields on and on. CURE: Notify / watch / oneshot.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

async fn serve(migrated: Arc<AtomicBool>) {
    while !migrated.load(Ordering::Acquire) {
        kettle::task::yield_now().await;
    }
    println!("serving");
}

#[kettle::main]
async fn main() {
    let migrated = Arc::new(AtomicBool::new(false));
    let server = kettle::spawn(serve(migrated.clone()));
    println!("migrating");
    kettle::time::sleep(Duration::from_secs(3)).await;
    migrated.store(true, Ordering::Release);
    server.await.unwrap();
}
