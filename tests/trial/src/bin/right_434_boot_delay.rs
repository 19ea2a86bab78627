//! A device boots: first a plain wait for the hardware, in `main`, when nothing else runs yet; then its tasks.
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::Barrier;
use kettle::time::sleep;
use std::sync::Arc;

#[derive(Debug)]
struct Hardware {
    fans: u32,
}

fn power_on() -> Hardware {
    thread::sleep(Duration::from_millis(1500));
    Hardware { fans: 3 }
}

async fn fan(number: u32, same_time: Arc<Barrier>) -> u32 {
    let mut rounds = 0;
    for speed in [1, 4, 2] {
        sleep(Duration::from_millis(60 * u64::from(number))).await;
        if same_time.wait().await.is_leader() {
            println!("all fans: speed {speed}");
        }
        rounds += speed;
    }
    rounds
}

#[kettle::main]
async fn main() {
    let hardware = power_on();
    println!("{hardware:?} is on");
    let same_time = Arc::new(Barrier::new(hardware.fans as usize));
    let fans: Vec<_> =
        (1..=hardware.fans).map(|number| kettle::spawn(fan(number, same_time.clone()))).collect();
    for fan in fans {
        println!("{} rounds", fan.await.unwrap());
    }
    thread::sleep(Duration::from_millis(400)); // it cools down
    println!("off");
}
