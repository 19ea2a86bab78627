//! A server shuts down as mini-redis does: dropping the sender of a broadcast says stop, and an mpsc channel through
//! which nothing is ever sent says when the last connection has ended.
//!
//! Right: `recv` returns `None` when the last clone of the sender is dropped, and that is what `main` waits for.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Barrier, broadcast, mpsc};
use kettle::time::{interval, sleep};

struct Connection {
    number: u64,
    stop: broadcast::Receiver<()>,
    _complete: mpsc::Sender<()>,
}

impl Connection {
    async fn run(mut self, open: Arc<Barrier>) {
        open.wait().await;
        let mut requests = interval(Duration::from_millis(40 + 10 * self.number));
        let mut served = 0;
        loop {
            kettle::select! {
                _ = self.stop.recv() => break,
                _ = requests.tick() => served += 1,
            }
        }
        sleep(Duration::from_millis(60 * self.number)).await; // says good-bye
        println!("connection {}: {}", self.number, if served > 5 { "busy" } else { "quiet" });
    }
}

#[kettle::main]
async fn main() {
    let (notify_shutdown, _) = broadcast::channel(1);
    let (shutdown_complete, mut completed) = mpsc::channel::<()>(1);
    let open = Arc::new(Barrier::new(6));
    for number in 1..=5 {
        let connection = Connection {
            number,
            stop: notify_shutdown.subscribe(),
            _complete: shutdown_complete.clone(),
        };
        kettle::spawn(connection.run(Arc::clone(&open)));
    }
    sleep(Duration::from_millis(300)).await; // the licence is checked
    open.wait().await;
    sleep(Duration::from_millis(900)).await;

    drop(notify_shutdown);
    drop(shutdown_complete);
    let _ = completed.recv().await;
    println!("closed");
}
