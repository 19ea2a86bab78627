//! A thread uses main's runtime by its handle: it waits for a timer, and for an answer of a task, with
//! `Handle::block_on`. Main waits for a oneshot.
//!
//! Suspicious: the thread waits for the runtime, which waits for the thread. Right: main awaits, it doesn't
//! block.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let handle = Handle::current();
    let (ask, mut asked) = mpsc::channel::<(u32, oneshot::Sender<u32>)>(1);
    let (done, finished) = oneshot::channel();
    let guest = thread::spawn(move || {
        let sum = handle.block_on(async move {
            let mut sum = 0;
            for number in 0..3 {
                let (reply, answer) = oneshot::channel();
                ask.send((number, reply)).await.expect("it is answered");
                sum += answer.await.expect("it is answered");
                sleep(Duration::from_millis(100)).await;
            }
            sum
        });
        thread::sleep(Duration::from_millis(1200));
        done.send(sum).expect("main waits");
    });
    let server = kettle::spawn(async move {
        while let Some((number, reply)) = asked.recv().await {
            sleep(Duration::from_millis(100)).await;
            let _gone = reply.send(number * number);
        }
    });
    println!("{:?}", finished.await);
    server.await.expect("it doesn't panic");
    guest.join().expect("it doesn't panic");
}
