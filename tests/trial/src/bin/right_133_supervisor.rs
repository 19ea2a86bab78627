//! A supervisor starts a worker again when it panics, after a pause that gets longer. The receiver is in an `Arc<Mutex>` that
//! outlives the workers.
//!
//! Right: `main` waits for room in a full channel while no worker is there, for more than a second at last. The next worker
//! comes.
//!
//! Expected: silent (but for std's words on the panics).
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::sync::mpsc::{self, Receiver};
use kettle::time::sleep;

#[derive(Clone)]
struct Work {
    lines: Arc<Mutex<Receiver<String>>>,
    sum: Arc<Mutex<u64>>,
}

impl Work {
    async fn run(self) {
        loop {
            let line = self.lines.lock().await.recv().await;
            let Some(line) = line else { return };
            let number: u64 = line.trim().parse().expect("a number");
            *self.sum.lock().await += number;
        }
    }
}

async fn supervise(work: Work) -> u32 {
    let mut pause = Duration::from_millis(100);
    for restarts in 0.. {
        match kettle::spawn(work.clone().run()).await {
            Ok(()) => return restarts,
            Err(error) => println!("again in {pause:?}: {error}"),
        }
        sleep(pause).await;
        pause *= 4;
    }
    unreachable!("there are not so many lines")
}

#[kettle::main]
async fn main() {
    let (send, lines) = mpsc::channel(2);
    let work = Work { lines: Arc::new(Mutex::new(lines)), sum: Arc::default() };
    let supervisor = kettle::spawn(supervise(work.clone()));
    for line in "3 1 4 one 5 9 2 six 5 3 5 8 nine 7 9 3".split(' ') {
        send.send(line.to_owned()).await.expect("the receiver is kept");
    }
    drop(send);
    println!("{} restarts", supervisor.await.unwrap());
    println!("{}", work.sum.lock().await);
}
