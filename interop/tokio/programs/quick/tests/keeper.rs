//! A runtime of many threads works while no thread is in its `block_on`. How does it hand over, and
//! how does it end?

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc as std_mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::sleep;

/// The thread on which a task of `runtime` is polled now.
async fn polling_thread() -> ThreadId {
    tokio::spawn(async { thread::current().id() }).await.unwrap()
}

/// The same, asked by a thread that is in no `block_on`.
fn kept_by(runtime: &Runtime) -> ThreadId {
    let (tell, told) = std_mpsc::channel();
    runtime.spawn(async move { tell.send(thread::current().id()).unwrap() });
    told.recv().unwrap()
}

/// The doctor counts threads, and takes a keeper for one that acts only while it may. This test
/// plays itself twice: with a hang, and with a keeper that is still asleep when another runtime
/// begins to wait for what it will do.
#[cfg(all(target_os = "linux", debug_assertions))]
#[test]
fn a_keeper_keeps_no_hang_untold_and_is_in_none() {
    const PLAY: &str = "KEEPER_PLAYS";
    match std::env::var(PLAY).as_deref() {
        Ok("hang") => {
            let (_sender, mut never) = mpsc::channel::<()>(1);
            Runtime::new().unwrap().block_on(never.recv());
        }
        Ok(_) => (0..200).for_each(receive_from_a_keeper),
        Err(_) => {
            for (play, passes) in [("hang", false), ("right", true)] {
                let mut command = std::process::Command::new(std::env::current_exe().unwrap());
                command.args(["a_keeper_keeps_no_hang", "--nocapture"]).env(PLAY, play);
                let output = command.env("KETTLE_DOCTOR", "panic").output().unwrap();
                let told = String::from_utf8(output.stderr).unwrap();
                let is_told = told.contains("error[kettle::deadlock]: main waits, and");
                assert!(output.status.success() == passes && is_told != passes, "{told}");
            }
        }
    }
}

#[cfg(all(target_os = "linux", debug_assertions))]
fn receive_from_a_keeper(value: u32) {
    let (kept, other) = (Runtime::new().unwrap(), Builder::new_current_thread().build().unwrap());
    let (tx, rx) = oneshot::channel();
    thread::sleep(Duration::from_millis(1)); // so that the keeper has fallen asleep
    kept.spawn(async move { tx.send(value) });
    assert_eq!(other.block_on(rx), Ok(value));
}

#[test]
fn block_on_has_its_tasks_on_its_own_thread_again() {
    let runtime = Runtime::new().unwrap();
    let own = thread::current().id();
    for _ in 0..20 {
        let keeper = kept_by(&runtime);
        assert_ne!(keeper, own);
        // Its first poll may be beside the keeper, which then leaves.
        runtime.block_on(async { while polling_thread().await != own {} });
        assert_eq!(kept_by(&runtime), keeper, "one keeper for its whole life");
    }
}

/// Threads call `block_on` and leave it again and again, with pauses that are as long as the
/// keeper's: nothing is lost, whoever drives.
#[test]
fn threads_that_come_and_go_lose_nothing() {
    const ROUNDS: u64 = 300;
    let runtime = Arc::new(Runtime::new().unwrap());
    let sum = Arc::new(AtomicU64::new(0));
    let (to, mut from) = mpsc::channel::<(u64, oneshot::Sender<u64>)>(1);
    let adds = sum.clone();
    let service = runtime.spawn(async move {
        while let Some((number, answer)) = from.recv().await {
            yield_now().await;
            let _ = answer.send(adds.fetch_add(number, Ordering::Relaxed));
        }
    });
    thread::scope(|scope| {
        for number in 1..=3 {
            let (runtime, to) = (&runtime, to.clone());
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    runtime.block_on(async {
                        let (answer, answered) = oneshot::channel();
                        to.send((number, answer)).await.unwrap();
                        answered.await.unwrap();
                    });
                    if round % 10 == number {
                        thread::sleep(Duration::from_micros(300 * number));
                    }
                }
            });
        }
    });
    drop(to);
    runtime.block_on(service).unwrap();
    assert_eq!(sum.load(Ordering::Relaxed), ROUNDS * 6);
}

/// Says that it was dropped.
struct Told(std_mpsc::Sender<ThreadId>);

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.0.send(thread::current().id());
    }
}

/// A runtime whose keeper drives a task that never ends.
fn kept_runtime() -> (Runtime, std_mpsc::Receiver<ThreadId>) {
    let runtime = Runtime::new().unwrap();
    let (tell, told) = std_mpsc::channel();
    let (start, started) = std_mpsc::channel();
    let held = Told(tell);
    runtime.spawn(async move {
        let _held = held;
        start.send(()).unwrap();
        pending::<()>().await;
    });
    started.recv().unwrap();
    (runtime, told)
}

#[test]
fn a_drop_waits_for_the_keeper() {
    let (runtime, told) = kept_runtime();
    drop(runtime);
    assert_eq!(told.try_recv(), Ok(thread::current().id()));
}

