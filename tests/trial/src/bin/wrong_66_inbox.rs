//! A mailer takes messages out of its inbox and sends them. Two shops write to it.
//!
//! Wrong: the mailer asks with `try_recv` in a loop without an `.await`, so the shops never get a turn.
//!
//! Expected: `never_yields`, in a poll that goes on. The cure: `recv().await`.
//!
//! doctor: `never_yields`
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc::{self, error::TryRecvError};
use kettle::time::sleep;

struct Mail {
    to: &'static str,
    text: String,
}

async fn mailer(mut inbox: mpsc::Receiver<Mail>) -> usize {
    let mut sent = 0;
    loop {
        match inbox.try_recv() {
            Ok(mail) => {
                println!("to {}: {}", mail.to, mail.text);
                sent += 1;
            }
            Err(TryRecvError::Empty) => std::hint::spin_loop(),
            Err(TryRecvError::Disconnected) => return sent,
        }
    }
}

async fn shop(name: &'static str, mailer: mpsc::Sender<Mail>) {
    for order in 1..=3 {
        sleep(Duration::from_millis(50)).await;
        let text = format!("{name}: your order {order} is on its way");
        if mailer.send(Mail { to: "ada@example.org", text }).await.is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (outbox, inbox) = mpsc::channel(32);
    let mailer = kettle::spawn(mailer(inbox));
    kettle::spawn(shop("teas", outbox.clone()));
    kettle::spawn(shop("cups", outbox));
    println!("{} mails", mailer.await.expect("the mailer"));
}
