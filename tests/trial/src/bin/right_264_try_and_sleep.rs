//! Right: a task looks at a lock with `try_lock` each few milliseconds, and sleeps in between; another one has it for
//! two seconds.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

struct Printer {
    paper: Mutex<u32>,
}

impl Printer {
    async fn long_job(&self) {
        let mut paper = self.paper.lock().await;
        for _ in 0..20 {
            sleep(Duration::from_millis(100)).await;
            *paper -= 1;
        }
    }

    async fn when_free(&self) -> (u32, u32) {
        let mut looks = 0;
        loop {
            looks += 1;
            if let Ok(paper) = self.paper.try_lock() {
                return (*paper, looks);
            }
            sleep(Duration::from_millis(3)).await;
        }
    }
}

#[kettle::main]
async fn main() {
    let printer = Arc::new(Printer { paper: Mutex::new(500) });
    let other = printer.clone();
    let job = kettle::spawn(async move { other.long_job().await });
    sleep(Duration::from_millis(10)).await;
    let (paper, looks) = printer.when_free().await;
    println!("{paper} sheets after {looks} looks");
    job.await.unwrap();
}
