//! A plugin host: it builds a runtime, spawns what the plugins ask for while they are loaded on the main
//! thread, and drives the runtime when all are there, two seconds later.
//!
//! Suspicious: tasks that were spawned on a runtime that nobody drives, for two seconds.
//!
//! doctor: silence

use std::io;
use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::time::sleep;

fn load(name: &str) -> u64 {
    thread::sleep(Duration::from_millis(700)); // links it
    name.len() as u64
}

fn main() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (ready, mut inbox) = mpsc::unbounded_channel();
    for name in ["clock", "weather", "mail"] {
        let ready = ready.clone();
        let version = load(name);
        runtime.spawn(async move {
            sleep(Duration::from_millis(10 * version)).await;
            let _gone = ready.send(name);
        });
    }
    drop(ready);
    runtime.block_on(async {
        while let Some(name) = inbox.recv().await {
            println!("{name} is ready");
        }
    });
    Ok(())
}
