//! A server with a helper process, of which it wants to know when it ends. It counts requests beside that.
//!
//! Wrong: after the helper's end `wait` is ready at once, each time. The loop goes on and asks it again and again.
//!
//! Expected: `never_yields` (nothing in the loop waits, and the requests' task has its turn no more), or `busy_loop`. The cure: leave the loop
//! or shut the branch, `if !ended`.
//!
//! doctor: `never_yields` | `busy_loop`
//! ends: killed

use std::time::Duration;

use kettle::io;
use kettle::process::Command;
use kettle::sync::mpsc;
use kettle::time::sleep;

async fn requests(queue: mpsc::Sender<u32>) {
    for number in 0..50 {
        sleep(Duration::from_millis(100)).await;
        if queue.send(number).await.is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (queue, mut incoming) = mpsc::channel(8);
    kettle::spawn(requests(queue));
    let mut helper = Command::new("sleep").arg("0.5").spawn()?;
    let (mut served, mut alive) = (0, true);
    loop {
        kettle::select! {
            biased;
            status = helper.wait() => {
                if alive {
                    println!("the helper is gone ({}): requests are answered more slowly", status?);
                    alive = false;
                }
            }
            request = incoming.recv() => match request {
                Some(_) => served += 1,
                None => break,
            },
        }
    }
    println!("{served} requests");
    Ok(())
}
