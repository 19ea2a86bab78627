//! How much do common operations cost in a debug build, with its doctor?
//!
//! [`measure_all`] measures a whole row of an optimised build, with the making and the drop of its
//! runtime; the table names the row. Three rows are written for debug builds: [`yield_alone`],
//! [`contended_lock`] and [`echo`].

use std::sync::Arc;

use super::rt::{AsyncReadExt, AsyncWriteExt, Mutex};
use super::{rt, talk, yields};
use crate::sample::{Clock, Sample};

/// Measures all of `run`, and divides by the number of operations.
pub(crate) fn measure_all<R>(operations: u64, run: impl FnOnce(u64) -> R) -> Sample {
    let clock = Clock::start();
    run(operations);
    clock.stop(operations)
}

/// Yields of a task that is alone in the runtime.
pub(crate) fn yield_alone(yields: u64) -> Sample {
    measure_all(yields, |yields| rt::block_on(yields::among(1, yields)))
}

/// Locks of a mutex by ten tasks, each of which yields while it has the guard.
pub(crate) fn contended_lock(locks: u64) -> Sample {
    measure_all(locks, |locks| rt::block_on(lock_in_ten_tasks(locks / 10)))
}

async fn lock_in_ten_tasks(locks_per_task: u64) {
    let count = Arc::new(Mutex::new(0_u32));
    let tasks: Vec<_> =
        (0..10).map(|_| rt::spawn(lock_often(count.clone(), locks_per_task))).collect();
    for task in tasks {
        task.await;
    }
    assert_eq!(u64::from(*count.lock().await), 10 * locks_per_task);
}

// Not `u64`: the compiler inlines the code of a `Mutex<u64>` into the row `lock`, its only user.
async fn lock_often(count: Arc<Mutex<u32>>, locks: u64) {
    for _ in 0..locks {
        let mut count = count.lock().await;
        *count += 1;
        rt::yield_now().await;
    }
}

/// Round trips over TCP. Both ends are tasks of this process.
pub(crate) fn echo(trips: u64) -> Sample {
    measure_all(trips, |trips| rt::block_on(echo_to_itself(trips)))
}

async fn echo_to_itself(trips: u64) {
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
