//! A display asks its `watch` for news, and yields when there are none, on and on.
//!
//! doctor: `busy_loop`
//! cure: `changed().await`
//! ends: killed

use std::time::Duration;

use kettle::sync::watch;
use kettle::task::yield_now;
use kettle::time::sleep;

struct Display {
    temperature: watch::Receiver<i32>,
    shown: u32,
}

impl Display {
    async fn run(mut self) {
        while let Ok(news) = self.temperature.has_changed() {
            if news {
                self.show();
            }
            yield_now().await;
        }
        println!("{} values were shown", self.shown);
    }

    fn show(&mut self) {
        self.shown += 1;
        println!("{} degrees", *self.temperature.borrow_and_update());
    }
}

#[kettle::main]
async fn main() {
    let (measured, temperature) = watch::channel(20);
    let display = kettle::spawn(Display { temperature, shown: 0 }.run());
    for value in 21..25 {
        sleep(Duration::from_secs(5)).await;
        measured.send(value).unwrap();
    }
    drop(measured);
    display.await.unwrap();
}
