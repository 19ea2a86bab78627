//! A guest list is printed by a task that must not be interrupted: `unconstrained`, without a budget.
//!
//! Right: two thousand names are in the channel, and are taken in one poll, which takes milliseconds. After that the task waits as any
//! other, for names that come one by one, for two seconds.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::unconstrained;
use kettle::time::{interval, sleep};

async fn print(mut names: mpsc::UnboundedReceiver<u32>) -> u64 {
    let mut sum = 0;
    while let Some(name) = names.recv().await {
        sum += u64::from(name);
    }
    sum
}

#[kettle::main]
async fn main() {
    let (list, names) = mpsc::unbounded_channel();
    for name in 0..2000 {
        list.send(name).expect("the printer is there");
    }
    let printer = kettle::spawn(unconstrained(print(names)));
    let clock = kettle::spawn(async {
        let mut tick = interval(Duration::from_millis(20));
        loop {
            tick.tick().await;
        }
    });
    for late in 0..20 {
        sleep(Duration::from_millis(100)).await;
        list.send(late).expect("the printer is there");
    }
    drop(list);
    println!("{}", printer.await.unwrap());
    clock.abort();
}
