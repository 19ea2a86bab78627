//! A server keeps the handles of all tasks that it has begun. The command `stop` tells all of them to end, and waits for them.
//!
//! Right: the task that works on this command is among them, and leaves itself out. One that doesn't end in time is aborted.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::task::{self, JoinHandle};
use kettle::time::{sleep, timeout};

#[derive(Clone)]
struct Server {
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
    stop: watch::Sender<bool>,
    stopped: mpsc::Sender<usize>,
}

impl Server {
    fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().unwrap().push(kettle::spawn(work));
    }

    async fn stop(self) {
        self.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap());
        let mut ended = 0;
        for mut task in tasks.into_iter().filter(|task| task.id() != task::id()) {
            if timeout(Duration::from_millis(300), &mut task).await.is_err() {
                task.abort();
                assert!(task.await.unwrap_err().is_cancelled());
            }
            ended += 1;
        }
        self.stopped.send(ended).await.expect("main waits for it");
    }
}

async fn work(mut stop: watch::Receiver<bool>, takes: Duration) {
    let _ = stop.wait_for(|stop| *stop).await;
    sleep(takes).await; // it puts things away
}

#[kettle::main]
async fn main() {
    let (stopped, mut count) = mpsc::channel(1);
    let server = Server { tasks: Arc::default(), stop: watch::Sender::new(false), stopped };
    for takes in [10, 150, 5000] {
        server.begin(work(server.stop.subscribe(), Duration::from_millis(takes)));
    }
    sleep(Duration::from_millis(20)).await;
    server.begin(server.clone().stop());
    assert_eq!(count.recv().await, Some(3));
}
