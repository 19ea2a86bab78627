//! Counters behind a lock of std's, which a thread also takes, for a moment.
//! doctor: silence

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::{Instant, sleep};

type Counters = Arc<Mutex<BTreeMap<&'static str, u64>>>;

fn count(counters: &Counters, name: &'static str) {
    *counters.lock().unwrap().entry(name).or_default() += 1;
}

async fn serve(kind: &'static str, every: u64, counters: Counters, end: Instant) {
    while Instant::now() < end {
        count(&counters, kind);
        sleep(Duration::from_millis(every)).await;
        count(&counters, "all");
    }
}

fn statistics(counters: Counters, mut stop: oneshot::Receiver<()>) -> usize {
    let mut reports = 0;
    while stop.try_recv().is_err() {
        thread::sleep(Duration::from_millis(400));
        let counters = counters.lock().unwrap();
        thread::sleep(Duration::from_millis(25)); // formats it
        println!("{counters:?}");
        reports += 1;
    }
    reports
}

#[kettle::main]
async fn main() {
    let counters = Counters::default();
    let (stop, stopped) = oneshot::channel();
    let statistics = {
        let counters = counters.clone();
        thread::spawn(move || statistics(counters, stopped))
    };
    let end = Instant::now() + Duration::from_secs(3);
    let servers = [("get", 3), ("put", 10), ("delete", 700)]
        .map(|(kind, every)| kettle::spawn(serve(kind, every, counters.clone(), end)));
    for server in servers {
        server.await.unwrap();
    }
    stop.send(()).unwrap();
    let reports = kettle::task::spawn_blocking(|| statistics.join().unwrap()).await.unwrap();
    println!("{reports} reports");
}
