// Misconception 5: a waker is stored once, at the first poll.
//
// What happens: `main` polls the bell a first time, and the bell keeps `main`'s waker. Then a task
// gets the bell and polls it again, with a waker of its own. The bell doesn't take that one: when
// it rings, it wakes `main`, which no longer waits for the bell. The task hangs.
//
// The doctor: `kettle::lost_wakeup`, a note: the task returned `Pending`, and no waker of *it* is
// stored.
//
// The fix: `*waker = Some(cx.waker().clone())` at each poll, whatever was there before.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[derive(Clone, Default)]
struct Bell(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rung: bool,
    waker: Option<Waker>,
}

impl Bell {
    fn ring(&self) {
        let mut state = self.0.lock().expect("no panic");
        state.rung = true;
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }
}

impl Future for Bell {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().expect("no panic");
        if state.rung {
            return Poll::Ready(());
        }
        state.waker.get_or_insert_with(|| cx.waker().clone());
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let bell = Bell::default();
    let mut for_the_guest = bell.clone();
    let answer = poll_fn(|cx| Poll::Ready(Pin::new(&mut for_the_guest).poll(cx))).await;
    println!("Has it rung? {}", if answer.is_ready() { "Yes." } else { "Not yet." });

    kettle::spawn(async move {
        for_the_guest.await;
        println!("The guest comes in.");
    });
    kettle::time::sleep(Duration::from_millis(50)).await;
    println!("Ringing.");
    bell.ring();
    kettle::time::sleep(Duration::from_millis(50)).await;
    println!("Nobody came.");
}
