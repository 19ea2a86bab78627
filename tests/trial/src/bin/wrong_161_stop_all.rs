//! A server keeps the handles of all tasks that it has begun. The command `stop` tells all of them to end, and waits for them.
//!
//! Wrong: commands are worked on by tasks, whose handles are kept, too. The task that waits for all waits for itself.
//!
//! Expected: `deadlock`: task 4 waits for its own end, and `main` for its word. The cure: leave out the task that waits
//! (compare `task::id()`), or let `main` do the waiting.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::task::JoinHandle;
use kettle::time::sleep;

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

    async fn command(self, command: &'static str) {
        println!("> {command}");
        if command == "stop" {
            self.stop.send_replace(true);
            let tasks = std::mem::take(&mut *self.tasks.lock().unwrap());
            let count = tasks.len();
            for task in tasks {
                task.await.expect("no task panics");
            }
            self.stopped.send(count).await.expect("main waits for it");
        }
    }
}

async fn work(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
    sleep(Duration::from_millis(10)).await; // it puts things away
}

#[kettle::main]
async fn main() {
    let (stopped, mut count) = mpsc::channel(1);
    let server = Server { tasks: Arc::default(), stop: watch::Sender::new(false), stopped };
    server.begin(work(server.stop.subscribe()));
    server.begin(work(server.stop.subscribe()));
    for command in ["status", "stop"] {
        sleep(Duration::from_millis(20)).await;
        server.begin(server.clone().command(command));
    }
    println!("{:?} tasks have ended", count.recv().await);
}
