//! A report is made by a job on another thread; `main` waits for it.
//!
//! Wrong: it waits by asking `is_finished` again and again. `yield_now` lets other tasks run, but the thread never sleeps:
//! for two seconds a processor does nothing but ask.
//!
//! Expected: `busy_loop` in `wait_for`. The cure: `.await` the handle.
//!
//! doctor: `busy_loop`

use std::thread;
use std::time::Duration;

use kettle::task::{JoinHandle, spawn_blocking, yield_now};

struct Report {
    title: String,
    pages: usize,
}

fn make_report(title: &str) -> Report {
    let mut pages = 0;
    for chapter in 1..=8 {
        thread::sleep(Duration::from_millis(300)); // an old library asks a data base
        pages += 4 + chapter % 3;
    }
    Report { title: title.to_owned(), pages }
}

async fn wait_for(report: &JoinHandle<Report>) {
    while !report.is_finished() {
        yield_now().await;
    }
}

#[kettle::main]
async fn main() {
    let report = spawn_blocking(|| make_report("The third quarter"));
    wait_for(&report).await;
    let Report { title, pages } = report.await.expect("the report is made");
    println!("{title}: {pages} pages");
}
