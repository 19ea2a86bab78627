//! A retry as a future written by hand, a state machine of two states: it tries, and after an error it sleeps.
//!
//! Wrong: when it goes over to sleeping it returns `Pending` at once. The new `Sleep` has never been polled, so no timer
//! is set and nothing has the waker.
//!
//! Expected: `lost_wakeup`: the waker is stored nowhere. The cure: poll the sleep before `Pending` is returned, by a loop
//! around the `match`.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use kettle::time::{Sleep, sleep};

type Attempt = Pin<Box<dyn Future<Output = Result<String, String>> + Send>>;

enum State {
    Trying(Attempt),
    Sleeping(Pin<Box<Sleep>>),
}

struct Retry<F> {
    attempt: F,
    tried: u32,
    state: State,
}

impl<F: FnMut() -> Attempt + Unpin> Retry<F> {
    fn new(mut attempt: F) -> Self {
        let state = State::Trying(attempt());
        Retry { attempt, tried: 0, state }
    }
}

impl<F: FnMut() -> Attempt + Unpin> Future for Retry<F> {
    type Output = Result<String, String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.state {
            State::Trying(attempt) => match ready!(attempt.as_mut().poll(cx)) {
                Err(error) if self.tried < 3 => {
                    println!("{error}");
                    self.tried += 1;
                    let pause = Duration::from_millis(20) * self.tried;
                    self.state = State::Sleeping(Box::pin(sleep(pause)));
                    Poll::Pending
                }
                result => Poll::Ready(result),
            },
            State::Sleeping(pause) => {
                ready!(pause.as_mut().poll(cx));
                self.state = State::Trying((self.attempt)());
                self.poll(cx)
            }
        }
    }
}

fn fetch() -> Attempt {
    Box::pin(async {
        sleep(Duration::from_millis(10)).await;
        Err("503 Service Unavailable".to_string())
    })
}

#[kettle::main]
async fn main() {
    let page = kettle::spawn(Retry::new(fetch));
    println!("{:?}", page.await.unwrap());
}
