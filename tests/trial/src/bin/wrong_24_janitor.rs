//! A registry of background tasks. At shutdown a janitor task, registered as all are, joins them.
//!
//! The mistake: the janitor's own handle is in the registry, too, so in the end it waits for itself.
//!
//! Expected: a deadlock: a task awaits its own handle. Cure: leave its own handle out (`task::id`), or
//! join from `main`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::task::JoinHandle;
use kettle::time::sleep;

#[derive(Clone, Default)]
struct Registry(Arc<Mutex<Vec<JoinHandle<()>>>>);

impl Registry {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let handle = kettle::spawn(task);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
    }

    fn take(&self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[kettle::main]
async fn main() {
    let registry = Registry::default();
    let (stop, stopped) = oneshot::channel();
    let (all_done, done) = oneshot::channel();
    let all = registry.clone();
    registry.spawn(async move {
        let _gone = stopped.await;
        for handle in all.take() {
            handle.await.expect("no task panics");
        }
        let _gone = all_done.send(());
    });
    for number in 1..4 {
        registry.spawn(async move {
            sleep(Duration::from_millis(20 * number)).await;
            println!("task {number} has ended");
        });
    }
    sleep(Duration::from_millis(10)).await;
    let _gone = stop.send(());
    done.await.expect("the janitor reports");
    println!("clean");
}
