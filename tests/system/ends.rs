//! A runtime is dropped in each of its states, with each kind of thing alive: every future and
//! every closure's value is dropped once, and no descriptor and no thread is left.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, duplex};
use kettle::net::{TcpListener, TcpStream, UdpSocket, UnixStream};
use kettle::process::Command;
use kettle::runtime::{Handle, Runtime};
use kettle::signal::unix::{SignalKind, signal};
use kettle::sync::{Barrier, Mutex, Notify, Semaphore, broadcast, mpsc, oneshot, watch};
use kettle::task::{JoinSet, spawn_blocking};
use kettle::time::{interval, sleep, timeout};

use crate::common::engine::{keep, on_drop, runtime, yield_times};
use crate::{KINDS, on_the_page, open_descriptors, run, threads};

#[test]
fn a_runtime_that_is_dropped_in_any_state_leaves_nothing_of_anything() {
    run("ends", ":");
}

const HOUR: Duration = Duration::from_hours(1);

/// Counts what is alive.
#[derive(Clone, Default)]
struct Alive(Arc<AtomicUsize>);

impl Alive {
    fn value(&self) -> impl Send + use<> {
        let alive = self.0.clone();
        alive.fetch_add(1, Ordering::SeqCst);
        on_drop(move || assert!(alive.fetch_sub(1, Ordering::SeqCst) > 0, "dropped twice"))
    }

    /// Spawns a task that keeps a value of ours as long as it lives.
    fn spawn<F: Future<Output: Send> + Send + 'static>(&self, future: F) {
        let value = self.value();
        kettle::spawn(async move { keep((future.await, value)).await });
    }
}

/// One of each kind, which waits.
fn everything(alive: &Alive) {
    alive.spawn(pending::<()>());
    alive.spawn(sleep(HOUR));
    alive.spawn(timeout(HOUR, pending::<()>()));
    alive.spawn(async {
        let mut interval = interval(HOUR);
        loop {
            interval.tick().await;
        }
    });
    sockets(alive);
    primitives(alive);
    let of_a_set = alive.value();
    alive.spawn(async move {
        let mut set = JoinSet::new();
        set.spawn(keep(of_a_set));
        set.join_next().await
    });
    let (asked, answer) = oneshot::channel::<()>();
    let of_a_job = alive.value();
    alive.spawn(async move {
        let _ended = spawn_blocking(move || {
            let _of_a_job = of_a_job;
            // Waits for a task of this runtime; its end must tell it.
            answer.blocking_recv().is_err()
        })
        .await;
    });
    alive.spawn(async move {
        sleep(HOUR).await;
        asked.send(())
    });
    alive.spawn(async {
        let mut child = Command::new("sleep").arg("1000").kill_on_drop(true).spawn().unwrap();
        child.wait().await
    });
    alive.spawn(async {
        let mut listener = signal(SignalKind::user_defined1()).unwrap();
        while listener.recv().await.is_some() {}
    });
    alive.spawn(async { kettle::fs::read("/dev/zero/none").await });
    // Wakes itself for ever, so something is always queued.
    alive.spawn(async {
        loop {
            kettle::task::yield_now().await;
        }
    });
}

fn sockets(alive: &Alive) {
    alive.spawn(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (client, server) = kettle::join!(TcpStream::connect(address), listener.accept());
        let (mut client, (mut server, _)) = (client.unwrap(), server.unwrap());
        // One waits for a byte, one for room, and one for a connection.
        let fill = async {
            let _ = server.write_all(&vec![7; 64 << 20]).await;
            pending::<()>().await;
        };
        let (mut reader, _writer) = client.split();
        let read = async {
            sleep(HOUR).await;
            reader.read(&mut [0; 8]).await
        };
        kettle::join!(fill, read, listener.accept()).1
    });
    alive.spawn(async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.recv(&mut [0; 8]).await
    });
    alive.spawn(async {
        let (mut near, _far) = UnixStream::pair().unwrap();
        near.read(&mut [0; 8]).await
    });
    alive.spawn(async {
        let (mut near, _far) = duplex(8);
        near.read(&mut [0; 8]).await
    });
}

fn primitives(alive: &Alive) {
    alive.spawn(async {
        let (_sender, mut receiver) = mpsc::channel::<u8>(1);
        receiver.recv().await
    });
    let of_a_channel = alive.value();
    alive.spawn(async {
        let (sender, _receiver) = mpsc::channel(1);
        let _ = sender.send(Some(of_a_channel)).await;
        let _ = sender.send(None).await;
    });
    alive.spawn(async {
        let (_sender, mut receiver) = broadcast::channel::<u8>(1);
        receiver.recv().await
    });
    alive.spawn(async {
        let (_sender, mut receiver) = watch::channel(1);
        receiver.changed().await
    });
    alive.spawn(async {
        let lock = Mutex::new(());
        let _guard = lock.lock().await;
        drop(lock.lock().await);
    });
    alive.spawn(async { drop(Semaphore::new(0).acquire().await) });
    alive.spawn(async { Notify::new().notified().await });
    alive.spawn(async { Barrier::new(2).wait().await });
}

