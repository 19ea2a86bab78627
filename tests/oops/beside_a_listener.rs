//! A deadlock of a lock and a channel, which nothing proves, since a guest may come. (Its clock
//! jumps to the end of a sleep.)

use std::sync::Arc;
use std::time::Duration;

use kettle::net::TcpListener;
use kettle::runtime::Builder;
use kettle::sync::{Mutex, mpsc, oneshot};
use kettle::time::sleep;

pub(crate) fn play() {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(
        async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            kettle::spawn(async move { listener.accept().await.expect("a guest") });
            kettle::spawn(sleep(Duration::from_secs(6)));
            let stock = Arc::new(Mutex::new(1));
            let (jobs, mut queue) = mpsc::channel::<oneshot::Sender<u32>>(4);
            let its = stock.clone();
            kettle::spawn(async move {
                while let Some(answer) = queue.recv().await {
                    let _ = answer.send(*its.lock().await);
                }
            });
            let _stock = stock.lock().await;
            let (answer, receipt) = oneshot::channel();
            jobs.send(answer).await.expect("the task receives");
            receipt.await.expect("an answer");
        },
    );
}
