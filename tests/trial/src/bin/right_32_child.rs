//! A thread runs a program and waits for its end with std's `Command`; then it sends its status. Nothing else
//! happens in between.
//!
//! Suspicious: main waits for a channel, and the only other thread waits, too. Right: the program ends.
//!
//! doctor: silence

use std::process::Command;
use std::thread;

use kettle::sync::mpsc;

#[kettle::main]
async fn main() {
    let (sender, mut ended) = mpsc::channel(1);
    thread::spawn(move || {
        for seconds in ["1", "1.2"] {
            let status = Command::new("sleep").arg(seconds).status();
            sender.blocking_send(status.is_ok_and(|status| status.success())).expect("main waits");
        }
    });
    while let Some(well) = ended.recv().await {
        println!("it ended well: {well}");
    }
}
