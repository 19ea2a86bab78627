//! A mail gateway has two queues: what is urgent goes first, and newsletters when there is nothing urgent.
//!
//! Wrong: there is always something urgent. The newsletters' channel has no limit, and nothing is ever taken out of it.
//!
//! Expected: `growing_channel`, a hint, at the newsletters' channel. The cure: a limit, so that who sends newsletters waits
//! (the gateway sends none), and a turn for the newsletters now and then.
//!
//! doctor: `growing_channel`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, UnboundedReceiver};
use kettle::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

struct Mail(u32);

async fn gateway(mut urgent: Receiver<Mail>, mut letters: UnboundedReceiver<Mail>) -> (u32, u32) {
    let mut sent = (0, 0);
    loop {
        kettle::select! {
            biased;
            Some(Mail(parts)) = urgent.recv() => sent.0 += parts,
            Some(Mail(parts)) = letters.recv() => sent.1 += parts,
            else => return sent,
        }
        sleep(Duration::from_millis(1)).await; // the server at the other end
    }
}

#[kettle::main]
async fn main() {
    let (send_urgent, urgent) = mpsc::channel(16);
    let (send_letter, letters) = mpsc::unbounded_channel();
    let gateway = kettle::spawn(gateway(urgent, letters));
    let alarms = kettle::spawn(async move {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(4) {
            send_urgent.send(Mail(1)).await.expect("the gateway");
        }
    });
    let mut clock = interval(Duration::from_millis(5));
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !alarms.is_finished() {
        clock.tick().await;
        for _ in 0..60 {
            send_letter.send(Mail(3)).expect("the gateway");
        }
    }
    drop(send_letter);
    println!("{:?}", timeout(Duration::from_millis(100), gateway).await.is_ok());
}
