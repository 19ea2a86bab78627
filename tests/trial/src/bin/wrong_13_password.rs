//! A login service: it hashes each password many times, as one should, and pings go on beside it.
//!
//! The mistake: the hashing is done in the task itself, half a second and more without an `.await`.
//!
//! Expected: a poll that computes for hundreds of milliseconds while others are ready. Cure:
//! `spawn_blocking` for the hashing (or yield now and then).
//!
//! doctor: `never_yields`
//! ends: by itself

use std::time::{Duration, Instant};

use kettle::sync::{mpsc, oneshot};
use kettle::time::interval;

type Login = (String, oneshot::Sender<u64>);

fn hash(password: &str, rounds: u64) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for round in 0..rounds {
        for byte in password.bytes() {
            state = (state ^ u64::from(byte) ^ round).wrapping_mul(0x0100_0000_01b3);
        }
    }
    state
}

async fn logins(mut inbox: mpsc::Receiver<Login>) {
    while let Some((password, reply)) = inbox.recv().await {
        let _gone = reply.send(hash(&password, 20_000_000));
    }
}

#[kettle::main]
async fn main() {
    let (to_logins, inbox) = mpsc::channel::<Login>(4);
    kettle::spawn(logins(inbox));
    let pings = kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(50));
        let mut last = Instant::now();
        loop {
            clock.tick().await;
            println!("ping after {} ms", last.elapsed().as_millis());
            last = Instant::now();
        }
    });
    for password in ["correct horse", "battery staple"] {
        let (reply, answer) = oneshot::channel();
        to_logins.send((password.to_owned(), reply)).await.expect("the service is there");
        println!("{:x}", answer.await.expect("the service answers"));
    }
    pings.abort();
}
