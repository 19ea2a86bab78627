//! Each request has a task beside it that waits for the server's word to stop. The request ends, its watcher doesn't:
//! they are as many as requests ever came.
//!
//! doctor: `leaked_tasks`
//! cure: end the watcher with its request (`select!`, or abort it)
//! ends: killed

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::{interval, sleep};

#[derive(Default)]
struct Server {
    stop: Notify,
    stopped: AtomicU32,
    served: AtomicU32,
}

impl Server {
    async fn handle(self: Arc<Self>, request: u32) {
        self.watch();
        sleep(Duration::from_millis(u64::from(request % 7))).await;
        self.served.fetch_add(1, Ordering::Relaxed);
    }

    fn watch(self: &Arc<Self>) {
        let server = self.clone();
        kettle::spawn(async move {
            server.stop.notified().await;
            server.stopped.fetch_add(1, Ordering::Relaxed);
        });
    }
}

#[kettle::main]
async fn main() {
    let server = Arc::new(Server::default());
    let mut clock = interval(Duration::from_millis(5));
    for request in 0.. {
        if request % 10 == 0 {
            clock.tick().await;
        }
        kettle::spawn(server.clone().handle(request));
    }
}
