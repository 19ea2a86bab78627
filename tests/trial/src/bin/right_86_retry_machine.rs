//! A retry as a future written by hand, a state machine of two states: it tries, and after an error it sleeps, four times,
//! twice as long each time.
//!
//! Right: a loop around the `match` polls the new `Sleep` before `Pending` is returned.
//!
//! Expected: silent.
//!
//! doctor: silence

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

impl<F: FnMut() -> Attempt + Unpin> Future for Retry<F> {
    type Output = Result<String, String>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        loop {
            match &mut this.state {
                State::Trying(attempt) => match ready!(attempt.as_mut().poll(cx)) {
                    Err(error) if this.tried < 4 => {
                        println!("{error}");
                        let pause = Duration::from_millis(150) * 2_u32.pow(this.tried);
                        this.tried += 1;
                        this.state = State::Sleeping(Box::pin(sleep(pause)));
                    }
                    result => return Poll::Ready(result),
                },
                State::Sleeping(pause) => {
                    ready!(pause.as_mut().poll(cx));
                    this.state = State::Trying((this.attempt)());
                }
            }
        }
    }
}

fn fetch() -> Attempt {
    Box::pin(async { Err("503 Service Unavailable".to_string()) })
}

#[kettle::main]
async fn main() {
    let retry = Retry { attempt: fetch, tried: 0, state: State::Trying(fetch()) };
    assert!(kettle::spawn(retry).await.unwrap().is_err());
}
