//! Does each queue keep its order when a waker uses the very primitive that wakes, replaces or
//! drops it?
//!
//! A waker of a foreign executor runs that executor's code when it is woken or dropped, and this
//! may do anything: here it sends, receives, locks, or drops the other half. That it never runs
//! under a lock of ours is asserted wherever a waker is cloned, woken or dropped, in every test of
//! the tree (`runtime/events/src/state_lock.rs`). Here is what no assertion sees: a newer waker is
//! stored before the older one goes, and nobody in the line is forgotten meanwhile.
//!
//! To *clone* a waker may run foreign code, too, but a waker that notices it cannot be made in safe
//! code: std's `Wake` and `ArcWake` only count. Here a count of what is stored stands for it.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, Waker};

use crate::common::engine::{runtime, waker_dropped, waker_that, within_a_minute};
use crate::common::{Wakes, poll};
use kettle::io::{AsyncWriteExt, DuplexStream};
use kettle::sync::mpsc::{self, error::TryRecvError};
use kettle::sync::{Mutex, oneshot, watch};

/// A waker that does this when it is first woken.
fn on_wake(act: impl FnOnce() + Send + 'static) -> Waker {
    let hook = StdMutex::new(Some(act));
    waker_that(move || {
        let act = hook.lock().unwrap().take();
        if let Some(act) = act {
            act();
        }
    })
}

/// Polls with a waker that is gone then: only what was stored is left of it.
#[expect(clippy::needless_pass_by_value, reason = "see above")]
fn wait<F: Future + ?Sized>(future: &mut Pin<Box<F>>, waker: Waker) {
    assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
}

/// The same by a function such as `poll_recv`.
#[expect(clippy::needless_pass_by_value, reason = "see above")]
fn wait_by<R>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<R>, waker: Waker) {
    assert!(poll(&mut Context::from_waker(&waker)).is_pending());
}

/// What comes of a wait whose waker does this when a newer one takes its place: the newer one is
/// woken.
fn replaced<F: Future>(waits: F, act: impl FnOnce() + Send + 'static) -> F::Output {
    let (mut waits, newest) = (Box::pin(waits), Arc::<Wakes>::default());
    wait(&mut waits, waker_dropped(act));
    wait(&mut waits, newest.clone().into());
    assert_eq!(newest.count(), 1, "by what the older waker did");
    let Poll::Ready(output) = poll(&mut waits) else { panic!("it was woken") };
    output
}

// ---- Mutex --------------------------------------------------------------------------------------

#[test]
fn a_replaced_or_left_waker_may_give_up_another_place_in_line() {
    within_a_minute(|| {
        let mutex = Arc::new(Mutex::new(0));
        let guard = mutex.try_lock().unwrap();
        let (mut first, last) = (Box::pin(mutex.clone().lock_owned()), Arc::<Wakes>::default());
        // In between is one whose future goes with the first's waker.
        let mut between = Box::pin(mutex.clone().lock_owned());
        assert!(poll(&mut first).is_pending() && poll(&mut between).is_pending());
        let mut waits = Box::pin(mutex.lock());
        wait(&mut waits, last.clone().into());
        let tried = mutex.clone();
        let goes = waker_dropped(move || {
            drop(between);
            assert!(tried.try_lock().is_err());
        });
        wait(&mut first, goes);
        assert!(poll(&mut first).is_pending(), "replaced by a newer");
        wait(
            &mut first,
            waker_dropped({
                let mutex = mutex.clone();
                move || drop(mutex.try_lock())
            }),
        );
        drop(guard);
        assert_eq!(last.count(), 0);
        drop(first);
        assert_eq!(last.count(), 1, "whoever leaves passes the call on");
        assert!(poll(&mut waits).is_ready());
    });
}

// ---- mpsc: the receiver's waker -----------------------------------------------------------------

