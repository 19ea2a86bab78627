//! Does the page say what is true of programs whose truth is known?
//!
//! Small programs, each with a moment (the note "now") or an event about which a page is easily
//! wrong: a wait that something outside ends, a waker that wakes nobody. `cargo xtask test page`
//! has their traces written out by name, and the page's own words are held against what each
//! program does (`tests/replay/checks/said.mjs`).
//!
//! Not here: whether the page knows the state (`fold.rs`).

use std::env;
use std::future::{pending, poll_fn};
use std::panic::resume_unwind;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{UnixDatagram, UnixStream};
use kettle::runtime::Builder;
use kettle::sync::{Mutex, Notify, mpsc, oneshot, watch};
use kettle::task::yield_now;
use kettle::time::sleep;
use kettle::trace::{Recorder, note, save};

/// Writes the program's page into the folder that `KETTLE_SAID` names, if it does.
fn page(name: &str, paused: bool, program: impl Future<Output = ()>) {
    let (recorder, recording) = Recorder::new();
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(paused).trace(recorder);
    builder.build().expect("a runtime").block_on(program);
    if let Some(folder) = env::var_os("KETTLE_SAID") {
        save(Path::new(&folder).join(format!("{name}.html")), &recording.records()).unwrap();
    }
}

/// Lets the tasks come to their waits.
async fn settled() {
    for _ in 0..8 {
        yield_now().await;
    }
    note("now");
}

#[test]
fn programs_whose_truth_is_known() {
    page("outside_thread", false, async {
        sleep(Duration::from_millis(1)).await;
        let (send, receive) = oneshot::channel();
        let (asked, asks) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            asks.recv().unwrap();
            std::thread::sleep(Duration::from_millis(20));
            send.send(()).unwrap();
        });
        kettle::spawn(async move { asked.send(()).unwrap() });
        receive.await.unwrap();
        thread.join().unwrap();
    });
    page("outside_peer", false, async {
        let (mut near, mut far) = UnixStream::pair().unwrap();
        let peer = kettle::spawn(async move {
            sleep(Duration::from_millis(5)).await;
            far.write_all(b"tea").await.unwrap();
        });
        near.read_exact(&mut [0; 3]).await.unwrap();
        drop(peer);
    });
    page("held_thread", false, async {
        let block = || std::thread::sleep(Duration::from_millis(5));
        kettle::spawn(async move { block() });
        yield_now().await; // it is ready again, and task 1 is polled first
        kettle::spawn(async move { block() });
        sleep(Duration::from_millis(1)).await; // the timer fires when task 2 returns
    });
    page("noop_select", true, async {
        let notifies = Arc::new([Notify::new(), Notify::new()]);
        let theirs = notifies.clone();
        kettle::spawn(async move {
            let mut both = theirs.each_ref().map(|one| Box::pin(one.notified()));
            for one in &mut both {
                assert!(one.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
            pending::<()>().await;
        });
        settled().await;
    });
    page("watch_closed", true, async {
        let (tx, _one) = watch::channel(1);
        let _other = tx.subscribe();
        kettle::spawn(async move { tx.closed().await });
        settled().await;
    });
    page("caught_panic", true, async {
        let task = kettle::spawn(async {
            // As the hook notes it that a program gets with `KETTLE_TRACE`.
            note("panicked at src/main.rs:9:5: harmless");
            yield_now().await;
            resume_unwind(Box::new("of another task"));
        });
        assert!(task.await.unwrap_err().is_panic());
    });
    page("self_abort", true, async {
        let (give, handle) = oneshot::channel::<kettle::task::AbortHandle>();
        let task = kettle::spawn(async move {
            handle.await.unwrap().abort();
            7
        });
        give.send(task.abort_handle()).unwrap();
        assert_eq!(task.await.unwrap(), 7);
    });
    page("later_owned", true, async {
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.lock().await;
        let waits = kettle::spawn({
            let lock = lock.clone();
            async move { drop(lock.lock_owned().await) }
        });
        settled().await;
        drop(guard);
        waits.await.unwrap();
        let _owned = lock.lock_owned().await;
        note("later");
    });
    page("hung", true, async {
        let lock = Arc::new(Mutex::new(()));
        let theirs = lock.clone();
        kettle::spawn(async move {
            let _guard = theirs.lock().await;
            sleep(Duration::from_millis(1)).await; // the trace is cut in this sleep
        });
        yield_now().await;
        drop(lock.lock().await);
    });
}

#[test]
fn a_set_of_another_crate_is_waited_for_in_a_select() {
    page("unordered_in_select", true, async {
        let (tx, mut values) = mpsc::channel::<u8>(1);
        kettle::spawn(async move {
            let mut all = FuturesUnordered::new();
            all.push(values.recv());
            loop {
                kettle::select! {
                    _ = all.next() => return,
                    () = sleep(Duration::from_millis(5)) => {}
                }
            }
        });
        sleep(Duration::from_millis(12)).await;
        note("now");
        drop(tx);
    });
}

#[test]
fn sockets_that_were_told_of() {
    page("asked_no_more", false, async {
        let (mut near, mut far) = UnixStream::pair().unwrap();
        kettle::spawn(async move {
            let mut word = [0; 3];
            let mut read = pin!(near.read(&mut word));
            poll_fn(|cx| Poll::Ready(read.as_mut().poll(cx).is_pending())).await;
            pending::<()>().await;
        });
        yield_now().await;
        far.write_all(b"tea").await.unwrap();
        sleep(Duration::from_millis(1)).await;
        settled().await;
    });
    page("asked_again", false, async {
        let (near, far) = UnixDatagram::pair().unwrap();
        let (near, theirs) = (Arc::new(near), Arc::new(far));
        let first = near.clone();
        let takes = kettle::spawn(async move {
            first.readable().await.unwrap();
            first.try_recv(&mut [0; 3]).unwrap();
        });
        kettle::spawn(async move { near.recv(&mut [0; 3]).await });
        yield_now().await;
        theirs.send(b"tea").await.unwrap();
        takes.await.unwrap();
        settled().await;
    });
}
