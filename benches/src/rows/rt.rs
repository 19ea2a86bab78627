//! Which names does a row use for its runtime?
//!
//! Those below, as `rt::spawn`. Most are items of the library `super::lib`, which is kettle or
//! tokio (the two have the same paths); the others are small functions on top of it. So a row is
//! plain code, without a trait or a macro between it and the runtime. tokio's runtime has one
//! thread, as kettle's has.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

pub(crate) use super::lib::io::{AsyncReadExt, AsyncWriteExt};
pub(crate) use super::lib::net::{TcpListener, TcpStream};
use super::lib::runtime::Builder;
pub(crate) use super::lib::select;
pub(crate) use super::lib::sync::{Mutex, mpsc};
use super::lib::task::JoinHandle;
pub(crate) use super::lib::task::yield_now;
pub(crate) use super::lib::time::{sleep, timeout};

/// Makes a runtime, runs a future on it and drops it.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// Starts a task. Its handle gives the task's output.
pub(crate) fn spawn<F>(future: F) -> Joined<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    Joined(super::lib::spawn(future))
}

/// A join handle that gives the task's output itself, since no task of the bench panics.
pub(crate) struct Joined<T>(JoinHandle<T>);

impl<T> Future for Joined<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0).poll(cx).map(|result| result.expect("no task of the bench panics"))
    }
}

/// Starts a task that nobody joins.
pub(crate) fn detach<F>(future: F)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    drop(super::lib::spawn(future));
}

/// Listens on a free port of this machine.
pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(any).await.expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    (listener, address)
}
