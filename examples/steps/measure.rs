//! What does step 7 pay for its simplicity? This runs one operation many times, on it or on kettle.
//!
//! `cargo build --release --example steps_measure`, then, with `P` for the program
//! (`target/release/examples/steps_measure`), a runtime, a row of [`operations`] and a number:
//!
//! - instructions: `valgrind --tool=cachegrind --cache-sim=no P step7 yield 12000`, the same with
//!   2000, and the difference divided by 10,000;
//! - allocations: `valgrind --tool=dhat P step7 batch 3000`, the same with 1000, divided by 2,000;
//! - system calls: `strace -c P step7 echo 1200`, the same with 200, divided by 1,000; for `ring`
//!   `strace -f -c -e write`;
//! - polls: `P step7 herd 10` prints them.
//!
//! The difference of two runs leaves out what start and end cost. The figures are in `README.md`.

use std::env;
use std::future::poll_fn;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::pin;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};

#[allow(dead_code, unreachable_pub)]
#[path = "step7_join.rs"]
mod step7;

/// What the rows use, of either runtime.
mod on_step7 {
    pub(super) use super::step7::{TcpListener, block_on, sleep, spawn};
    pub(super) use super::sync::{Mutex, channel};
    pub(super) use super::yield_now;
}

mod on_kettle {
    pub(super) use kettle::net::TcpListener;
    pub(super) use kettle::sync::{Mutex, mpsc::channel};
    pub(super) use kettle::task::yield_now;
    pub(super) use kettle::{spawn, time::sleep};

    pub(super) fn block_on<F: Future>(future: F) -> F::Output {
        let runtime = kettle::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("the system gives a selector").block_on(future)
    }
}

#[allow(clippy::duplicate_mod, dead_code)]
#[path = "sync.rs"]
mod sync;

