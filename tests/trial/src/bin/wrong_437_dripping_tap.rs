//! A mailer keeps to the provider's rate, twenty milliseconds between two mails.
//! doctor: `blocking_poll`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, interval};

struct Mail {
    to: String,
}

struct Mailer {
    gap: Duration,
    sent: u32,
}

impl Mailer {
    async fn send(&mut self, mail: Mail) {
        std::thread::sleep(self.gap); // the provider's limit
        self.sent += 1;
        if self.sent.is_multiple_of(25) {
            println!("{} mails, the last to {}", self.sent, mail.to);
        }
    }
}

async fn deliver(mut mails: mpsc::Receiver<Mail>) -> u32 {
    let mut mailer = Mailer { gap: Duration::from_millis(20), sent: 0 };
    while let Some(mail) = mails.recv().await {
        mailer.send(mail).await;
        kettle::task::yield_now().await;
    }
    mailer.sent
}

#[kettle::main]
async fn main() {
    let (mails, to_send) = mpsc::channel(200);
    let deliverer = kettle::spawn(deliver(to_send));
    for n in 0..150 {
        mails.send(Mail { to: format!("reader{n}@example.org") }).await.unwrap();
    }
    drop(mails);
    let mut frames = interval(Duration::from_millis(5));
    let (begin, mut drawn) = (Instant::now(), 0);
    while !deliverer.is_finished() {
        frames.tick().await;
        drawn += 1;
    }
    println!("{} mails; {drawn} frames in {:?}", deliverer.await.unwrap(), begin.elapsed());
}
