//! A latch and a race, both written by hand, and right.
//! doctor: silence

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::time::sleep;

/// Opens when it has been counted down to zero.
#[derive(Default)]
struct Latch(Mutex<(u32, Vec<Waker>)>);

impl Latch {
    fn new(count: u32) -> Arc<Latch> {
        Arc::new(Latch(Mutex::new((count, Vec::new()))))
    }

    fn count_down(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.0 -= 1;
        if inner.0 == 0 {
            let wakers = std::mem::take(&mut inner.1);
            drop(inner);
            wakers.into_iter().for_each(Waker::wake);
        }
    }

    fn opened(self: &Arc<Latch>) -> Opened {
        Opened(self.clone())
    }
}

struct Opened(Arc<Latch>);

impl Future for Opened {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.0.0.lock().unwrap();
        if inner.0 == 0 {
            return Poll::Ready(());
        }
        if !inner.1.iter().any(|waker| waker.will_wake(cx.waker())) {
            inner.1.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

/// The first of two futures.
struct Race<A, B>(Option<(A, B)>);

impl<T, A: Future<Output = T> + Unpin, B: Future<Output = T> + Unpin> Future for Race<A, B> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let (a, b) = self.0.as_mut().expect("polled after it was ready");
        let winner = match Pin::new(a).poll(cx) {
            Poll::Ready(winner) => winner,
            Poll::Pending => std::task::ready!(Pin::new(b).poll(cx)),
        };
        self.0 = None;
        Poll::Ready(winner)
    }
}

async fn walker(name: &'static str, steps: u64, latch: Arc<Latch>) {
    sleep(Duration::from_millis(100 * steps)).await;
    println!("{name} is at the top");
    latch.count_down();
    let late = Box::pin(async {
        sleep(Duration::from_millis(400)).await;
        "has no more time"
    });
    let all = Box::pin(async {
        latch.opened().await;
        "takes the picture"
    });
    println!("{name} {}", Race(Some((all, late))).await);
}

#[kettle::main]
async fn main() {
    let latch = Latch::new(3);
    let walkers = [("Pia", 1), ("Quin", 4), ("Rob", 7)];
    let walkers = walkers.map(|(name, steps)| kettle::spawn(walker(name, steps, latch.clone())));
    latch.opened().await;
    println!("all are there");
    for walker in walkers {
        walker.await.unwrap();
    }
}
