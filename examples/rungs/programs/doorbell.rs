// Six wakes of one task: what does each of them do?
//
// A guest waits for five rings. `main` rings the bell, the guest does, and a boy on another thread;
// and `main` once more when the guest has gone in.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use super::play::yield_now;
use super::spawn;
use super::sync::channel;

#[derive(Clone, Default)]
struct Bell(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rings: u32,
    /// Of the poll that listened last.
    waker: Option<Waker>,
}

impl Bell {
    /// Stores the newest waker and reads the count, under one lock: no ring comes in between.
    fn listen(&self, waker: &Waker) -> u32 {
        let mut state = self.0.lock().expect("no panic");
        state.waker = Some(waker.clone());
        state.rings
    }

    /// Changes the state first, and wakes when the lock is free again.
    fn ring(&self) {
        let mut state = self.0.lock().expect("no panic");
        state.rings += 1;
        let waker = state.waker.clone();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

struct Guest {
    bell: Bell,
    polls: u32,
}

impl Future for Guest {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        self.polls += 1;
        let rings = self.bell.listen(cx.waker());
        println!("  poll {} of the guest: {rings} rings so far", self.polls);
        if rings == 3 {
            println!("  the guest rings too");
            self.bell.ring();
        }
        if rings == 5 { Poll::Ready(self.polls) } else { Poll::Pending }
    }
}

pub(crate) async fn main() {
    let bell = Bell::default();
    let guest = Guest { bell: bell.clone(), polls: 0 };
    let (tell, mut guest_is_in) = channel(1);
    spawn(async move {
        let polls = guest.await;
        tell.send(polls).await.expect("`main` waits for it");
    });
    yield_now().await;

    println!("main rings three times");
    bell.ring();
    bell.ring();
    bell.ring();

    let boys = bell.clone();
    let boy = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        println!("a boy rings, on another thread");
        boys.ring();
    });
    let polls = guest_is_in.recv().await.expect("the guest comes in");
    println!("The guest is in, after {polls} polls.");

    println!("main rings once more");
    bell.ring();
    boy.join().expect("no panic"); // blocks the loop, which has nothing left to do
}
