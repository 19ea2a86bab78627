// A release: three nodes load an image that is announced, and report when they are healthy.
use std::time::{Duration, Instant};

use kettle::sync::{broadcast, watch};
use kettle::time::sleep;

#[derive(Clone, Debug)]
struct Image(u32);

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Announces the image when it is built, and again later for those who came late.
async fn builder(images: broadcast::Sender<Image>) {
    sleep(ms(80)).await;
    println!("announced to {}", images.send(Image(7)).unwrap());
    sleep(ms(770)).await;
    println!("announced to {}", images.send(Image(7)).unwrap());
}

async fn boot(cost: u64) {
    sleep(ms(cost)).await;
}

async fn node(boots: u64, loads: u64, images: broadcast::Sender<Image>, healthy: watch::Sender<u32>) {
    boot(boots).await;
    let mut images = images.subscribe();
    let image = images.recv().await.unwrap();
    sleep(ms(loads)).await;
    assert_eq!(image.0, 7);
    healthy.send_modify(|n| *n += 1);
}

async fn release(mut healthy: watch::Receiver<u32>) -> u32 {
    let seen = healthy.wait_for(|n| *n >= 3).await.unwrap();
    *seen
}

async fn dashboard(mut healthy: watch::Receiver<u32>) {
    while healthy.changed().await.is_ok() {
        println!("{} healthy", *healthy.borrow_and_update());
    }
}

#[kettle::main]
async fn main() {
    let begun = Instant::now();
    let (images, _) = broadcast::channel(4);
    let (healthy, health) = watch::channel(0);
    kettle::spawn(builder(images.clone()));
    let nodes = [(10, 60), (20, 200), (140, 90)];
    for (boots, loads) in nodes {
        kettle::spawn(node(boots, loads, images.clone(), healthy.clone()));
    }
    drop(healthy);
    let board = kettle::spawn(dashboard(health.clone()));
    let released = kettle::spawn(release(health)).await.unwrap();
    println!("{released} nodes, released after {:?}", begun.elapsed());
    board.await.unwrap();
}
