//! A till is a program with a plain `main`. It enters a runtime to sign in, which also starts a heartbeat to the head office,
//! and then serves customers, which isn't async.
//!
//! Wrong: the heartbeat is a task of a runtime that is driven in `block_on` only. While customers are served it does not run.
//!
//! Expected: `idle_runtime`, a hint. The cure: keep a thread in that runtime's `block_on`.
//!
//! doctor: `idle_runtime`
//! ends: by itself

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use kettle::runtime::Runtime;
use kettle::time::{interval, sleep};

struct Till {
    runtime: Runtime,
    beats: Arc<AtomicU32>,
}

impl Till {
    fn sign_in() -> io::Result<Till> {
        let runtime = Runtime::new()?;
        let beats = Arc::new(AtomicU32::new(0));
        let counted = beats.clone();
        runtime.block_on(async {
            sleep(Duration::from_millis(30)).await; // the head office is asked
            kettle::spawn(async move {
                let mut clock = interval(Duration::from_millis(100));
                loop {
                    clock.tick().await;
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
        });
        Ok(Till { runtime, beats })
    }

    fn sell(&self, tea: &str) {
        thread::sleep(Duration::from_millis(700)); // the customer looks for coins
        println!("{tea} is sold after {} heartbeats", self.beats.load(Ordering::Relaxed));
    }

    fn sign_out(self) {
        self.runtime.block_on(async { sleep(Duration::from_millis(10)).await });
        println!("{} heartbeats", self.beats.load(Ordering::Relaxed));
    }
}

fn main() -> io::Result<()> {
    let till = Till::sign_in()?;
    for tea in ["Assam", "Ceylon", "Darjeeling", "Oolong"] {
        till.sell(tea);
    }
    till.sign_out();
    Ok(())
}
