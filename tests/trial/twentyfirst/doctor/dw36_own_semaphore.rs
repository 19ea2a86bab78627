// WRONG. A handwritten counting semaphore: `release(n)` adds n permits, but wakes one waiter only. The second waiter sleeps on although a permit is free.
// EXPECT: lost_wakeup/deadlock: the waiter's task at the handwritten future (spawn line): its waker is stored in the list, and no code is left that calls it. CURE: wake n waiters.
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

#[derive(Default)]
struct State {
    permits: usize,
    waiters: VecDeque<Waker>,
}

#[derive(Clone, Default)]
struct Tokens(Arc<Mutex<State>>);

impl Tokens {
    async fn take(&self) {
        poll_fn(|cx| {
            let mut state = self.0.lock().unwrap();
            if state.permits > 0 {
                state.permits -= 1;
                return Poll::Ready(());
            }
            state.waiters.push_back(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn release(&self, n: usize) {
        let waiter = {
            let mut state = self.0.lock().unwrap();
            state.permits += n;
            state.waiters.pop_front()
        };
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }
}

#[kettle::main]
async fn main() {
    let tokens = Tokens::default();
    let mut tasks = Vec::new();
    for id in 0..2 {
        let tokens = tokens.clone();
        tasks.push(kettle::spawn(async move {
            tokens.take().await;
            println!("{id} has a token");
        }));
    }
    kettle::time::sleep(Duration::from_millis(50)).await;
    tokens.release(2);
    for task in tasks {
        task.await.unwrap();
    }
}