async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Makes a function that runs a row `n` times.
macro_rules! operations {
    ($name:ident, $on:ident) => {
        #[allow(clippy::too_many_lines)] // one row after another
        fn $name(row: &str, n: usize) {
            let polls = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&polls);
            match row {
                // One of a thousand tasks yields.
                "yield" => $on::block_on(async move {
                    let task = || async move {
                        for _ in 0..n / 1000 {
                            $on::yield_now().await;
                        }
                    };
                    let tasks: Vec<_> = (0..1000).map(|_| $on::spawn(task())).collect();
                    for task in tasks {
                        task.await.unwrap();
                    }
                }),
                // The only one yields.
                "yield-alone" => $on::block_on(async move {
                    for _ in 0..n {
                        $on::yield_now().await;
                    }
                }),
                // A task is spawned and joined, a hundred at a time.
                "batch" => $on::block_on(async move {
                    for _ in 0..n / 100 {
                        let tasks: Vec<_> =
                            (0..100).map(|i| $on::spawn(async move { i })).collect();
                        for task in tasks {
                            task.await.unwrap();
                        }
                    }
                }),
                // The same one by one.
                "one" => $on::block_on(async move {
                    for i in 0..n {
                        $on::spawn(async move { i }).await.unwrap();
                    }
                }),
                // A message goes there, and another comes back.
                "ping-pong" => $on::block_on(async move {
                    let (ping, mut pinged) = $on::channel(1);
                    let (pong, mut ponged) = $on::channel(1);
                    let other = $on::spawn(async move {
                        while let Some(i) = pinged.recv().await {
                            pong.send(i).await.unwrap();
                        }
                    });
                    for i in 0..n {
                        ping.send(i).await.unwrap();
                        ponged.recv().await;
                    }
                    drop(ping);
                    other.await.unwrap();
                }),
                // A message goes through a channel with room for 32.
                "mpsc" => $on::block_on(async move {
                    let (sender, mut receiver) = $on::channel(32);
                    $on::spawn(async move {
                        for i in 0..n {
                            sender.send(i).await.unwrap();
                        }
                    });
                    while receiver.recv().await.is_some() {}
                }),
                // A lock that ten tasks want is held across a yield.
                "lock" => $on::block_on(async move {
                    let lock = Arc::new($on::Mutex::new(()));
                    let task = |lock: Arc<$on::Mutex<()>>| async move {
                        for _ in 0..n / 10 {
                            let _guard = lock.lock().await;
                            $on::yield_now().await;
                        }
                    };
                    let tasks = (0..10).map(|_| $on::spawn(task(Arc::clone(&lock))));
                    for task in tasks.collect::<Vec<_>>() {
                        task.await.unwrap();
                    }
                }),
                // So many tasks want it once; their polls are counted.
                "herd" => $on::block_on(async move {
                    let lock = Arc::new($on::Mutex::new(()));
                    let mut tasks = Vec::new();
                    for _ in 0..n {
                        let (lock, counted) = (Arc::clone(&lock), Arc::clone(&counted));
                        let mut task = Box::pin(async move {
                            let _guard = lock.lock().await;
                            $on::yield_now().await;
                        });
                        tasks.push($on::spawn(poll_fn(move |cx| {
                            counted.fetch_add(1, Ordering::Relaxed);
                            task.as_mut().poll(cx)
                        })));
                    }
                    for task in tasks {
                        task.await.unwrap();
                    }
                }),
                // A sleep is begun and dropped, while `OTHERS` (100) tasks sleep.
                "sleep" => $on::block_on(async move {
                    let others = env::var("OTHERS").map_or(100, |others| others.parse().unwrap());
                    for i in 0..others {
                        $on::spawn($on::sleep(Duration::from_secs(1000 + i % 5000)));
                    }
                    $on::yield_now().await;
                    for i in 0..n as u64 {
                        let seconds = 2000 + i * 7919 % 3000;
                        let mut sleep = pin!($on::sleep(Duration::from_secs(seconds)));
                        poll_fn(|cx| Poll::Ready(sleep.as_mut().poll(cx))).await.is_pending();
                    }
                }),
                // Each task is woken from a thread, while the runtime is busy.
                "ring" => $on::block_on(async move {
                    let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
                    for _ in 0..n {
                        let wakers = Arc::clone(&wakers);
                        $on::spawn(poll_fn(move |cx| {
                            wakers.lock().unwrap().push(cx.waker().clone());
                            Poll::<()>::Pending
                        }));
                    }
                    $on::yield_now().await;
                    $on::yield_now().await;
                    let wakers = wakers.lock().unwrap().clone();
                    let ring = move || wakers.iter().for_each(Waker::wake_by_ref);
                    thread::spawn(ring).join().unwrap();
                }),
                // One connection: 16 bytes come and are sent back.
                "echo" => $on::block_on(async move {
                    let listener = $on::TcpListener::bind("127.0.0.1:0").await.unwrap();
                    let mut visitor = visitor("echo", n, listener.local_addr().unwrap());
                    let (mut stream, _) = listener.accept().await.unwrap();
                    let mut buffer = [0; 64];
                    loop {
                        match stream.read(&mut buffer).await.unwrap() {
                            0 => break,
                            n => stream.write_all(&buffer[..n]).await.unwrap(),
                        }
                    }
                    visitor.wait().unwrap();
                }),
                // A connection for each: it comes, waits, asks, is answered, goes.
                "visit" => $on::block_on(async move {
                    let listener = $on::TcpListener::bind("127.0.0.1:0").await.unwrap();
                    let mut visitor = visitor("visit", n, listener.local_addr().unwrap());
                    for _ in 0..n {
                        let (mut stream, _) = listener.accept().await.unwrap();
                        let served = $on::spawn(async move {
                            let mut buffer = [0; 1024];
                            let n = stream.read(&mut buffer).await.unwrap();
                            stream.write_all(&buffer[..n]).await.unwrap();
                        });
                        served.await.unwrap();
                    }
                    visitor.wait().unwrap();
                }),
                _ => panic!("no row {row:?}"),
            }
            if row == "herd" {
                println!("{} polls", polls.load(Ordering::Relaxed));
            }
        }
    };
}

operations!(run_on_step7, on_step7);
operations!(run_on_kettle, on_kettle);

/// This program once more, to visit the server from outside.
fn visitor(row: &str, n: usize, address: SocketAddr) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["visitor", row, &n.to_string(), &address.to_string()]).spawn().unwrap()
}

fn visit(row: &str, n: usize, address: &str) {
    const PAUSE: Duration = Duration::from_micros(300);
    let mut buffer = [0; 16];
    let mut stream = TcpStream::connect(address).unwrap();
    for i in 0..n {
        thread::sleep(PAUSE);
        stream.write_all(&buffer).unwrap();
        stream.read_exact(&mut buffer).unwrap();
        if row == "visit" && i + 1 < n {
            stream = TcpStream::connect(address).unwrap();
        }
    }
}

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let [runtime, row, n, rest @ ..] = words.as_slice() else {
        println!("usage: steps_measure step7|kettle ROW NUMBER");
        return;
    };
    let n = n.parse().expect("a number");
    match runtime.as_str() {
        "step7" => run_on_step7(row, n),
        "kettle" => run_on_kettle(row, n),
        "visitor" => visit(row, n, &rest[0]),
        _ => panic!("no runtime {runtime:?}"),
    }
}
