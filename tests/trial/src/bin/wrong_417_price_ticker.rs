//! A screen shows prices from an exchange, which goes home before the screen is switched off.
//! doctor: `busy_loop`

use std::time::Duration;

use kettle::sync::broadcast;
use kettle::time::{Instant, sleep, sleep_until};

#[derive(Clone, Debug)]
struct Quote {
    share: &'static str,
    cents: u32,
}

async fn exchange(quotes: broadcast::Sender<Quote>) {
    for n in 0..10 {
        let share = ["TEA", "MUG"][n % 2];
        let _ = quotes.send(Quote { share, cents: 100 + n as u32 });
        sleep(Duration::from_millis(50)).await;
    }
}

async fn screen(mut quotes: broadcast::Receiver<Quote>) -> u32 {
    let mut shown = 0;
    let off = sleep_until(Instant::now() + Duration::from_secs(4));
    kettle::pin!(off);
    loop {
        kettle::select! {
            quote = quotes.recv() => {
                if let Ok(Quote { share, cents }) = quote {
                    println!("{share} {cents}");
                    shown += 1;
                }
            }
            () = &mut off => break,
        }
    }
    shown
}

#[kettle::main]
async fn main() {
    let (quotes, watched) = broadcast::channel(16);
    let screen = kettle::spawn(screen(watched));
    kettle::spawn(exchange(quotes));
    println!("{} quotes were shown", screen.await.unwrap());
}
