// WRONG. The service joins its worker before it tells it to stop.
// EXPECT: deadlock: main waits for the end of the worker at `handle.await`; the worker waits at `notified()` of the Notify.
// CURE: `notify_one()` before `handle.await`.
use kettle::sync::Notify;
use kettle::task::JoinHandle;
use std::sync::Arc;
use std::time::Duration;

struct Service {
    stop: Arc<Notify>,
    handle: JoinHandle<u32>,
}

impl Service {
    fn start() -> Self {
        let stop = Arc::new(Notify::new());
        let seen = stop.clone();
        let handle = kettle::spawn(async move {
            let mut work = 0;
            for _ in 0..5 {
                kettle::time::sleep(Duration::from_millis(10)).await;
                work += 1;
            }
            seen.notified().await;
            work
        });
        Self { stop, handle }
    }

    async fn shut_down(self) -> u32 {
        let work = self.handle.await.unwrap();
        self.stop.notify_one();
        work
    }
}

#[kettle::main]
async fn main() {
    let service = Service::start();
    kettle::time::sleep(Duration::from_millis(100)).await;
    println!("worked {} times", service.shut_down().await);
}
