// async-compat: futures that need tokio, driven by another executor. The runtime is one that the
// crate makes on a thread of its own.

use async_compat::{Compat, CompatExt};
use futures_util::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) fn main() {
    let echo = async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = async {
            let mut socket = TcpStream::connect(address).await.unwrap().compat();
            socket.write_all(b"tea").await.unwrap();
            let mut answer = [0; 3];
            socket.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"tea");
        };
        let server = async {
            let mut socket = listener.accept().await.unwrap().0.compat();
            let mut words = [0; 3];
            socket.read_exact(&mut words).await.unwrap();
            socket.write_all(&words).await.unwrap();
        };
        tokio::join!(client, server);
    };
    block_on(Compat::new(echo));
}

/// An executor that knows nothing of tokio.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let thread = std::sync::Arc::new(Unpark(std::thread::current()));
    let waker = thread.into();
    let mut cx = std::task::Context::from_waker(&waker);
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        std::thread::park();
    }
}

struct Unpark(std::thread::Thread);

impl std::task::Wake for Unpark {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.unpark();
    }
}
