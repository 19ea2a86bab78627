//! Ships need a pilot and a berth. The harbour closes on SIGTERM.
//! doctor: `deadlock`

use std::sync::Arc;
use std::time::Duration;

use kettle::signal::unix::{SignalKind, signal};
use kettle::sync::Mutex;
use kettle::time::sleep;

#[derive(Default)]
struct Harbour {
    pilot: Mutex<u32>,
    berth: Mutex<u32>,
}

async fn arrive(ship: u32, harbour: Arc<Harbour>) {
    let mut pilot = harbour.pilot.lock().await;
    sleep(Duration::from_millis(30)).await; // to the harbour's mouth
    let mut berth = harbour.berth.lock().await;
    *pilot += 1;
    *berth = ship;
    println!("ship {ship} has arrived");
}

async fn leave(ship: u32, harbour: Arc<Harbour>) {
    let mut berth = harbour.berth.lock().await;
    sleep(Duration::from_millis(30)).await; // cast off
    let mut pilot = harbour.pilot.lock().await;
    *berth = 0;
    *pilot += 1;
    println!("ship {ship} has left");
}

#[kettle::main]
async fn main() {
    let mut closing = signal(SignalKind::terminate()).unwrap();
    let harbour = Arc::new(Harbour::default());
    arrive(1, harbour.clone()).await;
    let leaving = kettle::spawn(leave(1, harbour.clone()));
    let arriving = kettle::spawn(arrive(2, harbour.clone()));
    let traffic = async {
        leaving.await.unwrap();
        arriving.await.unwrap();
    };
    kettle::select! {
        () = traffic => println!("a quiet evening"),
        _ = closing.recv() => println!("the harbour closes"),
    }
}
