//! Reports are to be made on a runtime of their own, so that they don't disturb the service.
//! doctor: `idle_runtime` | `unpolled`

use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::time::{sleep, timeout};

struct Reports {
    runtime: Runtime,
}

impl Reports {
    fn new() -> Reports {
        let runtime =
            Builder::new_current_thread().thread_name("reports").enable_all().build().unwrap();
        Reports { runtime }
    }

    fn start(&self, title: &'static str) -> kettle::task::JoinHandle<usize> {
        self.runtime.spawn(async move {
            sleep(Duration::from_millis(50)).await;
            title.len() * 10
        })
    }
}

async fn service() {
    for request in 1..=20 {
        sleep(Duration::from_millis(100)).await;
        println!("request {request}");
    }
}

fn main() {
    let reports = Reports::new();
    let main = Builder::new_current_thread().enable_all().build().unwrap();
    main.block_on(async {
        let report = reports.start("the year in tea");
        let service = kettle::spawn(service());
        match timeout(Duration::from_secs(3), report).await {
            Ok(pages) => println!("a report of {} pages", pages.unwrap()),
            Err(_) => println!("the report takes long"),
        }
        service.await.unwrap();
    });
}
