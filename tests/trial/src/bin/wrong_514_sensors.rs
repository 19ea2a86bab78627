//! A weather station: sensors are read in the background, the display is drawn by an ordinary loop.
//! doctor: `idle_runtime`

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::time::interval;

async fn read_sensor(degrees: Arc<AtomicI32>) {
    let mut often = interval(Duration::from_millis(100));
    let mut round = 0;
    loop {
        often.tick().await;
        round += 1;
        degrees.store(18 + round % 5, Ordering::Relaxed);
    }
}

fn draw(degrees: &AtomicI32) {
    println!("[ {:>3} °C ]", degrees.load(Ordering::Relaxed));
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let degrees = Arc::new(AtomicI32::new(-273));
    runtime.spawn(read_sensor(degrees.clone()));

    for _ in 0..8 {
        std::thread::sleep(Duration::from_millis(400));
        draw(&degrees);
    }
    println!("Good night.");
}
