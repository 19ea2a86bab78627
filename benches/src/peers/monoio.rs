//! monoio: one thread, `io_uring` where the kernel has it, no `Send` anywhere.

use std::future::poll_fn;
use std::task::Poll;

pub(crate) use monoio::time::sleep;

use monoio::task::JoinHandle;
use monoio::{FusionDriver, RuntimeBuilder};

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let builder = RuntimeBuilder::<FusionDriver>::new().enable_timer();
    builder.build().expect("a runtime").block_on(future)
}

pub(crate) fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    monoio::spawn(future)
}

pub(crate) fn detach<F>(future: F)
where
    F: Future<Output: 'static> + 'static,
{
    drop(monoio::spawn(future));
}

/// monoio has none of its own.
pub(crate) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