#[test]
fn the_receivers_waker_may_send() {
    within_a_minute(|| {
        let (tx, mut rx) = mpsc::channel(8);
        let sender = tx.clone();
        wait_by(|cx| rx.poll_recv(cx), on_wake(move || sender.try_send(2).unwrap()));
        tx.try_send(1).unwrap();
        assert_eq!((rx.try_recv(), rx.try_recv()), (Ok(1), Ok(2)));
        assert_eq!(replaced(rx.recv(), move || tx.try_send(3).unwrap()), Some(3));
    });
}

// ---- mpsc: a sender's waker ---------------------------------------------------------------------

/// A full channel; the receiver is where a waker can reach it.
#[allow(clippy::type_complexity)]
fn full() -> (mpsc::Sender<u8>, Arc<StdMutex<Option<mpsc::Receiver<u8>>>>) {
    let (tx, rx) = mpsc::channel(1);
    tx.try_send(0).unwrap();
    (tx, Arc::new(StdMutex::new(Some(rx))))
}

#[test]
fn a_senders_waker_may_receive() {
    within_a_minute(|| {
        let (tx, rx) = full();
        let receive = || {
            let rx = rx.clone();
            move || assert_eq!(rx.lock().unwrap().as_mut().unwrap().try_recv(), Ok(0))
        };
        assert_eq!(replaced(tx.send(1), receive()), Ok(()));
        assert_eq!(rx.lock().unwrap().as_mut().unwrap().try_recv(), Ok(1));

        // A reservation of more than there is, dropped while it waits.
        tx.try_send(0).unwrap();
        let mut reserve = Box::pin(tx.reserve());
        wait(&mut reserve, waker_dropped(receive()));
        drop(reserve);
        assert_eq!(tx.capacity(), 1);
    });
}

// ---- oneshot ------------------------------------------------------------------------------------

#[test]
fn the_receivers_waker_of_a_oneshot_may_send() {
    within_a_minute(|| {
        let (tx, rx) = oneshot::channel();
        assert_eq!(replaced(rx, move || tx.send(7).unwrap()), Ok(7));
    });
}

#[test]
fn the_senders_waker_of_a_oneshot_may_drop_the_receiver() {
    within_a_minute(|| {
        let (mut tx, rx) = oneshot::channel::<u8>();
        replaced(tx.closed(), move || drop(rx));
        assert!(tx.send(1).is_err());
    });
}

// ---- watch --------------------------------------------------------------------------------------

/// The value's own lock isn't counted, because the program holds it, too.
#[test]
fn a_woken_watcher_may_borrow_the_value() {
    within_a_minute(|| {
        let (tx, mut rx) = watch::channel(0);
        let other = tx.subscribe();
        let mut changed = Box::pin(rx.changed());
        wait(&mut changed, on_wake(move || assert_eq!(*other.borrow(), 1)));
        tx.send(1).unwrap();
        assert!(poll(&mut changed).is_ready());
    });
}

// ---- JoinHandle ---------------------------------------------------------------------------------

#[test]
fn a_replaced_or_left_waker_may_ask_the_handles_own_task() {
    within_a_minute(|| {
        let runtime = runtime();
        let mut handle = Box::pin(runtime.spawn(std::future::pending::<()>()));
        let asked = Arc::new(AtomicUsize::new(0));
        let asks = || {
            let (task, asked) = (handle.abort_handle(), asked.clone());
            waker_dropped(move || {
                assert!(!task.is_finished());
                asked.fetch_add(1, Ordering::Relaxed);
            })
        };
        let (replaced, left) = (asks(), asks());
        wait(&mut handle, replaced);
        assert_eq!(asked.load(Ordering::Relaxed), 0);
        wait(&mut handle, left);
        assert_eq!(asked.load(Ordering::Relaxed), 1, "the first went when the second came");
        drop(handle);
        assert_eq!(asked.load(Ordering::Relaxed), 2, "the second went with the handle");
    });
}

// ---- Child, stream ------------------------------------------------------------------------------

