//! A gate written by hand: many may wait at it, and a thread opens it.
//! doctor: silence

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

#[derive(Default)]
struct Gate {
    open: bool,
    waiting: Vec<Waker>,
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Gate>>);

impl Shared {
    fn open(&self) {
        let waiting = {
            let mut gate = self.0.lock().unwrap();
            gate.open = true;
            std::mem::take(&mut gate.waiting)
        };
        for waker in waiting {
            waker.wake();
        }
    }
}

impl Future for Shared {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut gate = self.0.lock().unwrap();
        if gate.open {
            return Poll::Ready(());
        }
        if !gate.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
            gate.waiting.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let gate = Shared::default();
    let runners: Vec<_> = ["Anna", "Bert", "Carla"]
        .map(|name| {
            let gate = gate.clone();
            kettle::spawn(async move {
                gate.await;
                println!("{name} runs");
            })
        })
        .into();
    thread::spawn({
        let gate = gate.clone();
        move || {
            thread::sleep(Duration::from_millis(2_200));
            gate.open();
        }
    });
    gate.await;
    for runner in runners {
        runner.await.expect("no panic");
    }
}
