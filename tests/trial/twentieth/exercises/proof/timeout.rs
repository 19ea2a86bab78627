// Does a limit of `Duration::MAX` pass? On the paused clock: sixty days take no time.
#[path = "../timeout/right-1.rs"]
mod right;
#[path = "../timeout/wrong-3.rs"]
mod wrong;
use std::time::Duration;

fn main() {
    let runtime = kettle::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
    runtime.block_on(async {
        let start = kettle::time::Instant::now();
        println!("right: {:?} after {} days", right::timeout(Duration::MAX, kettle::time::sleep(days(60))).await, start.elapsed().as_secs() / 86400);
        let start = kettle::time::Instant::now();
        println!("wrong: {:?} after {} days", wrong::timeout(Duration::MAX, kettle::time::sleep(days(60))).await, start.elapsed().as_secs() / 86400);
    });
}
