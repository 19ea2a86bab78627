//! A mail gateway has two queues: what is urgent goes first, and newsletters when there is nothing urgent.
//!
//! Right: a newsletter for seven thousand readers comes into a channel without a limit in half a second, and has to wait for
//! a while. Then there is nothing urgent any more, and the channel empties.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, UnboundedReceiver};
use kettle::time::{Instant, interval, sleep};

struct Mail(u32);

async fn gateway(mut urgent: Receiver<Mail>, mut letters: UnboundedReceiver<Mail>) -> (u32, u32) {
    let mut sent = (0, 0);
    loop {
        kettle::select! {
            biased;
            Some(Mail(parts)) = urgent.recv() => {
                sent.0 += parts;
                sleep(Duration::from_millis(1)).await;
            }
            Some(Mail(parts)) = letters.recv() => {
                sent.1 += parts;
                if sent.1.is_multiple_of(8) {
                    sleep(Duration::from_millis(1)).await;
                }
            }
            else => return sent,
        }
    }
}

#[kettle::main]
async fn main() {
    let (send_urgent, urgent) = mpsc::channel(16);
    let (send_letter, letters) = mpsc::unbounded_channel();
    let gateway = kettle::spawn(gateway(urgent, letters));
    kettle::spawn(async move {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(1800) {
            send_urgent.send(Mail(1)).await.expect("the gateway");
        }
    });
    let mut clock = interval(Duration::from_millis(10));
    for _ in 0..50 {
        clock.tick().await;
        for _ in 0..140 {
            send_letter.send(Mail(1)).expect("the gateway");
        }
    }
    drop(send_letter);
    let (urgent, letters) = gateway.await.unwrap();
    println!("{urgent} urgent ones, {letters} letters");
}
