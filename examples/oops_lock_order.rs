// Misconception 12: async locks don't deadlock.
//
// What happens: Anna takes the pan and then wants the knife. Bert has the knife and wants the pan.
// Each waits for the other, without blocking the thread: all other tasks go on, these two never.
//
// The doctor: `kettle::deadlock`: which task waits where, for which lock, and which task took it
// where.
//
// The fix: take the locks in the same order everywhere; or guard pan and knife by one lock.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};

#[kettle::main]
async fn main() {
    let (pan, knife) = (Arc::new(Mutex::new("pan")), Arc::new(Mutex::new("knife")));
    let anna = kettle::spawn({
        let (pan, knife) = (pan.clone(), knife.clone());
        async move {
            let _pan = pan.lock().await;
            sleep(Duration::from_millis(10)).await;
            let _knife = knife.lock().await;
        }
    });
    let bert = kettle::spawn(async move {
        let _knife = knife.lock().await;
        sleep(Duration::from_millis(10)).await;
        let _pan = pan.lock().await;
    });
    let both = async { kettle::join!(anna, bert) };
    match timeout(Duration::from_millis(500), both).await {
        Ok(_) => println!("Dinner."),
        Err(_) => println!("No dinner today."),
    }
}
