//! The client gave up. Had the answer come in time?

use std::thread;
use std::time::{Duration, Instant};

use kettle::sync::oneshot;
use kettle::task::spawn_blocking;
use kettle::time::sleep;

/// An old driver: it blocks its thread.
fn look_up(key: &str, reply: oneshot::Sender<usize>) {
    thread::sleep(Duration::from_millis(70));
    let _ = reply.send(key.len()); // an error: the client has given up
}

async fn client() -> Option<usize> {
    let (reply, answer) = oneshot::channel();
    spawn_blocking(|| look_up("customer 17", reply));
    kettle::select! {
        biased;
        () = sleep(Duration::from_millis(100)) => None,
        found = answer => found.ok(),
    }
}

fn blur(millis: u64) -> u64 {
    let begin = Instant::now();
    let mut pixels = 0;
    while begin.elapsed() < Duration::from_millis(millis) {
        pixels += 1;
    }
    pixels
}

async fn render() {
    for picture in [140, 5, 5] {
        sleep(Duration::from_millis(40)).await; // fetches it
        blur(picture);
    }
}

#[kettle::main]
async fn main() {
    let client = kettle::spawn(client());
    let render = kettle::spawn(render());
    match client.await.expect("no panic") {
        Some(found) => println!("found {found}"),
        None => println!("gave up"),
    }
    render.await.expect("no panic");
}
