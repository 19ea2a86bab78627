//! A scheduler runs its job each 100 ms: it sleeps until the next time, runs the job, and moves the time on if that went well.
//!
//! Wrong: when the job fails the time isn't moved on, so `sleep_until` is over at once: it tries again and again without a pause.
//!
//! Expected: `busy_loop` of task 1 (or `never_yields`, if a sleep that is over never gives way). The cure: a time that lies ahead
//! (move it on in any case; a pause after a failure).
//!
//! doctor: `busy_loop` | `never_yields`
//! ends: by itself

use std::cell::Cell;
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::{Instant, sleep, sleep_until};

struct Disk {
    mounted: Cell<bool>,
}

impl Disk {
    fn backup(&self) -> Result<u32, &'static str> {
        if self.mounted.get() { Ok(7) } else { Err("no disk") }
    }
}

async fn cron(mut mounted: oneshot::Receiver<()>) -> u64 {
    let (disk, mut tries) = (Disk { mounted: Cell::new(false) }, 0);
    let mut next = Instant::now();
    loop {
        sleep_until(next).await;
        tries += 1;
        if mounted.try_recv().is_ok() {
            disk.mounted.set(true);
        }
        if let Ok(files) = disk.backup() {
            println!("{files} files kept");
            next += Duration::from_millis(100);
            if tries > 10 {
                return tries;
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (mount, mounted) = oneshot::channel();
    let cron = kettle::spawn(cron(mounted));
    sleep(Duration::from_secs(5)).await;
    let _ = mount.send(());
    println!("{} tries", cron.await.unwrap());
}
