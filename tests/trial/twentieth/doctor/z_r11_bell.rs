//! A hand-written event: those who wait leave their wakers in a list, which `ring` empties. A future that is dropped takes its
//! waker out again. Most waits end by a `timeout`.
//!
//! Right: each waker is replaced when the future is polled with another one, all are called. Near to: `lost_wakeup` of hand-written
//! futures.
//!
//! Expected: silent.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::time::{sleep, timeout};

#[derive(Default)]
struct Inner {
    rings: u64,
    next: u64,
    waiting: BTreeMap<u64, Waker>,
}

#[derive(Clone, Default)]
struct Bell(Arc<Mutex<Inner>>);

struct Heard {
    bell: Bell,
    seen: u64,
    key: Option<u64>,
}

impl Bell {
    fn heard(&self) -> Heard {
        Heard { bell: self.clone(), seen: self.0.lock().unwrap().rings, key: None }
    }

    fn ring(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.rings += 1;
        let waiting = std::mem::take(&mut inner.waiting);
        drop(inner);
        waiting.into_values().for_each(Waker::wake);
    }
}

impl Future for Heard {
    type Output = u64;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        let bell = self.bell.clone();
        let mut inner = bell.0.lock().unwrap();
        if inner.rings != self.seen {
            return Poll::Ready(inner.rings);
        }
        let key = self.key.unwrap_or(inner.next);
        if self.key.is_none() {
            inner.next += 1;
            self.key = Some(key);
        }
        inner.waiting.insert(key, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let waker = self.bell.0.lock().unwrap().waiting.remove(&key);
            drop(waker);
        }
    }
}

#[kettle::main]
async fn main() {
    let bell = Bell::default();
    let listeners: Vec<_> = (0..4_u64)
        .map(|n| {
            let bell = bell.clone();
            kettle::spawn(async move {
                let mut tries = 0;
                while timeout(Duration::from_millis(100 + n * 150), bell.heard()).await.is_err() {
                    tries += 1;
                }
                bell.heard().await; // the last bell, with no limit
                tries
            })
        })
        .collect();
    sleep(Duration::from_millis(700)).await;
    bell.ring();
    sleep(Duration::from_millis(1500)).await;
    bell.ring();
    for listener in listeners {
        assert!(listener.await.unwrap() > 0);
    }
    println!("all have heard it");
}
