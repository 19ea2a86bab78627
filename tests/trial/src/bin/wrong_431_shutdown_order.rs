//! A pool of mail workers that is shut down at the end.
//! doctor: `deadlock`

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc, watch};
use kettle::task::JoinSet;
use kettle::time::sleep;

type Inbox = Arc<Mutex<mpsc::Receiver<String>>>;

struct MailPool {
    workers: JoinSet<u32>,
    stop: watch::Sender<bool>,
    letters: mpsc::Sender<String>,
}

async fn worker(inbox: Inbox, mut stop: watch::Receiver<bool>) -> u32 {
    let mut sent = 0;
    loop {
        let next = async { inbox.lock().await.recv().await };
        kettle::select! {
            Some(letter) = next => {
                sleep(Duration::from_millis(10)).await;
                println!("sent {letter}");
                sent += 1;
            }
            _ = stop.changed() => return sent,
        }
    }
}

impl MailPool {
    fn start(size: usize) -> MailPool {
        let (letters, inbox) = mpsc::channel(8);
        let (stop, stopped) = watch::channel(false);
        let inbox = Arc::new(Mutex::new(inbox));
        let mut workers = JoinSet::new();
        for _ in 0..size {
            workers.spawn(worker(inbox.clone(), stopped.clone()));
        }
        MailPool { workers, stop, letters }
    }

    async fn shut_down(mut self) -> u32 {
        let mut sent = 0;
        while let Some(count) = self.workers.join_next().await {
            sent += count.unwrap();
        }
        self.stop.send(true).unwrap();
        sent
    }
}

#[kettle::main]
async fn main() {
    let pool = MailPool::start(3);
    for n in 0..5 {
        pool.letters.send(format!("letter {n}")).await.unwrap();
    }
    println!("{} letters in all", pool.shut_down().await);
}
