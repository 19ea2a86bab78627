//! Before a disk is wiped, a thread waits for a word to stop, for a second and a half. `main` keeps the sender of that word,
//! and waits for the thread's decision.
//!
//! Right: the thread waits for a channel of std whose sender is with `main`, and `main` for the thread. But the thread's wait has
//! a limit: `recv_timeout`.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use kettle::sync::oneshot;

#[derive(Debug, PartialEq)]
enum Decision {
    Wipe,
    Keep,
}

fn decide(stop: &Receiver<&'static str>, patience: Duration) -> Decision {
    match stop.recv_timeout(patience) {
        Ok(reason) => {
            println!("stopped: {reason}");
            Decision::Keep
        }
        Err(RecvTimeoutError::Timeout) => Decision::Wipe,
        Err(RecvTimeoutError::Disconnected) => Decision::Keep,
    }
}

async fn ask(stop_at_once: bool) -> Decision {
    let (stop, stopped) = mpsc::channel();
    let (decided, decision) = oneshot::channel();
    let thread = thread::spawn(move || {
        let _ = decided.send(decide(&stopped, Duration::from_millis(1500)));
    });
    if stop_at_once {
        stop.send("it is the wrong disk").unwrap();
    }
    let decision = decision.await.expect("the thread decides");
    drop(stop);
    thread.join().expect("it doesn't panic");
    decision
}

#[kettle::main]
async fn main() {
    assert_eq!(ask(true).await, Decision::Keep);
    assert_eq!(ask(false).await, Decision::Wipe);
}
