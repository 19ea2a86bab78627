//! kettle, as its users meet it: everything is on.

pub(crate) use kettle::io::{AsyncReadExt, AsyncWriteExt};
pub(crate) use kettle::net::{TcpListener, TcpStream};
pub(crate) use kettle::select;
pub(crate) use kettle::sync::{Mutex, mpsc};
pub(crate) use kettle::task::yield_now;
pub(crate) use kettle::time::{sleep, timeout};

use std::net::{Ipv4Addr, SocketAddr};

use kettle::runtime::Builder;
use kettle::task::JoinHandle;

use super::Joined;

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
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

pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(any).await.expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    (listener, address)
}
