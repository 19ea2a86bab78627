//! A signal of our own keeps a waker of each poll until it is given: old ones lie about and are dropped in the
//! end without a call. A waiter in `select!` goes away now and then.
//!
//! Suspicious: wakers are dropped uncalled, and replaced.
//!
//! doctor: silence

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::time::{sleep, timeout};

#[derive(Default)]
struct Signal(Mutex<(bool, Vec<Waker>)>);

impl Signal {
    async fn wait(&self) {
        poll_fn(|cx| {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if state.0 {
                return Poll::Ready(());
            }
            state.1.push(cx.waker().clone());
            // Not too many of them.
            let old = state.1.len().saturating_sub(3);
            let dropped: Vec<Waker> = state.1.drain(..old).collect();
            drop(state);
            drop(dropped);
            Poll::Pending
        })
        .await;
    }

    fn give(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = true;
        let last = state.1.pop();
        let rest = std::mem::take(&mut state.1);
        drop(state);
        drop(rest);
        if let Some(last) = last {
            last.wake();
        }
    }
}

#[kettle::main]
async fn main() {
    let signal = Arc::new(Signal::default());
    let waits = signal.clone();
    let waiter = kettle::spawn(async move {
        let mut rounds = 0;
        while timeout(Duration::from_millis(150), waits.wait()).await.is_err() {
            rounds += 1;
        }
        rounds
    });
    sleep(Duration::from_millis(1600)).await;
    signal.give();
    println!("{:?} rounds", waiter.await);
}
