// A metronome: ten beats, 20 ms apart.

use std::time::Duration;

use kettle::time::sleep;

#[kettle::main]
async fn main() {
    for beat in 1..=10 {
        sleep(Duration::from_millis(20)).await;
        println!("Beat {beat}");
    }
}
