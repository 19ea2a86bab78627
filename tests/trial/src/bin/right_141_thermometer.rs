//! A driver that is no `async` code measures on a thread of its own, and puts the newest value into a watch.
//!
//! Right: `main` has nothing but this watch to wait for, no timer and no socket, for more than a second at a time. Each borrow
//! ends in the line in which it begins.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::watch;

#[derive(Clone, Debug, Default)]
struct Weather {
    degrees: i32,
    history: Vec<i32>,
}

fn measure(weather: &watch::Sender<Weather>) {
    for pause in [20, 1400, 20, 300, 20] {
        thread::sleep(Duration::from_millis(pause)); // the sensor takes its time
        let last = weather.borrow().degrees;
        weather.send_modify(|weather| {
            weather.history.push(last);
            weather.degrees = last + 3;
        });
    }
}

#[kettle::main]
async fn main() {
    let (weather, mut now) = watch::channel(Weather::default());
    let driver = thread::spawn(move || measure(&weather));
    let mut display = now.clone();
    let shown = kettle::spawn(async move {
        let mut shown = 0;
        while display.changed().await.is_ok() {
            println!("{} degrees", display.borrow_and_update().degrees);
            shown += 1;
        }
        shown
    });
    let hot = now.wait_for(|weather| weather.degrees >= 15).await.unwrap().clone();
    driver.join().unwrap();
    assert_eq!(hot.history, [0, 3, 6, 9, 12]);
    assert!(shown.await.unwrap() >= 1);
}
