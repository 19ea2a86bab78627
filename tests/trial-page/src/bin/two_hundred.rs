//! Where is task 37 of 200 parked, 50 ms after the start, and who has what it waits for?

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Barrier, Mutex, Notify, RwLock, Semaphore};
use kettle::time::sleep;

#[derive(Clone)]
struct Hall {
    seats: Arc<Semaphore>,
    menu: Arc<RwLock<u32>>,
    till: Arc<Mutex<u32>>,
    door: Arc<Notify>,
    bus: Arc<Barrier>,
}

async fn guest(number: u32, hall: Hall) {
    match number % 5 {
        0 => sleep(Duration::from_millis(100)).await,
        1 => {
            let _seat = hall.seats.acquire_many(2).await.expect("open");
            sleep(Duration::from_millis(80)).await;
        }
        2 if number % 35 == 2 => {
            let mut menu = hall.menu.write().await;
            *menu += 1;
            sleep(Duration::from_millis(70)).await;
        }
        2 => {
            let menu = hall.menu.read().await;
            assert!(*menu <= 200);
            sleep(Duration::from_millis(60)).await;
        }
        3 => *hall.till.lock().await += 1,
        _ => {
            hall.bus.wait().await;
        }
    }
}

#[kettle::main]
async fn main() {
    let hall = Hall {
        seats: Arc::new(Semaphore::new(60)),
        menu: Arc::default(),
        till: Arc::default(),
        door: Arc::default(),
        bus: Arc::new(Barrier::new(40)),
    };
    let guests: Vec<_> =
        (1..=200).map(|number| kettle::spawn(guest(number, hall.clone()))).collect();
    hall.door.notify_one();
    hall.door.notified().await;
    for guest in guests {
        guest.await.expect("a guest");
    }
}
