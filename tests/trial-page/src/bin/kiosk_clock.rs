//! A kiosk: a clock ticks, and four painters draw the panels of the next picture, all at one time.
use kettle::sync::Barrier;
use kettle::task::{LocalSet, spawn_local};
use kettle::time::{Instant, interval, sleep};
use std::rc::Rc;
use std::time::Duration;

/// Draws a panel, on the processor.
fn paint(panel: u64) -> u64 {
    let until = std::time::Instant::now() + Duration::from_millis(60);
    let mut colour = panel;
    while std::time::Instant::now() < until {
        for _ in 0..1000 {
            colour = colour.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        }
    }
    colour
}

async fn painter(panel: u64, picture: Rc<Barrier>) -> u64 {
    let text = kettle::fs::read_to_string("/proc/self/stat").await.unwrap();
    if panel == 3 {
        advert().await; // this panel has an advert, which is fetched
    }
    picture.wait().await;
    paint(panel + text.len() as u64)
}

async fn advert() {
    sleep(Duration::from_millis(415)).await;
}

async fn clock(start: Instant) {
    let mut second = interval(Duration::from_millis(50));
    for n in 0..20u64 {
        second.tick().await;
        let late = start.elapsed().as_millis() as i64 - n as i64 * 50;
        if late > 20 {
            println!("tick {n} is {late} ms late");
        }
    }
}

async fn kiosk() {
    let picture = Rc::new(Barrier::new(4));
    let clock = spawn_local(clock(Instant::now()));
    let painters: Vec<_> =
        (1..=4).map(|panel| spawn_local(painter(panel, picture.clone()))).collect();
    for painter in painters {
        painter.await.unwrap();
    }
    clock.await.unwrap();
}

#[kettle::main]
async fn main() {
    LocalSet::new().run_until(kiosk()).await;
}
