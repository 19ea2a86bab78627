//! How much do common operations cost in a debug build, with its doctor?
//!
//! A debug build measures a whole run, with the start and the end of its runtime, because the
//! doctor has work there, too. The table passes some rows of an optimised build to [`measure_all`].
//! Three rows are only for debug builds: [`yield_alone`], [`contended_lock`] and [`echo`].

use std::sync::Arc;

use super::rt::{AsyncReadExt, AsyncWriteExt, Mutex};
use super::{rt, talk, yields}; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::sample::{Clock, Sample};

const LOCKING_TASKS: u64 = 10;
const MESSAGE_BYTES: usize = 64;

/// Measures all of `run`, and divides by the number of operations. A row's own sample, which leaves
/// out the start of the runtime, is dropped.
pub(crate) fn measure_all<R>(operations: u64, run: impl FnOnce(u64) -> R) -> Sample {
    let clock = Clock::start();
    drop(run(operations));
    clock.stop(operations)
}

/// Yields of a task that is alone in the runtime.
pub(crate) fn yield_alone(yields: u64) -> Sample {
    measure_all(yields, |yields| rt::block_on(yields::among(1, yields)))
}

/// Locks of a mutex by ten tasks, each of which yields while it has the guard.
pub(crate) fn contended_lock(locks: u64) -> Sample {
    measure_all(locks, |locks| rt::block_on(lock_in_tasks(locks / LOCKING_TASKS)))
}

async fn lock_in_tasks(locks_per_task: u64) {
    let count = Arc::new(Mutex::new(0_u32));
    let mut tasks = Vec::new();
    for _ in 0..LOCKING_TASKS {
        tasks.push(rt::spawn(lock_often(count.clone(), locks_per_task)));
    }
    for task in tasks {
        task.await;
    }
    assert_eq!(u64::from(*count.lock().await), LOCKING_TASKS * locks_per_task);
}

// The row `lock` has a `Mutex<u64>`. It is measured with all code of that type inlined, which the
// compiler does only while there is no second user. So this one has another type.
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
        socket.write_all(&[1; MESSAGE_BYTES]).await.expect("the other task reads");
        socket.read_exact(&mut [0; MESSAGE_BYTES]).await.expect("it answers");
    }
    drop(socket);
    assert_eq!(server.await, trips * MESSAGE_BYTES as u64);
}
