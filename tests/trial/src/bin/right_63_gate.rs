//! A gate written by hand: many tasks may wait for it, each with an entry of its own, and a thread opens it later.
//!
//! Right: each poll replaces the entry's waker, a dropped future takes its entry out, and opening calls all that are
//! left. One visitor gives up before. For more than a second nothing happens.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::time::timeout;

#[derive(Default)]
struct Gate {
    open: bool,
    waiting: BTreeMap<usize, Waker>,
}

struct Passing {
    number: usize,
    gate: Arc<Mutex<Gate>>,
}

impl Future for Passing {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<usize> {
        let mut gate = self.gate.lock().unwrap();
        if gate.open {
            return Poll::Ready(self.number);
        }
        gate.waiting.insert(self.number, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        self.gate.lock().unwrap().waiting.remove(&self.number);
    }
}

#[kettle::main]
async fn main() {
    let gate = Arc::new(Mutex::new(Gate::default()));
    let porter = thread::spawn({
        let gate = Arc::clone(&gate);
        move || {
            thread::sleep(Duration::from_millis(1400));
            let mut gate = gate.lock().unwrap();
            gate.open = true;
            let waiting = std::mem::take(&mut gate.waiting);
            drop(gate);
            waiting.into_values().for_each(Waker::wake);
        }
    });
    let visitors: Vec<_> =
        (0..5).map(|number| kettle::spawn(Passing { number, gate: Arc::clone(&gate) })).collect();
    let hasty = Passing { number: 5, gate: Arc::clone(&gate) };
    assert!(timeout(Duration::from_millis(100), hasty).await.is_err());
    for visitor in visitors {
        println!("visitor {} has passed", visitor.await.expect("a visitor"));
    }
    porter.join().expect("the porter");
}
