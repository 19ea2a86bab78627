//! A runtime of its own for reports, driven by a thread of its own.
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

struct Wanted {
    title: String,
    reply: oneshot::Sender<usize>,
}

async fn reporter(mut wanted: mpsc::Receiver<Wanted>) -> u32 {
    let mut made = 0;
    while let Some(Wanted { title, reply }) = wanted.recv().await {
        kettle::spawn(async move {
            sleep(Duration::from_millis(700)).await;
            let _ = reply.send(title.len());
        });
        made += 1;
    }
    made
}

fn start() -> (mpsc::Sender<Wanted>, thread::JoinHandle<u32>) {
    let (tx, rx) = mpsc::channel(4);
    let thread = thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(reporter(rx))
    });
    (tx, thread)
}

fn main() {
    let (reports, thread) = start();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for title in ["spring", "the whole summer"] {
            sleep(Duration::from_millis(900)).await;
            let (reply, length) = oneshot::channel();
            let wanted = Wanted { title: title.into(), reply };
            assert!(reports.send(wanted).await.is_ok());
            println!("{title}: {}", length.await.unwrap());
        }
    });
    drop(reports);
    println!("{} reports", thread.join().unwrap());
    runtime.shutdown_background();
}