#[test]
fn shutdown_background_does_not_wait_for_a_long_poll() {
    let (runtime, told) = kept_runtime();
    let (release, released) = std_mpsc::channel::<()>();
    let (start, started) = std_mpsc::channel();
    runtime.spawn(async move {
        start.send(thread::current().id()).unwrap();
        let _ = released.recv();
    });
    let keeper = started.recv().unwrap();
    runtime.shutdown_background();
    assert!(told.try_recv().is_err(), "the keeper is still in that poll");
    drop(release);
    assert_eq!(told.recv(), Ok(keeper), "the keeper ends the runtime");
}

#[test]
fn dropped_by_its_own_task() {
    let runtime = Runtime::new().unwrap();
    let (give, given) = oneshot::channel::<Runtime>();
    let (tell, told) = std_mpsc::channel();
    let held = Told(tell);
    runtime.spawn(async move {
        let _held = held;
        let runtime = given.await.unwrap();
        drop(runtime);
    });
    let keeper = kept_by(&runtime);
    give.send(runtime).unwrap();
    assert_eq!(told.recv(), Ok(keeper));
}

#[test]
fn a_panic_in_block_on_leaves_the_keeper_at_work() {
    let runtime = Runtime::new().unwrap();
    let caught = catch_unwind(AssertUnwindSafe(|| runtime.block_on(async { panic!("tea") })));
    assert!(caught.is_err());
    assert_ne!(kept_by(&runtime), thread::current().id());
}

#[test]
fn a_timer_and_a_socket_go_on_without_block_on() {
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = std_mpsc::channel();
    runtime.spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        sleep(Duration::from_millis(1)).await;
        tokio::io::AsyncWriteExt::write_all(&mut socket, b"tea").await.unwrap();
        tell.send(()).unwrap();
    });
    let mut client = std::net::TcpStream::connect(address).unwrap();
    let mut read = [0; 3];
    std::io::Read::read_exact(&mut client, &mut read).unwrap();
    assert_eq!(&read, b"tea");
    told.recv().unwrap();
}

#[test]
fn its_thread_has_the_programs_name_and_hooks() {
    let (started, stopped) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (starts, stops) = (started.clone(), stopped.clone());
    let runtime = Builder::new_multi_thread()
        .thread_name("cook")
        .on_thread_start(move || starts.store(true, Ordering::Release))
        .on_thread_stop(move || stops.store(true, Ordering::Release))
        .build()
        .unwrap();
    let (tell, told) = std_mpsc::channel();
    runtime.spawn(async move { tell.send(thread::current().name().map(str::to_owned)) });
    assert_eq!(told.recv().unwrap().as_deref(), Some("cook"));
    assert!(started.load(Ordering::Acquire));
    drop(runtime);
    assert!(stopped.load(Ordering::Acquire), "its end waits for the hook");
}

/// A runtime of one thread has none, and one whose clock is paused has none.
#[test]
fn who_has_no_keeper() {
    for mut builder in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        let runtime = builder.start_paused(true).build().unwrap();
        let polled = Arc::new(Mutex::new(None));
        let by = polled.clone();
        let task = runtime.spawn(async move { *by.lock().unwrap() = Some(thread::current().id()) });
        runtime.block_on(task).unwrap();
        assert_eq!(*polled.lock().unwrap(), Some(thread::current().id()));
    }
}

/// Many runtimes, ended in the very moment when their keepers begin, or just after that.
#[test]
fn ended_while_the_keeper_begins() {
    for round in 0..200 {
        let runtime = Runtime::new().unwrap();
        let (tell, told) = std_mpsc::channel();
        let (poll, polled) = std_mpsc::channel();
        let held = Told(tell);
        runtime.spawn(async move {
            let _held = held;
            let _ = poll.send(());
            pending::<()>().await;
        });
        if round % 2 == 0 {
            polled.recv().unwrap();
        } else {
            thread::sleep(Duration::from_micros(round * 10));
        }
        drop(runtime);
        assert_eq!(told.try_recv(), Ok(thread::current().id()));
    }
}

/// A thread blocks in its first poll, for what a task will send; another one comes and goes.
#[test]
fn block_on_that_blocks_beside_the_keeper_stops_no_task() {
    let runtime = Runtime::new().unwrap();
    kept_by(&runtime);
    let (start, started) = std_mpsc::channel();
    let (tell, told) = std_mpsc::channel();
    thread::scope(|scope| {
        let blocks = scope.spawn(|| {
            runtime.block_on(async move {
                start.send(()).unwrap();
                told.recv().unwrap()
            })
        });
        started.recv().unwrap();
        runtime.block_on(async { sleep(Duration::from_millis(1)).await });
        runtime.spawn(async move { tell.send(42).unwrap() });
        assert_eq!(blocks.join().unwrap(), 42);
    });
}
