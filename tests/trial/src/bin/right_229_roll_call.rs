//! A supervisor starts three helpers with std and waits until all have ended, as the signal `SIGCHLD` tells.
//!
//! Right: after each signal it asks all of them with `try_wait`, since several ends may be one signal. For more than a second there is nothing but
//! the wait for the signal.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::process::{Child, Command};

use kettle::io;
use kettle::signal::unix::{SignalKind, signal};

fn helper(seconds: &str) -> io::Result<Child> {
    Command::new("sleep").arg(seconds).spawn()
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let mut ended = signal(SignalKind::child())?;
    let mut helpers = vec![helper("1.6")?, helper("1.6")?, helper("0.2")?];
    while !helpers.is_empty() {
        ended.recv().await;
        let mut left = Vec::new();
        for mut helper in helpers {
            match helper.try_wait()? {
                Some(status) => println!("{status}"),
                None => left.push(helper),
            }
        }
        helpers = left;
    }
    Ok(())
}
