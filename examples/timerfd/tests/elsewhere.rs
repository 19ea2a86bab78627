//! A timer belongs to the runtime in which it was made, and may be used from anywhere.

mod common;

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake};
use std::thread;

use common::{HOUR, SHORT, runtime, watched};
use kettle_timerfd::TimerFd;

/// A runtime on a thread of its own that makes a timer and runs until it is told to end.
fn elsewhere() -> (Arc<TimerFd>, impl FnOnce()) {
    let (sender, timer) = mpsc::channel();
    let (end, ended) = kettle::sync::oneshot::channel::<()>();
    let thread = thread::spawn(move || {
        runtime().block_on(async {
            sender.send(Arc::new(TimerFd::new().unwrap())).unwrap();
            let _ = ended.await;
        });
    });
    let stop = move || {
        drop(end);
        thread.join().unwrap();
    };
    (timer.recv().unwrap(), stop)
}

#[test]
fn made_on_one_runtime_it_is_awaited_on_another() {
    let _watched = watched();
    let (timer, stop) = elsewhere();
    let expired = runtime().block_on(async {
        timer.set(SHORT).unwrap();
        timer.expired().await
    });
    assert_eq!(expired.unwrap(), 1);
    stop();
}

#[test]
fn the_end_of_its_runtime_is_an_error_for_who_waits() {
    struct Woken(AtomicUsize);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let _watched = watched();
    let (timer, stop) = elsewhere();
    let woken = Arc::new(Woken(AtomicUsize::new(0)));
    let waker = woken.clone().into();
    let mut context = Context::from_waker(&waker);
    let mut expired = pin!(timer.expired());
    assert!(expired.as_mut().poll(&mut context).is_pending());
    stop();
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    let Poll::Ready(Err(error)) = expired.poll(&mut context) else { panic!("no error") };
    assert!(error.to_string().contains("shut down"), "{error}");
    timer.set(HOUR).unwrap();
    assert!(timer.remaining().unwrap().is_some(), "the timer itself is as it was");
}
