// RIGHT. A handwritten gate: a list of wakers, each waiter replaces its own when it is polled again, all are woken when it opens.
// Waiters are also moved between tasks (polled once in main, then spawned). EXPECT: silence.
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[derive(Default)]
struct State {
    open: bool,
    wakers: HashMap<usize, Waker>,
}

struct Pass {
    id: usize,
    gate: Arc<Mutex<State>>,
}

impl Future for Pass {
    type Output = usize;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        let mut state = self.gate.lock().unwrap();
        if state.open {
            return Poll::Ready(self.id);
        }
        state.wakers.insert(self.id, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.gate.lock().unwrap().wakers.remove(&self.id);
    }
}

fn open(gate: &Mutex<State>) {
    let wakers = {
        let mut state = gate.lock().unwrap();
        state.open = true;
        std::mem::take(&mut state.wakers)
    };
    for (_, waker) in wakers {
        waker.wake();
    }
}

#[kettle::main]
async fn main() {
    let gate = Arc::new(Mutex::new(State::default()));
    let mut tasks = Vec::new();
    for id in 0..5 {
        let mut pass = Box::pin(Pass { id, gate: gate.clone() });
        kettle::select! {
            biased;
            _ = &mut pass => unreachable!(),
            () = std::future::ready(()) => {}
        }
        tasks.push(kettle::spawn(pass));
    }
    kettle::time::sleep(Duration::from_millis(1500)).await;
    open(&gate);
    for task in tasks {
        println!("{} passed", task.await.unwrap());
    }
}
