//! A server with a helper process: it wants to know when that ends, and counts requests beside it.
//!
//! Right: the branch is shut when the helper has ended. Requests come on, and each round makes the branch's future and doesn't poll it.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::io;
use kettle::process::Command;
use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() -> io::Result<()> {
    let (queue, mut incoming) = mpsc::channel(8);
    kettle::spawn(async move {
        for number in 0..2000 {
            if number % 100 == 0 {
                sleep(Duration::from_millis(100)).await;
            }
            queue.send(number).await.unwrap();
        }
    });
    let mut helper = Command::new("sleep").arg("0.5").spawn()?;
    let (mut served, mut alive) = (0, true);
    loop {
        kettle::select! {
            biased;
            status = helper.wait(), if alive => {
                println!("the helper is gone ({})", status?);
                alive = false;
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
