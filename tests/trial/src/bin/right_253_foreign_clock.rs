//! A thread waits by a `block_on` of its own (`park`), with kettle's timers and channels in it: it has entered the runtime, which `main` drives.
//!
//! Right: the timers fire in `main`'s loop and unpark the thread. `main` itself waits for that thread's word, by way of a job.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::sync::watch;
use kettle::task::spawn_blocking;
use kettle::time::{sleep, timeout};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[kettle::main]
async fn main() {
    let (tell, told) = watch::channel(0);
    let runtime = Handle::current();
    let thread = thread::spawn(move || {
        let _entered = runtime.enter();
        block_on(async {
            for step in 0..3 {
                sleep(Duration::from_millis(700)).await;
                tell.send_replace(step);
            }
            timeout(Duration::from_millis(100), tell.closed()).await.is_err()
        })
    });
    let late = spawn_blocking(|| thread.join().unwrap()).await.unwrap();
    println!("{late} {}", *told.borrow());
}
