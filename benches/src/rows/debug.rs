//! What does what happens often cost a debug build? What other rows don't have.

use std::sync::Arc;

use super::rt::{AsyncReadExt, AsyncWriteExt, Mutex};
use super::{rt, talk, yields};
use crate::sample::{Clock, Sample};

/// A yield of a lone task.
pub(crate) fn lone(yields: u64) -> Sample {
    rt::block_on(yields::among(1, yields))
}

/// Ten tasks want a lock, and each keeps it over a turn.
pub(crate) fn in_line(locks: u64) -> Sample {
    rt::block_on(async {
        let (count, each) = (Arc::new(Mutex::new(0_u32)), locks / 10);
        let clock = Clock::start();
        let tasks: Vec<_> = (0..10).map(|_| rt::spawn(some(count.clone(), each))).collect();
        for task in tasks {
            task.await;
        }
        let sample = clock.stop(10 * each);
        assert_eq!(u64::from(*count.lock().await), 10 * each);
        sample
    })
}

/// (Not of the type that the row `lock` has: that is compiled into its one task.)
async fn some(count: Arc<Mutex<u32>>, locks: u64) {
    for _ in 0..locks {
        let mut count = count.lock().await;
        *count += 1;
        rt::yield_now().await;
    }
}

/// TCP without visitors: both ends are tasks.
pub(crate) fn echo(trips: u64) -> Sample {
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut socket = rt::TcpStream::connect(address).await.expect("the listener's queue");
        let (server, _) = listener.accept().await.expect("a connection");
        let server = rt::spawn(talk::echo(server));
        let clock = Clock::start();
        for _ in 0..trips {
            socket.write_all(&[1; 64]).await.expect("the other task reads");
            socket.read_exact(&mut [0; 64]).await.expect("it answers");
        }
        let sample = clock.stop(trips);
        drop(socket);
        assert_eq!(server.await, trips * 64);
        sample
    })
}
