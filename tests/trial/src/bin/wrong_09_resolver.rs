//! Looks up names on threads, with a future written by hand; a heartbeat goes on beside it.
//!
//! The mistake: a thread that finds no address prints an error and ends. It stores no answer and
//! drops the waker without a call.
//!
//! Expected: a lost wake-up of the task that looks up the unknown name: its waker was dropped.
//! Cure: in the error case, too, store the result and wake.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::time::interval;

struct Lookup {
    name: &'static str,
    answer: Arc<Mutex<Option<[u8; 4]>>>,
    started: bool,
}

fn resolve(name: &str) -> Result<[u8; 4], String> {
    thread::sleep(Duration::from_millis(50));
    if name == "localhost" { Ok([127, 0, 0, 1]) } else { Err(format!("{name}: no such host")) }
}

fn look_up(name: &str, answer: &Mutex<Option<[u8; 4]>>, waker: Waker) {
    match resolve(name) {
        Ok(address) => {
            *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
            waker.wake();
        }
        Err(error) => eprintln!("resolver: {error}"),
    }
}

impl Future for Lookup {
    type Output = [u8; 4];

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<[u8; 4]> {
        let found = *self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(address) = found {
            return Poll::Ready(address);
        }
        if !self.started {
            self.started = true;
            let (name, answer, waker) = (self.name, self.answer.clone(), cx.waker().clone());
            thread::spawn(move || look_up(name, &answer, waker));
        }
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    kettle::spawn(async {
        let mut heartbeat = interval(Duration::from_millis(200));
        loop {
            heartbeat.tick().await;
        }
    });
    for name in ["localhost", "teapot"] {
        let lookup = Lookup { name, answer: Arc::default(), started: false };
        let address = kettle::spawn(lookup).await;
        println!("{name} is at {address:?}");
    }
}
