//! A traveller asks for a route, and cancels what takes too long. Some things would never end, by design.
//! doctor: silence

use std::future::pending;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::JoinHandle;
use kettle::time::sleep;

static DESK: Mutex<u32> = Mutex::const_new(0);

async fn route(kind: &'static str) -> &'static str {
    match kind {
        "on foot" => pending().await,
        "by train" => {
            let mut desk = DESK.lock().await;
            *desk += 1;
            sleep(Duration::from_secs(60)).await; // the strike
            "at noon"
        }
        _ => {
            sleep(Duration::from_millis(150)).await;
            "now"
        }
    }
}

fn keep_alive() -> JoinHandle<()> {
    kettle::spawn(pending())
}

#[kettle::main]
async fn main() {
    let alive = keep_alive();
    let never_begun = kettle::spawn(route("by bus"));
    never_begun.abort();
    println!("by bus: {}", never_begun.await.unwrap_err());

    let routes = ["on foot", "by train", "by bike"].map(|kind| (kind, kettle::spawn(route(kind))));
    sleep(Duration::from_millis(700)).await;
    for (kind, route) in routes {
        route.abort();
        match route.await {
            Ok(when) => println!("{kind}: {when}"),
            Err(error) if error.is_cancelled() => println!("{kind}: never mind"),
            Err(error) => println!("{kind}: {error}"),
        }
    }
    println!("{} at the desk", DESK.lock().await);
    alive.abort();
    assert!(alive.await.unwrap_err().is_cancelled());
}