/// Some executors' wakers own their task, and with it another child. They are looked at together.
#[cfg(target_os = "linux")]
#[test]
fn the_waker_of_a_dropped_child_may_drop_another() {
    use crate::common::engine::{run_within_a_minute, yield_until};
    use {kettle::process::Command, std::process::Stdio};
    let _alone = crate::CHILDREN.lock();
    let cat = || Command::new("cat").stdin(Stdio::piped()).spawn().expect("`cat` starts");
    let stat = |id| std::fs::read_to_string(format!("/proc/{id}/stat")).ok();
    let has_ended = move |id| stat(id).is_none_or(|stat| stat.contains(") Z "));
    // It is still running, or has ended, or keeps no report because so many others do.
    for (others, ends) in [(0, false), (0, true), (64, false)] {
        run_within_a_minute(async move || {
            let inputs: Vec<_> = (0..others).map(|_| cat().stdin.take()).collect();
            let [mut child, mut other] = [cat(), cat()];
            let [input, other_input] = [child.stdin.take(), other.stdin.take()];
            let ids = [&child, &other].map(|child| child.id().expect("it is running"));
            wait(&mut Box::pin(child.wait()), waker_dropped(move || drop(other)));
            let input = input.filter(|_| !ends);
            yield_until(|| !ends || has_ended(ids[0])).await;
            drop((child, input, other_input));
            // What has no report is looked at when one of the others ends.
            yield_until(|| others == 0 || ids.into_iter().all(has_ended)).await;
            drop(inputs);
            yield_until(|| ids.into_iter().all(|id| stat(id).is_none())).await;
        });
    }
}

struct Text(DuplexStream);
impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let written = poll(&mut Box::pin(self.0.write_all(text.as_bytes())));
        written.is_ready().then_some(()).ok_or(fmt::Error)
    }
}

#[test]
fn the_writer_of_a_streams_debug_text_may_use_the_stream() {
    within_a_minute(|| {
        let (one, other) = kettle::io::duplex(4096);
        fmt::Write::write_fmt(&mut Text(other), format_args!("{one:?}")).unwrap();
    });
}

// ---- Clones -------------------------------------------------------------------------------------

/// How many wakers there are of it, beside the caller's.
fn kept(of: &Arc<Wakes>) -> usize {
    Arc::strong_count(of) - 2
}

#[test]
fn one_clone_is_kept_of_each_waker_however_often_it_polls() {
    within_a_minute(|| {
        let polls = |poll: &mut dyn FnMut(&mut Context<'_>) -> bool| {
            let (old, new) = (Arc::new(Wakes::default()), Arc::new(Wakes::default()));
            let (old_waker, new_waker) = (Waker::from(old.clone()), Waker::from(new.clone()));
            for _ in 0..3 {
                assert!(poll(&mut Context::from_waker(&old_waker)));
                assert_eq!((kept(&old), Arc::strong_count(&new)), (1, 2));
            }
            for _ in 0..3 {
                assert!(poll(&mut Context::from_waker(&new_waker)));
                assert_eq!((kept(&old), kept(&new)), (0, 1));
            }
        };
        let mutex = Mutex::new(0);
        let guard = mutex.try_lock().unwrap();
        let mut lock = Box::pin(mutex.lock());
        polls(&mut |cx| lock.as_mut().poll(cx).is_pending());
        drop(guard);

        let (tx, mut rx) = mpsc::channel(1);
        polls(&mut |cx| rx.poll_recv(cx).is_pending());
        tx.try_send(1).unwrap();
        let mut send = Box::pin(tx.send(2));
        polls(&mut |cx| send.as_mut().poll(cx).is_pending());
        let mut closed = Box::pin(tx.closed());
        polls(&mut |cx| closed.as_mut().poll(cx).is_pending());

        let (_tx, mut rx) = mpsc::unbounded_channel::<u8>();
        polls(&mut |cx| rx.poll_recv(cx).is_pending());
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));

        let (mut tx, rx) = oneshot::channel::<u8>();
        let mut rx = Box::pin(rx);
        polls(&mut |cx| rx.as_mut().poll(cx).is_pending());
        polls(&mut |cx| tx.poll_closed(cx).is_pending());
    });
}
