//! Two threads without `async` wait for the world outside: one for another program, one for a moment that a condition variable
//! may bring forward.
//!
//! Right: `main` waits for their words on a channel, without a timer or a socket of its own, and each thread looks as if it
//! waited for nothing that could come. The program ends, and the condition's wait has a limit.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use kettle::sync::mpsc::{self, Sender};

type Early = Arc<(Mutex<bool>, Condvar)>;

fn wait_for_a_program(report: &Sender<String>) {
    let status = Command::new("sleep").arg("1.3").status();
    let word = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    report.blocking_send(format!("the program: {word}")).expect("main listens");
}

fn wait_for_a_moment(early: &Early, report: &Sender<String>) {
    let (early, changed) = &**early;
    for moment in 1..=3 {
        let guard = early.lock().unwrap();
        let (_guard, result) =
            changed.wait_timeout_while(guard, Duration::from_millis(600), |early| !*early).unwrap();
        let word = if result.timed_out() { "has come" } else { "came early" };
        report.blocking_send(format!("moment {moment} {word}")).expect("main listens");
    }
}

#[kettle::main]
async fn main() {
    let (report, mut reports) = mpsc::channel(1);
    let early = Early::default();
    let threads = [
        thread::spawn({
            let report = report.clone();
            move || wait_for_a_program(&report)
        }),
        thread::spawn({
            let early = early.clone();
            move || wait_for_a_moment(&early, &report)
        }),
    ];
    let mut count = 0;
    while let Some(word) = reports.recv().await {
        println!("{word}");
        count += 1;
    }
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(count, 4);
}
