// What does a future drop, and when, if it is not polled to its end?
//
// Three teas: one is never polled, one is polled once, one is polled until it is ready. See
// `docs/book/src/compiler.md`.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use kettle::time::sleep;

/// Says when it is dropped.
struct Dish(&'static str);

impl Drop for Dish {
    fn drop(&mut self) {
        println!("  The {} is washed.", self.0);
    }
}

async fn make_tea(_cup: Dish) {
    let _pot = Dish("pot");
    println!("  Putting the kettle on.");
    sleep(Duration::from_millis(300)).await;
    println!("  Water boiled. Making tea.");
}

/// Polls `future` once, whatever comes of it.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

#[kettle::main]
async fn main() {
    println!("One tea is never polled.");
    let tea = make_tea(Dish("cup"));
    drop(tea);

    println!("One is polled once.");
    let mut tea = Box::pin(make_tea(Dish("cup")));
    assert!(poll_once(tea.as_mut()).await.is_pending());
    drop(tea);

    println!("One is polled until it is ready.");
    let tea = make_tea(Dish("cup"));
    tea.await;
}
