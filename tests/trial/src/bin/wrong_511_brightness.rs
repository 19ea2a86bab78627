//! A lamp follows a setting which a panel changes, and reports its use three times a second.
//! doctor: `busy_loop`

use std::time::Duration;

use kettle::select;
use kettle::sync::watch;
use kettle::time::{interval, sleep};

async fn panel(setting: watch::Sender<u8>) {
    for percent in [20, 60, 100] {
        sleep(Duration::from_millis(150)).await;
        if setting.send(percent).is_err() {
            return;
        }
    }
    println!("The panel is switched off.");
}

async fn lamp(mut setting: watch::Receiver<u8>) -> u32 {
    let mut report = interval(Duration::from_millis(330));
    let mut brightness = 0;
    let mut used = 0;
    for _ in 0..10 {
        loop {
            select! {
                _ = setting.changed() => {
                    brightness = *setting.borrow();
                }
                _ = report.tick() => {
                    used += u32::from(brightness);
                    println!("{brightness} %, {used} in all");
                    break;
                }
            }
        }
    }
    used
}

#[kettle::main]
async fn main() {
    let (setting, settings) = watch::channel(0);
    let lamp = kettle::spawn(lamp(settings));
    panel(setting).await;
    println!("The lamp used {}.", lamp.await.expect("no panic"));
}
