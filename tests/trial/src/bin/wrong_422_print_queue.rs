//! Three printers share a queue.
//! doctor: `guard_across_await`

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{Instant, sleep};

struct Document {
    title: String,
    pages: u32,
}

type Queue = Arc<Mutex<VecDeque<Document>>>;

async fn print(printer: usize, document: &Document) {
    for _ in 0..document.pages {
        sleep(Duration::from_millis(75)).await;
    }
    println!("printer {printer}: {}", document.title);
}

async fn printer(number: usize, queue: Queue) -> usize {
    let mut printed = 0;
    while let Some(document) = queue.lock().await.pop_front() {
        print(number, &document).await;
        printed += 1;
    }
    printed
}

#[kettle::main]
async fn main() {
    let begin = Instant::now();
    let document = |n: u32| Document { title: format!("letter {n}"), pages: 4 };
    let queue: Queue = Arc::new(Mutex::new((1..=6).map(document).collect()));
    let printers: Vec<_> =
        (1..=3).map(|number| kettle::spawn(printer(number, queue.clone()))).collect();
    for (number, printer) in printers.into_iter().enumerate() {
        println!("printer {} printed {} documents", number + 1, printer.await.unwrap());
    }
    println!("all in {:?}", begin.elapsed());
}
