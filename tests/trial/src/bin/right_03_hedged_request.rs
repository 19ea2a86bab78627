//! Asks two replicas at once, takes the first answer and aborts the other request on purpose. The
//! slower one waits for a lock that nobody gives back before, and a third waits for nothing at all.
//!
//! Suspicious: tasks that wait for something that never comes, until they are aborted.
//!
//! doctor: silence

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::JoinHandle;
use kettle::time::sleep;
use kettle::{join, select};

fn replica(name: u64, line: Arc<Mutex<()>>) -> JoinHandle<u64> {
    kettle::spawn(async move {
        let _guard = line.lock().await;
        match name {
            1 => sleep(Duration::from_millis(1500)).await,
            _ => pending().await, // it is down
        }
        name
    })
}

async fn hedged() -> u64 {
    let (one_line, other_line) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
    let mut one = replica(1, one_line.clone());
    let mut down = replica(2, other_line.clone());
    let mut behind = replica(3, other_line);
    let first = select! {
        answer = &mut one => answer,
        answer = &mut down => answer,
        answer = &mut behind => answer,
    };
    down.abort();
    behind.abort();
    let (down, behind) = join!(down, behind);
    println!("aborted: {} {}", down.is_err(), behind.is_err());
    first.expect("the first was not aborted")
}

#[kettle::main]
async fn main() {
    println!("answer of replica {}", hedged().await);
}
