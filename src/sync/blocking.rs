//! How does synchronous code wait for a channel or a lock?
//!
//! It polls the future with a waker that unparks its thread, and parks in between. In async code it
//! panics instead, because it would park the very runtime whose tasks it is waiting for.
//!
//! tokio: `runtime::context::blocking_region`, `CachedParkThread`.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use kettle_runtime::event::done_here;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Unpark>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Unpark>) {
        self.0.unpark();
    }
}

/// Polls `future` until it is ready, parking the thread in between.
#[track_caller]
pub(crate) fn block_on<F: Future>(what: &str, future: F) -> F::Output {
    kettle_runtime::assert_may_block(what);
    let mut future = pin!(future);
    done_here(|| {
        // Most are ready at once, and need no waker that is called.
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut cx = Context::from_waker(&waker);
        loop {
            // An unpark that comes before the park makes the park return at once.
            match future.as_mut().poll(&mut cx) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    })
}
