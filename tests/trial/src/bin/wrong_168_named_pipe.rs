//! Two parts of a program talk through a named pipe, because one of them is to be a program of its own some day.
//!
//! Wrong: the reading part uses `std::fs`. To open a named pipe for reading waits until somebody opens it for writing, and the one
//! who would do that is a task of the same thread.
//!
//! Expected: `blocking_poll`, in a poll that goes on, at the task that reads. The cure: `kettle::fs` (or
//! `kettle::net::unix::pipe`), which waits elsewhere.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kettle::time::sleep;

async fn read_orders(pipe: PathBuf) -> usize {
    let orders = std::fs::read_to_string(pipe).expect("the pipe is there");
    orders.lines().count()
}

async fn write_orders(pipe: &Path) {
    sleep(Duration::from_millis(50)).await;
    kettle::fs::write(pipe, "tea\nmilk\n").await.expect("somebody reads");
}

#[kettle::main]
async fn main() {
    let pipe = std::env::temp_dir().join(format!("orders-{}", std::process::id()));
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there");
    assert!(made.success());
    let orders = kettle::spawn(read_orders(pipe.clone()));
    write_orders(&pipe).await;
    println!("{} orders", orders.await.unwrap());
    let _ = std::fs::remove_file(pipe);
}
