//! A catalogue warms up in the background. Each request waits until that is done.
//!
//! Wrong: a request subscribes and waits for `changed()`. If the catalogue is ready by then, the value doesn't change
//! any more.
//!
//! Expected: `deadlock` of `main` and the requests. The cure: look at the value first, `wait_for(|ready| *ready)`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::watch;
use kettle::time::sleep;

struct Catalogue {
    ready: watch::Sender<bool>,
}

impl Catalogue {
    fn new() -> Arc<Catalogue> {
        Arc::new(Catalogue { ready: watch::Sender::new(false) })
    }

    async fn warm_up(self: Arc<Self>) {
        for _shard in 0..4 {
            sleep(Duration::from_millis(20)).await;
        }
        self.ready.send_replace(true);
    }

    async fn find(&self, name: &str) -> usize {
        let mut ready = self.ready.subscribe();
        ready.changed().await.expect("the catalogue is there");
        name.len()
    }
}

async fn migrate() {
    sleep(Duration::from_millis(200)).await;
}

#[kettle::main]
async fn main() {
    let catalogue = Catalogue::new();
    kettle::spawn(Arc::clone(&catalogue).warm_up());
    migrate().await;
    let mut requests = Vec::new();
    for name in ["Assam", "Ceylon", "Darjeeling"] {
        let catalogue = Arc::clone(&catalogue);
        requests.push(kettle::spawn(async move { catalogue.find(name).await }));
    }
    for request in requests {
        println!("found entry {}", request.await.expect("a request"));
    }
}
