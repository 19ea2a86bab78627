//! Counts down to the start of a rocket, with a future written by hand.
//! doctor: `lost_wakeup`

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::time::{Interval, interval};

struct Countdown {
    beat: Interval,
    left: u32,
}

impl Countdown {
    fn from(left: u32) -> Countdown {
        Countdown { beat: interval(Duration::from_millis(200)), left }
    }
}

impl Future for Countdown {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'static str> {
        if self.beat.poll_tick(cx).is_ready() {
            println!("{} ...", self.left);
            self.left -= 1;
            if self.left == 0 {
                return Poll::Ready("Lift-off!");
            }
        }
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let rocket = kettle::spawn(Countdown::from(5));
    println!("All systems are go.");
    println!("{}", rocket.await.expect("the countdown doesn't panic"));
}
