//! tokio's runtime of one thread: what all others are compared with.

pub(crate) use tokio::io::{AsyncReadExt, AsyncWriteExt};
pub(crate) use tokio::net::{TcpListener, TcpStream};
pub(crate) use tokio::select;
pub(crate) use tokio::sync::{Mutex, mpsc};
pub(crate) use tokio::task::yield_now;
pub(crate) use tokio::time::{sleep, timeout};

use std::net::{Ipv4Addr, SocketAddr};

use tokio::runtime::Builder;
use tokio::task::JoinHandle;

use super::Joined;

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

pub(crate) fn spawn<F>(future: F) -> Joined<JoinHandle<F::Output>>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    Joined(tokio::spawn(future))
}

pub(crate) fn detach<F>(future: F)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    drop(tokio::spawn(future));
}

pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(any).await.expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    (listener, address)
}
