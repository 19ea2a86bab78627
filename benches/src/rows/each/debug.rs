//! How much do common operations cost in a debug build, including making and dropping the runtime?

use std::sync::Arc;

use super::rt::{AsyncReadExt, AsyncWriteExt, Mutex};
use super::{channel, rt, select as receivers, spawn as spawned, talk, yields};
use crate::sample::{Clock, Sample};

/// All that a run of so many operations takes, with what comes before and after them.
fn whole<R>(operations: u64, run: impl FnOnce(u64) -> R) -> Sample {
    let clock = Clock::start();
    run(operations);
    clock.stop(operations)
}

pub(crate) fn message(messages: u64) -> Sample {
    whole(messages, channel::one_producer)
}

pub(crate) fn select(rounds: u64) -> Sample {
    whole(rounds, receivers::two_receivers)
}

pub(crate) fn spawn(tasks: u64) -> Sample {
    whole(tasks, spawned::one)
}

/// A yield of a lone task.
pub(crate) fn lone(yields: u64) -> Sample {
    whole(yields, |yields| rt::block_on(yields::among(1, yields)))
}

/// Ten tasks want a lock, and each keeps it over a turn.
pub(crate) fn in_line(locks: u64) -> Sample {
    whole(locks, |locks| rt::block_on(in_ten(locks / 10)))
}

async fn in_ten(each: u64) {
    let count = Arc::new(Mutex::new(0_u32));
    let tasks: Vec<_> = (0..10).map(|_| rt::spawn(some(count.clone(), each))).collect();
    for task in tasks {
        task.await;
    }
    assert_eq!(u64::from(*count.lock().await), 10 * each);
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
    whole(trips, |trips| rt::block_on(both_ends(trips)))
}

async fn both_ends(trips: u64) {
    let (listener, address) = rt::listen().await;
    let mut socket = rt::TcpStream::connect(address).await.expect("the listener's queue");
    let (server, _) = listener.accept().await.expect("a connection");
    let server = rt::spawn(talk::echo(server));
    for _ in 0..trips {
        socket.write_all(&[1; 64]).await.expect("the other task reads");
        socket.read_exact(&mut [0; 64]).await.expect("it answers");
    }
    drop(socket);
    assert_eq!(server.await, trips * 64);
}
