//! A directory looks up numbers. A caller that has waited for too long hangs up, and the directory stops looking.
//!
//! Right: look-ups are dropped half-way, with what they hold, and answers go to callers that are gone. `closed()` tells the
//! directory so.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::sync::{Semaphore, mpsc, oneshot};
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};

struct Call {
    name: u32,
    answer: oneshot::Sender<u32>,
}

async fn look_up(name: u32, books: &Semaphore) -> u32 {
    let _book = books.acquire().await.expect("there are books");
    sleep(Duration::from_millis(u64::from(name % 5) * 25)).await;
    555_000 + name
}

async fn directory(mut calls: mpsc::Receiver<Call>, stopped: Arc<AtomicU32>) {
    let books = Arc::new(Semaphore::new(2));
    while let Some(Call { name, mut answer }) = calls.recv().await {
        let (books, stopped) = (books.clone(), stopped.clone());
        kettle::spawn(async move {
            kettle::select! {
                number = look_up(name, &books) => {
                    let _ = answer.send(number);
                }
                () = answer.closed() => {
                    stopped.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
}

#[kettle::main]
async fn main() {
    let (call, calls) = mpsc::channel(4);
    let stopped = Arc::new(AtomicU32::new(0));
    kettle::spawn(directory(calls, stopped.clone()));
    let mut callers = JoinSet::new();
    for name in 0..60 {
        let call = call.clone();
        callers.spawn(async move {
            sleep(Duration::from_millis(20 * u64::from(name))).await;
            let (answer, answered) = oneshot::channel();
            call.send(Call { name, answer }).await.ok()?;
            timeout(Duration::from_millis(70), answered).await.ok()?.ok()
        });
    }
    let found = callers.join_all().await.into_iter().flatten().count();
    println!("{found} found, {} stopped", stopped.load(Ordering::Relaxed));
}
