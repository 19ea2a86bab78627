//! A walk over a tree with a queue of four: a worker takes a folder, and puts the folders in it into the queue.
//!
//! The mistake: only the worker takes from the queue, and it waits for room there.
//!
//! Expected: a deadlock: the task waits for room in the channel from which it is to receive. Cure: a queue
//! without a limit, or a list of its own; a second worker only makes it seldom.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::sync::mpsc;

#[kettle::main]
async fn main() {
    let (sender, mut folders) = mpsc::channel(4);
    sender.send(5_u32).await.expect("there is room");
    let worker = kettle::spawn(async move {
        let mut seen = 0;
        while let Some(depth) = folders.recv().await {
            seen += 1;
            for _folder in 0..depth {
                sender.send(depth - 1).await.expect("the receiver is here");
            }
            if seen == 100 {
                break;
            }
        }
        seen
    });
    println!("{:?} folders", worker.await);
}
