//! Settings in a `OnceLock` of std's are read by a blocking job at their first use, slowly; other jobs and a thread need them meanwhile.
//!
//! Right: those wait in the lock of std, on their threads, until the first one has it. The runtime has nothing to do but to wait for them.
//!
//! Expected: silent, though all threads but one wait for a lock, for two seconds.
//!
//! doctor: silence

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::task::spawn_blocking;

static SETTINGS: OnceLock<String> = OnceLock::new();

fn settings() -> &'static str {
    SETTINGS.get_or_init(|| {
        thread::sleep(Duration::from_secs(2)); // a slow disk
        "large letters".to_owned()
    })
}

#[kettle::main]
async fn main() {
    let (tell, told) = oneshot::channel();
    let jobs = [1, 2, 3].map(|part| spawn_blocking(move || format!("{part}: {}", settings())));
    thread::spawn(move || tell.send(settings().len()));
    println!("{:?}", told.await);
    for job in jobs {
        println!("{}", job.await.unwrap());
    }
}
