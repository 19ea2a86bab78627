//! Two tasks wait for ever, by design: one keeps a resource alive with `pending`, the other one waits for a
//! `Notify` that only an emergency would call. At shutdown they are aborted.
//!
//! Suspicious: no waker of the first is left anywhere. Right: it is there to be aborted.
//!
//! doctor: silence

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::sleep;

struct Advertised(&'static str);

impl Drop for Advertised {
    fn drop(&mut self) {
        println!("{} is no longer advertised", self.0);
    }
}

#[kettle::main]
async fn main() {
    let emergency = Arc::new(Notify::new());
    let advertised = kettle::spawn(async {
        let _service = Advertised("tea");
        pending::<()>().await;
    });
    let bell = emergency.clone();
    let guard = kettle::spawn(async move { bell.notified().await });
    sleep(Duration::from_millis(2500)).await;
    for task in [advertised, guard] {
        task.abort();
        println!("{:?}", task.await.is_err());
    }
    drop(emergency);
}
