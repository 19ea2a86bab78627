//! kettle, as its users meet it: everything is on.

pub(crate) use kettle::select;
pub(crate) use kettle::sync::{Mutex, mpsc, oneshot};
pub(crate) use kettle::task::yield_now;
pub(crate) use kettle::time::{sleep, timeout};

use kettle::runtime::Builder;
use kettle::task::JoinHandle;

use super::Joined;
use crate::polls;

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut builder = Builder::new_current_thread();
    if let Some(sink) = polls::sink() {
        builder.trace(sink);
    }
    builder.enable_all().build().expect("a runtime").block_on(future)
}

pub(crate) fn spawn<F>(future: F) -> Joined<JoinHandle<F::Output>>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    Joined(kettle::spawn(future))
}

pub(crate) fn detach<F>(future: F)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    drop(kettle::spawn(future));
}
