// Five pounds are carried from the drawer to the safe, under a lock. What if the carrier's future
// is dropped on the way?

use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};

struct Till {
    drawer: i32,
    safe: i32,
}

async fn open_the_safe() {
    sleep(Duration::from_secs(3)).await;
}

async fn carry(till: &Mutex<Till>) {
    let mut till = till.lock().await;
    till.drawer -= 5;
    open_the_safe().await;
    till.safe += 5;
}

async fn open_and_carry(till: &Mutex<Till>) {
    let mut till = till.lock().await;
    open_the_safe().await;
    till.drawer -= 5;
    till.safe += 5;
}

async fn in_a_hurry(name: &str, how: impl AsyncFn(&Mutex<Till>)) {
    let till = Mutex::new(Till { drawer: 20, safe: 0 });
    let in_time = timeout(Duration::from_secs(1), how(&till)).await.is_ok();
    let till = till.lock().await;
    println!("{name} in time: {in_time}, drawer {}, safe {}", till.drawer, till.safe);
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        in_a_hurry("carry:          ", carry).await;
        in_a_hurry("open_and_carry: ", open_and_carry).await;
    });
}
