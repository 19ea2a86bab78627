//! A porter and a maid have one bell, a `Notify`. Each call goes to one of them; if it is the wrong one, that one rings on for the other.
//!
//! Wrong: the maid has gone home. The porter hears his own ring, finds that there is nothing for him to do, rings again, and so on.
//!
//! Expected: `busy_loop` of task 1, at its `notified`, or `never_yields`. The cure: a bell for each; or don't ring what you wait for yourself.
//!
//! doctor: `busy_loop` | `never_yields`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, Notify};
use kettle::time::sleep;

#[derive(Default)]
struct Hall {
    bell: Notify,
    luggage: Mutex<u32>,
    rooms: Mutex<u32>,
}

async fn porter(hall: Arc<Hall>) {
    loop {
        hall.bell.notified().await;
        let mut luggage = hall.luggage.lock().await;
        if *luggage == 0 {
            hall.bell.notify_one(); // so it is for the maid
        } else {
            *luggage -= 1;
        }
    }
}

#[kettle::main]
async fn main() {
    let hall = Arc::new(Hall::default());
    kettle::spawn(porter(Arc::clone(&hall)));
    *hall.luggage.lock().await += 1;
    hall.bell.notify_one();
    sleep(Duration::from_millis(100)).await;
    *hall.rooms.lock().await += 1;
    hall.bell.notify_one();
    sleep(Duration::from_secs(4)).await;
    println!("{} rooms to be made", hall.rooms.lock().await);
}
