//! Tests for a search, which gives them a virtual clock if it may. Ignored, because on the
//! machine's clock some of them would sleep. In a search they have to pass.

use std::future::poll_fn;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use kettle::io::AsyncReadExt;
use kettle::net::UnixStream;
use kettle::sync::{mpsc, oneshot};
use kettle::task::spawn_blocking;
use kettle::time::{Instant, advance, pause, sleep, timeout};

use super::programs::signals::careless_cook;

const HOUR: Duration = Duration::from_hours(1);

#[kettle::test]
#[ignore = "run by the searches: alone it would sleep for an hour"]
async fn sleeps_for_an_hour() {
    if std::env::var_os("KETTLE_SCHEDULES_JOB").is_some() {
        let begun = Instant::now();
        sleep(HOUR).await;
        assert_eq!(begun.elapsed(), HOUR);
    }
}

#[kettle::test]
#[ignore = "run by the searches"]
async fn pauses_the_clock_itself() {
    pause();
    advance(HOUR).await;
    sleep(HOUR).await;
    kettle::time::resume();
    pause();
}

/// In some order it hangs, and its end wakes a task: by a message, but that is no other thread's.
#[kettle::test]
#[ignore = "run by the searches"]
async fn hangs_beside_a_task_that_waits() {
    let (send, mut receive) = mpsc::channel::<()>(1);
    let task = kettle::spawn(async move { receive.recv().await });
    careless_cook().await;
    drop(send);
    task.await.unwrap();
}

/// By an end that has left, another process might write.
#[kettle::test]
#[ignore = "run by the searches"]
async fn waits_for_a_socket_that_is_open() {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let mut theirs = theirs.into_std().unwrap();
    let writes = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(5));
        theirs.write_all(&[7]).unwrap();
    });
    assert_eq!(timeout(HOUR, ours.read_u8()).await.unwrap().unwrap(), 7);
    writes.join().unwrap();
}

#[kettle::test]
#[ignore = "run by the searches"]
async fn waits_for_a_job() {
    let (to, from) = oneshot::channel();
    let job = spawn_blocking(|| from.blocking_recv().unwrap());
    sleep(Duration::from_millis(1)).await;
    to.send("tea").unwrap();
    assert_eq!(job.await.unwrap(), "tea");
}

/// With some seeds it waits for a job, so that all its runs are made on the real clock. Where it
/// fails it does not, and there it would pass on a virtual one.
#[kettle::test]
#[ignore = "run by the searches"]
async fn depends_on_the_clock() {
    let (to, mut from) = mpsc::unbounded_channel();
    for number in 0..3 {
        let to = to.clone();
        kettle::spawn(async move { to.send(number) });
    }
    match from.recv().await {
        Some(0) => {}
        Some(1) => spawn_blocking(|| ()).await.unwrap(),
        _ => {
            let begun = std::time::Instant::now();
            let long = Duration::from_millis(100);
            sleep(long).await;
            assert!(begun.elapsed() < long, "the clock is real");
        }
    }
}

/// Each of these limits is met in the instant in which what is waited for comes by itself; or
/// something is left that might have called the waker later.
#[kettle::test(start_paused = true)]
async fn is_in_time_at_the_limit() {
    timeout(HOUR, sleep(HOUR)).await.unwrap();
    let (to, from) = oneshot::channel();
    kettle::spawn(async move {
        sleep(HOUR).await;
        let _ = to.send(());
    });
    if let Ok(sent) = timeout(HOUR, from).await {
        sent.unwrap();
    }

    let rung = Arc::new(AtomicBool::new(false));
    let later = kettle::spawn({
        let rung = rung.clone();
        async move {
            rung.store(true, Ordering::Relaxed);
            sleep(2 * HOUR).await;
        }
    });
    let rings =
        poll_fn(|_| if rung.load(Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending });
    timeout(HOUR, rings).await.unwrap();
    later.await.unwrap();
}
