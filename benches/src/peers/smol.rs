//! smol: `async-executor` with the reactor of `async-io`.
//!
//! Its channels are `async-channel`'s, here with kettle's names; `select!` is tokio's, which runs
//! anywhere.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

pub(crate) use smol::future::yield_now;
pub(crate) use smol::io::{AsyncReadExt, AsyncWriteExt};
pub(crate) use smol::lock::Mutex;
pub(crate) use smol::net::{TcpListener, TcpStream};
pub(crate) use tokio::select;

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

/// `Err`: it took longer; then the instant at which that was clear.
pub(crate) async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Instant> {
    let late = async { Err(Timer::after(limit).await) };
    smol::future::or(async { Ok(future.await) }, late).await
}

pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(any).await.expect("a port of this machine");
    let address = listener.local_addr().expect("the port");
    (listener, address)
}

pub(crate) mod mpsc {
    use smol::channel;
    use smol::channel::TrySendError;

    #[derive(Clone)]
    pub(crate) struct Sender<T>(channel::Sender<T>);

    #[derive(Clone)]
    pub(crate) struct UnboundedSender<T>(channel::Sender<T>);

    pub(crate) struct Receiver<T>(channel::Receiver<T>);

    pub(crate) fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        let (sender, receiver) = channel::bounded(capacity);
        (Sender(sender), Receiver(receiver))
    }

    pub(crate) fn unbounded_channel<T>() -> (UnboundedSender<T>, Receiver<T>) {
        let (sender, receiver) = channel::unbounded();
        (UnboundedSender(sender), Receiver(receiver))
    }

    impl<T> Sender<T> {
        pub(crate) fn send(&self, message: T) -> channel::Send<'_, T> {
            self.0.send(message)
        }

        pub(crate) fn blocking_send(&self, message: T) -> Result<(), channel::SendError<T>> {
            self.0.send_blocking(message)
        }
    }

    impl<T> UnboundedSender<T> {
        pub(crate) fn send(&self, message: T) -> Result<(), TrySendError<T>> {
            self.0.try_send(message)
        }
    }

    impl<T> Receiver<T> {
        pub(crate) async fn recv(&mut self) -> Option<T> {
            self.0.recv().await.ok()
        }
    }
}
