//! smol: `async-executor` with the reactor of `async-io`.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

pub(crate) use smol::future::yield_now;
pub(crate) use smol::io::{AsyncReadExt, AsyncWriteExt};
pub(crate) use smol::net::{TcpListener, TcpStream};

use smol::{LocalExecutor, Task, Timer};

thread_local! {
    /// Never dropped: the process ends with its one row.
    static EXECUTOR: &'static LocalExecutor<'static> = Box::leak(Box::default());
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    smol::block_on(EXECUTOR.with(|executor| executor.run(future)))
}

pub(crate) fn spawn<F>(future: F) -> Task<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    EXECUTOR.with(|executor| executor.spawn(future))
}

pub(crate) fn detach<F>(future: F)
where
    F: Future<Output: 'static> + 'static,
{
    spawn(future).detach();
}

pub(crate) fn sleep(duration: Duration) -> Timer {
    Timer::after(duration)
}

pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(any).await.expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    (listener, address)
}
