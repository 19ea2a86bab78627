//! What the answer of `block-on` must do.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread::{self, Thread};

use kettle_judge::count::Polls;
use kettle_judge::threads::Seen;
use kettle_judge::{Check, check, expect, if_it_hangs};

use crate::{Config, Runtime};

pub const CHECKS: &[Check] = &[
    check!(sleeps_while_it_waits => "while the future waits, the thread sleeps and polls nothing"),
    check!(a_wake_before_the_sleep => "a wake that comes before the sleep isn't lost, and causes one poll"),
    check!(many_wakes_are_one_poll => "a thousand wakes before the next poll cause one poll"),
    check!(anothers_unpark => "an `unpark` without a wake doesn't cause a poll"),
    check!(an_unpark_eaten => "a wake isn't lost when other code uses up its `unpark`"),
    check!(a_late_wake => "calling a waker after the end has no effect"),
];

/// Polls `future` on this thread, which drives no runtime: only the waker can end a
/// wait. More polls than `limit` are a busy loop.
fn block_on<F: Future>(future: F, limit: usize) -> (F::Output, usize) {
    let runtime = Runtime::with(Config::default()).expect("a runtime");
    let (future, polls) = Polls::new(future, limit);
    let output = runtime.handle().block_on(future);
    (output, polls.load(Ordering::SeqCst))
}

// ---- a thread that waits, and one that watches it -----------------------------------------------

/// A waiting thread's waker, itself, and what the operating system knows of it.
struct Waiting {
    waker: Waker,
    thread: Thread,
    seen: Seen,
}

impl Waiting {
    fn here(cx: &Context<'_>) -> Waiting {
        Waiting { waker: cx.waker().clone(), thread: thread::current(), seen: Seen::here() }
    }
}

/// A future that is ready when `act`, on another thread, has done its part. At the first poll `act`
/// is told which thread waits, and the waiting thread is woken when `act` returns.
struct Helped {
    tell: mpsc::Sender<Waiting>,
    done: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl Helped {
    fn by(act: impl FnOnce(&Waiting) + Send + 'static) -> Helped {
        let (tell, told) = mpsc::channel::<Waiting>();
        let done = Arc::new(AtomicBool::new(false));
        let say = done.clone();
        let thread = thread::spawn(move || {
            let Ok(waiting) = told.recv() else { return };
            act(&waiting);
            say.store(true, Ordering::SeqCst);
            waiting.waker.wake();
        });
        Helped { tell, done, thread }
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        if self.done.load(Ordering::SeqCst) {
            return Poll::Ready(());
        }
        // The helper may be busy with the first one; it needs no other.
        let _ = self.tell.send(Waiting::here(cx));
        Poll::Pending
    }

    fn end(self) {
        self.thread.join().expect("the helper ends");
    }
}

// ---- the checks ---------------------------------------------------------------------------------

fn sleeps_while_it_waits() {
    if_it_hangs("the thread slept when its waker was called on another thread, and sleeps on");
    let helped = Helped::by(|waiting| {
        waiting.seen.until_asleep();
        waiting.seen.sleeps_on();
    });
    let ((), polls) = block_on(poll_fn(|cx| helped.poll(cx)), 1_000);
    assert_eq!(polls, 2, "polls: one that was pending, and one after the only wake");
    helped.end();
}

fn a_wake_before_the_sleep() {
    if_it_hangs("the waker was called before `park`, which slept all the same");
    // During the poll, by the future itself: it can't be earlier.
    let mut woken = false;
    let by_itself = poll_fn(|cx| {
        if woken {
            return Poll::Ready(());
        }
        woken = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    });
    let ((), polls) = block_on(by_itself, 1_000);
    assert_eq!(polls, 2, "polls of a future that woke itself once");
    // By another thread, as early or late as it comes.
    for round in 0..500 {
        let helped = Helped::by(move |_| (0..round % 50).for_each(|_| thread::yield_now()));
        let ((), polls) = block_on(poll_fn(|cx| helped.poll(cx)), 1_000);
        let expected = "at most 2: one that was pending, and one after the wake";
        expect(polls <= 2, "polls, with one wake", polls, expected);
        helped.end();
    }
}

fn many_wakes_are_one_poll() {
    if_it_hangs("the waker was called: 1,000 times before `park`, or once while it slept");
    let helped = Helped::by(|waiting| waiting.seen.until_asleep());
    let mut first = true;
    let future = poll_fn(|cx| {
        if std::mem::take(&mut first) {
            (0..1_000).for_each(|_| cx.waker().wake_by_ref());
            return Poll::Pending;
        }
        helped.poll(cx)
    });
    let ((), polls) = block_on(future, 10_000);
    let expected = "polls: the first, with 1,000 wakes in it, one for all of these, and one for a \
                    wake that came when the thread slept again";
    assert_eq!(polls, 3, "{expected}");
    helped.end();
}

fn anothers_unpark() {
    if_it_hangs("after some `unpark`s without a wake the waker was called, and `park` sleeps on");
    let helped = Helped::by(|waiting| {
        for _ in 0..10 {
            waiting.seen.until_asleep();
            waiting.thread.unpark(); // by other code, for a reason of its own
        }
        waiting.seen.until_asleep();
    });
    let future = poll_fn(|cx| {
        thread::current().unpark();
        helped.poll(cx)
    });
    let ((), polls) = block_on(future, 1_000);
    assert_eq!(polls, 2, "polls, with one wake and eleven calls of `unpark` without one");
    helped.end();
}

fn an_unpark_eaten() {
    if_it_hangs("the waker was called, and another `park` on this thread used up its `unpark`");
    let mut woken = false;
    let future = poll_fn(|cx| {
        if woken {
            return Poll::Ready(());
        }
        woken = true;
        cx.waker().wake_by_ref();
        // As a lock or a channel would, which the future uses on this thread: they park, too, and
        // an `unpark` ends one park only.
        thread::park_timeout(std::time::Duration::ZERO);
        Poll::Pending
    });
    let ((), polls) = block_on(future, 1_000);
    assert_eq!(polls, 2, "polls of a future that woke itself once");
}

fn a_late_wake() {
    if_it_hangs("the second waker was called, after a late call of the first; `park` sleeps on");
    let mut kept = None;
    let ((), _) = block_on(
        poll_fn(|cx| {
            kept = Some(cx.waker().clone());
            Poll::Ready(())
        }),
        1_000,
    );
    let kept = kept.expect("it was polled");
    kept.wake_by_ref(); // no thread waits by it any more
    let helped = Helped::by(move |waiting| {
        waiting.seen.until_asleep();
        kept.wake();
        waiting.seen.until_asleep();
    });
    let ((), polls) = block_on(poll_fn(|cx| helped.poll(cx)), 1_000);
    assert_eq!(polls, 2, "polls of a second `block_on`, whose own waker was called once");
    helped.end();
}
