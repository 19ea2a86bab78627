//! monoio: one thread, `io_uring` where the kernel has it, no `Send` anywhere.
//!
//! It has no channels and no lock of its own. `local-sync`, by its author, has the channels, which
//! can't leave their thread either; the lock and `select!` are tokio's, which run anywhere.

use std::future::poll_fn;
use std::task::Poll;

pub(crate) use local_sync::oneshot;
pub(crate) use monoio::time::{sleep, timeout};
pub(crate) use tokio::select;
pub(crate) use tokio::sync::Mutex;

use std::net::{Ipv4Addr, SocketAddr};

use monoio::net::TcpListener;
use monoio::task::JoinHandle;
use monoio::{FusionDriver, RuntimeBuilder};

pub(crate) mod mpsc {
    pub(crate) use local_sync::mpsc::bounded::{Rx as Receiver, channel};
    pub(crate) use local_sync::mpsc::unbounded::channel as unbounded_channel;
}

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

#[expect(clippy::unused_async, reason = "elsewhere it waits")]
pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(any).expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    (listener, address)
}
