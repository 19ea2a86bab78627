// `make_tea` as a value: three states, and a `poll` that moves it from one to the next.
//
// It does what the `async fn` in `examples/make_tea.rs` does, and says when it is polled. See
// `docs/book/src/compiler.md`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use kettle::time::{Sleep, sleep};

enum MakeTea {
    /// Made, and not polled yet.
    Start,
    /// At the `.await`, with the future that it waits for.
    Boiling(Pin<Box<Sleep>>),
    Done,
}

fn make_tea() -> MakeTea {
    MakeTea::Start
}

impl Future for MakeTea {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        println!("(polled)");
        loop {
            match &mut *self {
                MakeTea::Start => {
                    println!("Putting the kettle on.");
                    *self = MakeTea::Boiling(Box::pin(sleep(Duration::from_secs(2))));
                }
                MakeTea::Boiling(water) => {
                    ready!(water.as_mut().poll(cx));
                    println!("Water boiled. Making tea.");
                    *self = MakeTea::Done;
                    return Poll::Ready(());
                }
                MakeTea::Done => panic!("polled after it was ready"),
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let tea = make_tea();
    println!("There is a future. Nothing has happened yet.");
    tea.await;
}
