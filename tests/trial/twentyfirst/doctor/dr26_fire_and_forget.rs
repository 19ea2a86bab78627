// RIGHT. 3000 short tasks without handles, each counts down a permit; main waits until all are over by acquire_many. Also 1200 subscribers made at the start which wait
// for the end word for 3 s (a crowd that waits by purpose) and then end. EXPECT: silence.
use kettle::sync::{Semaphore, watch};
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let (end, over) = watch::channel(false);
    let gone = Arc::new(Semaphore::new(0));
    for _ in 0..1200 {
        let (mut over, gone) = (over.clone(), gone.clone());
        kettle::spawn(async move {
            let _ = over.wait_for(|over| *over).await;
            gone.add_permits(1);
        });
    }
    let done = Arc::new(Semaphore::new(0));
    for i in 0..3000_u64 {
        let done = done.clone();
        kettle::spawn(async move {
            kettle::time::sleep(Duration::from_millis(i % 50)).await;
            done.add_permits(1);
        });
    }
    let _ = done.acquire_many(3000).await.unwrap();
    kettle::time::sleep(Duration::from_secs(3)).await;
    end.send_replace(true);
    let _ = gone.acquire_many(1200).await.unwrap();
    println!("all over");
}
