//! How does synchronous code wait for a channel or a lock?
//!
//! It polls the future with a waker that unparks its thread, and parks in between. In async code it
//! panics instead, because it would park the very runtime whose tasks it is waiting for.
//!
//! tokio: `runtime::context::blocking_region`, `CachedParkThread`.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use kettle_runtime::event::done_here;
use kettle_runtime::own_waker;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Unpark>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Unpark>) {
        self.0.unpark();
    }
}

/// Polls `future` for this thread, whose own waker this is.
fn poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    let _own = own_waker(waker);
    future.poll(&mut Context::from_waker(waker))
}

/// Polls `future` until it is ready, parking the thread in between.
#[track_caller]
pub(crate) fn block_on<F: Future>(what: &str, future: F) -> F::Output {
    kettle_runtime::assert_may_block(what);
    let mut future = pin!(future);
    done_here(|| {
        // Most are ready at once, and need no waker that is called.
        if let Poll::Ready(output) = poll(future.as_mut(), Waker::noop()) {
            return output;
        }
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        loop {
            // An unpark that comes before the park makes the park return at once.
            match poll(future.as_mut(), &waker) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    })
}
