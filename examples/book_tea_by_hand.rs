// `make_tea` as a value: three states, and a `poll` that moves it from one to the next.
//
// It does what the `async fn` in `examples/make_tea.rs` does, and says when it is polled. No
// runtime takes part: `main` polls it by hand. See `docs/book/src/compiler.md`.

use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::thread;
use std::time::{Duration, Instant};

/// The leaf: ready once its time has come.
struct Sleep {
    deadline: Instant,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.deadline { Poll::Ready(()) } else { Poll::Pending }
    }
}

fn sleep(duration: Duration) -> Sleep {
    Sleep { deadline: Instant::now() + duration }
}

enum MakeTea {
    /// Made, and not polled yet.
    Start,
    /// At the `.await`, with the future that it waits for.
    Boiling(Sleep),
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
                    *self = MakeTea::Boiling(sleep(Duration::from_secs(2)));
                }
                MakeTea::Boiling(water) => {
                    ready!(Pin::new(water).poll(cx));
                    println!("Water boiled. Making tea.");
                    *self = MakeTea::Done;
                    return Poll::Ready(());
                }
                MakeTea::Done => panic!("polled after it was ready"),
            }
        }
    }
}

fn main() {
    let mut tea = make_tea();
    println!("There is a future. Nothing has happened yet.");
    let mut cx = Context::from_waker(Waker::noop());
    while Pin::new(&mut tea).poll(&mut cx).is_pending() {
        thread::sleep(Duration::from_secs(2));
    }
}
