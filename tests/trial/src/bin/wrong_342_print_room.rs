//! A printer's job runs on the blocking pool. It waits at a `Condvar` of std's for paper, which `main` puts in.
//!
//! Wrong: `main` awaits the job before it puts in the paper.
//!
//! Expected: `deadlock`. `main` waits for the blocking job (task 1), whose thread waits at a lock or condition of std's; nothing can wake it. The cure: put the paper in before the job is awaited (or in another task).
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::{Arc, Condvar, Mutex};

use kettle::task::spawn_blocking;
use kettle::time::{Duration, sleep};

#[derive(Default)]
struct Tray {
    sheets: Mutex<u32>,
    filled: Condvar,
}

impl Tray {
    fn take(&self) {
        let mut sheets = self.sheets.lock().unwrap();
        while *sheets == 0 {
            sheets = self.filled.wait(sheets).unwrap();
        }
        *sheets -= 1;
    }

    fn fill(&self, more: u32) {
        *self.sheets.lock().unwrap() += more;
        self.filled.notify_all();
    }
}

fn print(tray: &Tray, pages: u32) -> u32 {
    for _ in 0..pages {
        tray.take();
    }
    pages
}

#[kettle::main]
async fn main() {
    let tray = Arc::new(Tray::default());
    tray.fill(2);
    let printer = Arc::clone(&tray);
    let job = spawn_blocking(move || print(&printer, 3));
    sleep(Duration::from_millis(20)).await;
    let pages = job.await.unwrap();
    tray.fill(10);
    println!("{pages} pages");
}
