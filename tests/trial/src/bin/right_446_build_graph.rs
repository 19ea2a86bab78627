//! A build: targets wait for the targets that they need, by shared results; two of them are jobs.
//! doctor: silence

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Semaphore, watch};
use kettle::task::{JoinSet, spawn_blocking};
use kettle::time::{Instant, sleep};

type Done = watch::Receiver<Option<u64>>;

struct Target {
    name: &'static str,
    needs: &'static [&'static str],
    ms: u64,
}

const TARGETS: [Target; 6] = [
    Target { name: "app", needs: &["lib", "assets", "docs"], ms: 200 },
    Target { name: "docs", needs: &["lib"], ms: 350 },
    Target { name: "lib", needs: &["core", "macros"], ms: 250 },
    Target { name: "assets", needs: &[], ms: 900 },
    Target { name: "macros", needs: &["core"], ms: 300 },
    Target { name: "core", needs: &[], ms: 400 },
];

async fn build(
    target: &Target,
    needs: Vec<Done>,
    slots: Arc<Semaphore>,
    done: watch::Sender<Option<u64>>,
) -> u64 {
    let mut size = 1;
    for mut need in needs {
        size += need.wait_for(Option::is_some).await.unwrap().unwrap();
    }
    let _slot = slots.acquire().await.unwrap();
    println!("building {}", target.name);
    if target.needs.is_empty() {
        let ms = target.ms;
        spawn_blocking(move || std::thread::sleep(Duration::from_millis(ms))).await.unwrap();
    } else {
        sleep(Duration::from_millis(target.ms)).await;
    }
    done.send_replace(Some(size));
    size
}

#[kettle::main]
async fn main() {
    let begin = Instant::now();
    let slots = Arc::new(Semaphore::new(2));
    let mut senders = HashMap::new();
    let mut results: HashMap<&str, Done> = HashMap::new();
    for target in &TARGETS {
        let (tx, rx) = watch::channel(None);
        senders.insert(target.name, tx);
        results.insert(target.name, rx);
    }
    let mut builds = JoinSet::new();
    for target in &TARGETS {
        let needs = target.needs.iter().map(|need| results[need].clone()).collect();
        builds.spawn(build(target, needs, slots.clone(), senders.remove(target.name).unwrap()));
    }
    let mut sizes = builds.join_all().await;
    sizes.sort_unstable();
    println!("{sizes:?} in less than {} s", begin.elapsed().as_secs() + 1);
}
