//! A supervisor starts three helpers and waits until each has ended, as the signal `SIGCHLD` tells.
//!
//! Wrong: signals are no queue. Helpers that end at one moment are one signal, so `main` waits for a third one.
//!
//! Expected: `deadlock` of `main`, as a warning, because a signal is handled. The cure: after each signal ask all children (`try_wait`), or
//! await each child's own end.
//!
//! doctor: `deadlock`
//! ends: killed

use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use kettle::io;
use kettle::signal::unix::{SignalKind, signal};

fn helper() -> io::Result<Child> {
    Command::new("sleep").arg("0.1").spawn()
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let mut ended = signal(SignalKind::child())?;
    let mut helpers = [helper()?, helper()?, helper()?];
    // Reads its configuration meanwhile.
    thread::sleep(Duration::from_millis(190));
    for _ in 0..helpers.len() {
        ended.recv().await;
        println!("a helper has ended");
    }
    for helper in &mut helpers {
        println!("{}", helper.wait()?);
    }
    Ok(())
}
