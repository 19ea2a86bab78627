//! A thread reads what a child prints, line by line, with std's blocking `read`; tasks receive the lines.
//!
//! Right: the child is another process, and prints each second.
//!
//! Expected: silent, though all tasks wait for a thread which waits for a pipe.
//!
//! doctor: silence

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;

use kettle::sync::{Mutex, mpsc};

#[kettle::main]
async fn main() {
    let mut child = Command::new("sh")
        .args(["-c", "for n in 1 2 3; do sleep 1; echo line $n; done"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let (lines, read) = mpsc::channel(1);
    let reader = thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            lines.blocking_send(line.unwrap()).unwrap();
        }
        child.wait().unwrap()
    });
    let read = std::sync::Arc::new(Mutex::new(read));
    let tasks = ["anna", "otto"].map(|name| {
        let read = read.clone();
        kettle::spawn(async move {
            while let Some(line) = { read.lock().await.recv().await } {
                println!("{name}: {line}");
            }
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    println!("{}", reader.join().unwrap());
}
