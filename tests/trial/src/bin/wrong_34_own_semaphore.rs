//! A semaphore of our own for a printer: a count, and a list of wakers. `give` wakes the first of them.
//!
//! The mistake: the first one may have given up (its `timeout` has ended), and its waker is still in the
//! list. Then the only wake-up goes to a task that wants nothing, and the next one sleeps on.
//!
//! Expected: a lost wake-up of the last visitor: its waker is stored in the list, and nobody is left that
//! would call it. Cure: take the waker out when the future is dropped.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::time::{sleep, timeout};

#[derive(Default)]
struct Printer(Mutex<(bool, VecDeque<Waker>)>);

impl Printer {
    async fn take(&self) {
        poll_fn(|cx| {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if state.0 {
                state.1.push_back(cx.waker().clone());
                return Poll::Pending;
            }
            state.0 = true;
            Poll::Ready(())
        })
        .await;
    }

    fn give(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = false;
        let first = state.1.pop_front();
        drop(state);
        if let Some(first) = first {
            first.wake();
        }
    }
}

#[kettle::main]
async fn main() {
    let printer = Arc::new(Printer::default());
    printer.take().await;
    let hasty = printer.clone();
    let hasty = kettle::spawn(async move {
        let got = timeout(Duration::from_millis(30), hasty.take()).await;
        println!("in time: {}", got.is_ok());
    });
    kettle::task::yield_now().await;
    let patient = printer.clone();
    let patient = kettle::spawn(async move {
        patient.take().await;
        println!("printed");
    });
    sleep(Duration::from_millis(100)).await;
    printer.give();
    hasty.await.expect("it doesn't panic");
    patient.await.expect("it doesn't panic");
}
