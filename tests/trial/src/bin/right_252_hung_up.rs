//! An exchange for telephone calls. For each call a task of a `JoinSet` waits until its line is hung up, to write the bill.
//!
//! Right: two thousand calls come within a second and a half; they wait for nothing but `closed`, and all are hung up at night, by a thread.
//!
//! Expected: silent: the set has a handle of each task.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::task::JoinSet;
use kettle::time::sleep;

fn call(calls: &mut JoinSet<u32>, number: u32) -> Receiver<u8> {
    let (voice, line) = mpsc::channel(4);
    calls.spawn(async move {
        voice.closed().await;
        number % 7
    });
    line
}

#[kettle::main]
async fn main() {
    let mut calls = JoinSet::new();
    let mut lines = Vec::new();
    for round in 0..100 {
        for number in 0..20 {
            lines.push(call(&mut calls, round * 20 + number));
        }
        sleep(Duration::from_millis(15)).await;
    }
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(2500));
        drop(lines);
    });
    let bills: u32 = calls.join_all().await.into_iter().sum();
    println!("{bills}");
}
