//! A game server loads its maps in the background; players are let in when that is done.
//! doctor: `never_yields`

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use kettle::time::sleep;

#[derive(Default)]
struct Maps {
    loaded: AtomicUsize,
    complete: AtomicBool,
}

async fn load(maps: Arc<Maps>) {
    for name in ["castle", "harbour", "forest"] {
        sleep(Duration::from_millis(40)).await;
        maps.loaded.fetch_add(1, Ordering::Relaxed);
        println!("{name} is loaded");
    }
    maps.complete.store(true, Ordering::Release);
}

fn wait_for(maps: &Maps) {
    while !maps.complete.load(Ordering::Acquire) {
        std::hint::spin_loop();
    }
}

#[kettle::main]
async fn main() {
    let maps = Arc::new(Maps::default());
    kettle::spawn(load(maps.clone()));
    println!("The server starts.");
    sleep(Duration::from_millis(60)).await;

    wait_for(&maps);
    println!("Players may enter: {} maps.", maps.loaded.load(Ordering::Relaxed));
}
