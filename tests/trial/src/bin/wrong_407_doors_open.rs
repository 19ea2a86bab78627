//! A theatre: the guests hang up their coats, and then wait for the doors to open.
//! doctor: `deadlock`

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::sleep;

struct Theatre {
    doors: Notify,
}

async fn guest(name: &'static str, coat: u64, theatre: Arc<Theatre>) {
    sleep(Duration::from_millis(coat)).await;
    println!("{name} waits at the door");
    theatre.doors.notified().await;
    println!("{name} sits down");
}

async fn usher(theatre: Arc<Theatre>) {
    sleep(Duration::from_millis(100)).await;
    println!("the doors are open");
    theatre.doors.notify_waiters();
}

#[kettle::main]
async fn main() {
    let theatre = Arc::new(Theatre { doors: Notify::new() });
    let guests = vec![
        kettle::spawn(guest("Ada", 20, theatre.clone())),
        kettle::spawn(guest("Ben", 60, theatre.clone())),
        kettle::spawn(guest("Cleo", 160, theatre.clone())),
    ];
    kettle::spawn(usher(theatre));
    for guest in guests {
        guest.await.unwrap();
    }
    println!("the play begins");
}
