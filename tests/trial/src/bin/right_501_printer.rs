//! One printer for four offices: a permit is kept for as long as a job prints.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Printer {
    free: Arc<Semaphore>,
}

impl Printer {
    async fn print(&self, office: &str, pages: u32) -> u32 {
        let _turn = self.free.acquire().await.expect("never closed");
        for page in 1..=pages {
            sleep(Duration::from_millis(140)).await;
            if page == pages {
                println!("{office}: {pages} pages");
            }
        }
        pages
    }
}

#[kettle::main]
async fn main() {
    let printer = Arc::new(Printer { free: Arc::new(Semaphore::new(1)) });
    let mut offices = JoinSet::new();
    for (office, pages) in [("sales", 4), ("law", 5), ("press", 3), ("canteen", 1)] {
        let printer = printer.clone();
        offices.spawn(async move { printer.print(office, pages).await });
    }
    let mut printed = 0;
    while let Some(pages) = offices.join_next().await {
        printed += pages.expect("no office panics");
    }
    println!("{printed} pages in all.");
}
