//! Two blocking jobs: one computes a table, and the other one, which prints it, waits for that at a `Condvar`.
//!
//! Right: they have a thread each. The runtime sleeps without a timer or a socket for more than two seconds, while one job
//! waits for the other.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use kettle::task::spawn_blocking;

#[derive(Default)]
struct Table {
    rows: Mutex<Option<Vec<u64>>>,
    ready: Condvar,
}

impl Table {
    fn compute(&self) {
        let mut rows = vec![1, 1];
        for _ in 0..40 {
            thread::sleep(Duration::from_millis(60)); // an old library
            rows.push(rows.iter().rev().take(2).sum());
        }
        *self.rows.lock().unwrap() = Some(rows);
        self.ready.notify_all();
    }

    fn print(&self) -> usize {
        let rows = self.rows.lock().unwrap();
        let rows = self.ready.wait_while(rows, |rows| rows.is_none()).unwrap();
        let rows = rows.as_ref().expect("it is ready");
        for (number, row) in rows.iter().enumerate() {
            println!("{number}: {row}");
        }
        rows.len()
    }
}

#[kettle::main]
async fn main() {
    let table = Arc::new(Table::default());
    let printed = spawn_blocking({
        let table = table.clone();
        move || table.print()
    });
    let computed = spawn_blocking(move || table.compute());
    println!("{} rows", printed.await.unwrap());
    computed.await.unwrap();
}
