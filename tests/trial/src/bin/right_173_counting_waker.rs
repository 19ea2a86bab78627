//! How often is a connection woken? A wrapper around its future counts, with a waker of its own around the task's.
//!
//! Right: both ways to wake are passed on. What the channel has is the wrapper's waker, in other code, and a letter comes only after
//! two seconds, from a thread.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use kettle::sync::mpsc;

struct Counting(Waker, Arc<AtomicUsize>);

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.wake_by_ref();
    }
}

struct Counted<F>(Pin<Box<F>>, Arc<AtomicUsize>);

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let counting = Arc::new(Counting(cx.waker().clone(), Arc::clone(&self.1)));
        self.0.as_mut().poll(&mut Context::from_waker(&Waker::from(counting)))
    }
}

#[kettle::main]
async fn main() {
    let (send, mut received) = mpsc::channel(4);
    let wakes = Arc::new(AtomicUsize::new(0));
    let connection = async move {
        let mut letters = 0;
        while let Some(letter) = received.recv().await {
            letters += str::len(letter);
        }
        letters
    };
    let task = kettle::spawn(Counted(Box::pin(connection), Arc::clone(&wakes)));
    let post = thread::spawn(move || {
        for letter in ["first", "second", "third"] {
            thread::sleep(Duration::from_millis(900));
            send.blocking_send(letter).expect("it is there");
        }
    });
    println!("{} after {} wakes", task.await.unwrap(), wakes.load(Ordering::Relaxed));
    post.join().unwrap();
}
