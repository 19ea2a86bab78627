//! A printing press, one job at a time, and each takes 150. The second one came at 20, the third at 80.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

struct Press {
    ink: u32,
}

async fn print(press: Arc<Mutex<Press>>, comes: u64, thickness: u32) -> u32 {
    sleep(Duration::from_millis(comes)).await;
    let mut press = press.lock().await;
    for sheet in 0..5 {
        sleep(Duration::from_millis(30)).await;
        press.ink = press.ink.checked_sub(thickness + sheet).expect("ink");
    }
    press.ink
}

#[kettle::main]
async fn main() {
    let press = Arc::new(Mutex::new(Press { ink: 70 }));
    let jobs = [(0, 7), (20, 14), (80, 0)]
        .map(|(comes, thickness)| kettle::spawn(print(Arc::clone(&press), comes, thickness)));
    for job in jobs {
        match job.await {
            Ok(left) => println!("{left} of ink left"),
            Err(error) => println!("{error}"),
        }
    }
}
