//! A legacy report generator wants a plain function that fetches a page.
//! doctor: `blocking_poll`

use std::time::Duration;

use kettle::runtime::Handle;
use kettle::time::sleep;

async fn fetch(page: u32) -> String {
    sleep(Duration::from_millis(50)).await;
    format!("page {page}")
}

/// The old code: it runs on a thread of its own and knows nothing of async.
fn generate(pages: u32, fetch: impl Fn(u32) -> String) -> String {
    (1..=pages).map(|page| fetch(page)).collect::<Vec<_>>().join(", ")
}

async fn report(pages: u32) -> String {
    let handle = Handle::current();
    let old_code = std::thread::spawn(move || generate(pages, |page| handle.block_on(fetch(page))));
    old_code.join().unwrap()
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(async {
        for second in 1..=3 {
            sleep(Duration::from_millis(100)).await;
            println!("{second} ticks");
        }
    });
    let report = kettle::spawn(report(3));
    println!("{}", report.await.unwrap());
    clock.await.unwrap();
}
