//! What do the names mean that a row uses for its runtime?
//!
//! The same paths, of kettle or of tokio's runtime of one thread.

pub(crate) use super::lib::io::{AsyncReadExt, AsyncWriteExt};
pub(crate) use super::lib::net::{TcpListener, TcpStream};
pub(crate) use super::lib::select;
pub(crate) use super::lib::sync::{Mutex, mpsc};
pub(crate) use super::lib::task::yield_now;
pub(crate) use super::lib::time::{sleep, timeout};

use std::net::{Ipv4Addr, SocketAddr};

use super::lib::runtime::Builder;
use super::lib::task::JoinHandle;

use crate::peers::Joined;

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

pub(crate) fn spawn<F>(future: F) -> Joined<JoinHandle<F::Output>>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    Joined(super::lib::spawn(future))
}

pub(crate) fn detach<F>(future: F)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    drop(super::lib::spawn(future));
}

pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(any).await.expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    (listener, address)
}