/// How a runtime's life ends, by the state's name.
type End = (&'static str, fn(Runtime, &Alive));

const ENDS: &[End] = &[
    ("it never ran", |runtime, alive| {
        {
            let _entered = runtime.enter();
            everything(alive);
        }
        drop(runtime);
    }),
    ("it ran until everybody waits", |runtime, alive| drop(ran(runtime, alive))),
    ("it ran once, and all are queued again", |runtime, alive| {
        runtime.block_on(async {
            everything(alive);
            kettle::task::yield_now().await;
        });
        drop(runtime);
    }),
    ("on another thread", |runtime, alive| {
        let runtime = ran(runtime, alive);
        std::thread::spawn(move || drop(runtime)).join().unwrap();
    }),
    ("by a panic out of block_on", |runtime, alive| {
        let panic = catch_unwind(AssertUnwindSafe(|| {
            let runtime = runtime;
            runtime.block_on(async {
                everything(alive);
                some_turns().await;
                std::panic::resume_unwind(Box::new("on purpose"));
            });
        }));
        assert!(panic.is_err());
    }),
    ("in the background, inside another", |inner, alive| {
        let inner = ran(inner, alive);
        let outer = runtime();
        outer.block_on(async { inner.shutdown_background() });
    }),
    ("with a limit of time", |runtime, alive| {
        ran(runtime, alive).shutdown_timeout(Duration::from_millis(1));
    }),
    ("by its own last task", |runtime, alive| {
        let runtime = ran(runtime, alive);
        let handle = runtime.handle().clone();
        drop(handle.spawn_blocking(move || drop(runtime)));
    }),
    ("while another thread waits for one of its tasks", |runtime, alive| {
        let runtime = ran(runtime, alive);
        let task = runtime.spawn(pending::<()>());
        let waiting = std::thread::spawn(move || {
            let outer = crate::common::engine::runtime();
            outer.block_on(task).unwrap_err().is_cancelled()
        });
        drop(runtime);
        assert!(waiting.join().unwrap());
    }),
    ("while other threads wake, abort and spawn", |runtime, alive| {
        let runtime = ran(runtime, alive);
        let handle = runtime.handle().clone();
        let task = handle.spawn(pending::<()>());
        let value = alive.clone();
        let busy = std::thread::spawn(move || {
            for _ in 0..1_000 {
                drop(handle.spawn(keep(value.value())));
                task.abort();
            }
        });
        drop(runtime);
        busy.join().unwrap();
    }),
];

async fn some_turns() {
    yield_times(100).await;
    sleep(Duration::from_millis(2)).await;
}

/// Lets everything run until it waits.
fn ran(runtime: Runtime, alive: &Alive) -> Runtime {
    runtime.block_on(async {
        everything(alive);
        some_turns().await;
        assert!(Handle::current().metrics().num_alive_tasks() > 20);
    });
    runtime
}

pub(crate) fn program() {
    // Once before the count: what std and the signals' handler keep.
    let alive = Alive::default();
    let first = ran(runtime(), &alive);
    let values = alive.0.load(Ordering::SeqCst);
    on_the_page(&format!("dropped in {} states with {values} values alive", ENDS.len()));
    drop(first);
    let before = settled(usize::MAX, usize::MAX);
    let new = || KINDS.iter().map(|new| new().enable_all().build().expect("a runtime"));
    for ((state, end), runtime) in ENDS.iter().flat_map(|end| new().map(move |new| (end, new))) {
        let alive = Alive::default();
        end(runtime, &alive);
        let left = || alive.0.load(Ordering::SeqCst);
        // Of jobs and of what ends in the background.
        while left() > 0 {
            std::thread::yield_now();
        }
        let after = settled(before.0, before.1);
        assert!(after <= before, "{state}: {before:?} before, {after:?} after");
        println!("{state}: nothing is left");
    }
}

/// Descriptors and threads, once they are no more than these. (A thread is listed until the system
/// has taken it down, and a child's descriptor is closed when it has ended.)
fn settled(descriptors: usize, all_threads: usize) -> (usize, usize) {
    while open_descriptors() > descriptors || threads() > all_threads {
        std::thread::yield_now();
    }
    (open_descriptors(), threads())
}
