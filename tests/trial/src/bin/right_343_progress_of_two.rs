//! Two downloads as one future, written by hand: it polls a part only if that part's own waker was called. That waker calls the task's.
//!
//! Right: each poll stores the waker of the task that polls. `main` looks for 30 ms itself, then hands the future to a task of its own.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use kettle::time::{Duration, sleep, timeout};

struct Called {
    yes: AtomicBool,
    task: Mutex<Waker>,
}

impl Wake for Called {
    fn wake(self: Arc<Self>) {
        self.yes.store(true, Ordering::Release);
        self.task.lock().unwrap().wake_by_ref();
    }
}

type Part = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Both {
    parts: Vec<(Part, Arc<Called>)>,
}

impl Future for Both {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.parts.retain_mut(|(part, called)| {
            called.task.lock().unwrap().clone_from(cx.waker());
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
    let part = |millis| {
        let part = Box::pin(sleep(Duration::from_millis(millis))) as Part;
        let task = Mutex::new(Waker::noop().clone());
        let yes = AtomicBool::new(true);
        (part, Arc::new(Called { yes, task }))
    };
    let mut both = Both { parts: vec![part(10), part(600)] };
    if timeout(Duration::from_millis(30), &mut both).await.is_err() {
        println!("this takes longer");
        kettle::spawn(both).await.unwrap();
    }
    println!("both are here");
}
