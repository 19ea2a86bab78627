//! Two downloads as one future, written by hand: it polls a part only if that part's own waker was called. That waker calls the task's.
//!
//! Wrong: it keeps the first task's waker. `main` looks for 30 ms itself, then hands the future to a task of its own; when a part goes on, `main` is woken and not that task.
//!
//! Expected: `lost_wakeup` of task 1: the future was polled with the waker of `main` and keeps it; (or `deadlock`). The cure: take `cx.waker()` anew in each poll (`clone_from`, under a lock).
//!
//! doctor: `lost_wakeup` | `deadlock`
//! ends: killed

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use kettle::time::{Duration, sleep, timeout};

struct Called {
    yes: AtomicBool,
    task: Waker,
}

impl Wake for Called {
    fn wake(self: Arc<Self>) {
        self.yes.store(true, Ordering::Release);
        self.task.wake_by_ref();
    }
}

type Part = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Both {
    parts: Vec<(Part, Option<Arc<Called>>)>,
}

impl Future for Both {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.parts.retain_mut(|(part, called)| {
            let yes = AtomicBool::new(true);
            let task = cx.waker().clone();
            let called = called.get_or_insert_with(|| Arc::new(Called { yes, task }));
            if !called.yes.swap(false, Ordering::AcqRel) {
                return true;
            }
            let waker = Waker::from(Arc::clone(called));
            part.as_mut().poll(&mut Context::from_waker(&waker)).is_pending()
        });
        if self.parts.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[kettle::main]
async fn main() {
    let part = |millis| Box::pin(sleep(Duration::from_millis(millis))) as Part;
    let parts = vec![(part(10), None), (part(200), None)];
    let mut both = Both { parts };
    if timeout(Duration::from_millis(30), &mut both).await.is_err() {
        println!("this takes longer");
        kettle::spawn(both).await.unwrap();
    }
    println!("both are here");
}
