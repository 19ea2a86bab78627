// Misconception 7: a task notices by itself that what it waits for has changed.
//
// What happens: Anna waits until the tea is ready, and has stored a waker. `main` pours the tea and
// sets the flag, but doesn't call the waker. A flag alone wakes no task.
//
// The doctor: `kettle::lost_wakeup`: a waker is stored, and no code is left that could call it.
//
// The fix: after the change, take the waker out and call `wake()` on it; or send through a
// `kettle::sync::oneshot`, which does so.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use kettle::task::yield_now;

#[derive(Default)]
struct Tea {
    ready: bool,
    waiter: Option<Waker>,
}

#[kettle::main]
async fn main() {
    let tea = Arc::new(Mutex::new(Tea::default()));
    let anna = kettle::spawn({
        let tea = tea.clone();
        poll_fn(move |cx| {
            let mut tea = tea.lock().expect("no panic");
            if tea.ready {
                return Poll::Ready(());
            }
            tea.waiter = Some(cx.waker().clone());
            Poll::Pending
        })
    });
    yield_now().await;
    tea.lock().expect("no panic").ready = true;
    anna.await.expect("no panic");
    println!("Anna has tea (never printed).");
}
