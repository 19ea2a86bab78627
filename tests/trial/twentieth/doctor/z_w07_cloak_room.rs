//! A cloak room with one hook, written by hand: who finds it taken stands in a line of wakers; who leaves wakes the first.
//!
//! Wrong: a guest who has given up (its `timeout` has passed) leaves its waker in the line. The one call goes to that waker,
//! and the guest behind it waits forever.
//!
//! Expected: `lost_wakeup` or `deadlock` (nothing can happen any more): the second guest's task, whose waker is kept in the
//! program's own code. Place: the second guest's await of `Hook`, or its spawn. Cure: take the waker out of the line when the future is
//! dropped, or wake the next (all) when leaving.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::time::{sleep, timeout};

#[derive(Default)]
struct Room {
    taken: bool,
    line: VecDeque<Waker>,
}

#[derive(Clone, Default)]
struct Hook(Arc<Mutex<Room>>);

impl Future for Hook {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut room = self.0.lock().unwrap();
        if room.taken {
            room.line.push_back(cx.waker().clone());
            return Poll::Pending;
        }
        room.taken = true;
        Poll::Ready(())
    }
}

impl Hook {
    fn leave(&self) {
        let mut room = self.0.lock().unwrap();
        room.taken = false;
        let next = room.line.pop_front();
        drop(room);
        if let Some(next) = next {
            next.wake();
        }
    }
}

#[kettle::main]
async fn main() {
    let hook = Hook::default();
    hook.clone().await;
    let hurried = kettle::spawn({
        let hook = hook.clone();
        async move {
            if timeout(Duration::from_millis(20), hook).await.is_err() {
                println!("the first guest goes in with its coat on");
            }
            sleep(Duration::from_millis(200)).await;
        }
    });
    let patient = kettle::spawn({
        let hook = hook.clone();
        async move {
            hook.await;
            println!("the second guest has hung up its coat");
        }
    });
    sleep(Duration::from_millis(100)).await;
    hook.leave();
    hurried.await.unwrap();
    patient.await.unwrap();
}
