//! What the answer of `block-on` must do.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread::{self, Thread};

use futures_task::ArcWake;
use kettle_judge::atomic::{self, News};
use kettle_judge::count::Polls;
use kettle_judge::lock::with_gap;
use kettle_judge::threads::Seen;
use kettle_judge::{Check, check, expect, if_it_hangs, not_judged};

use super::thread_parker::ThreadParker;
use crate::{Config, Runtime, spawn};

pub const CHECKS: &[Check] = &[
    check!(sleeps_while_it_waits => "while it waits the thread sleeps, and polls nothing"),
    check!(a_wake_before_the_sleep => "a wake that comes before the sleep is one poll, and is not lost"),
    check!(many_wakes_are_one_poll => "a thousand wakes before the next poll are one poll"),
    check!(anothers_unpark => "an `unpark` that is no wake does not cause a poll"),
    check!(an_unpark_eaten => "a wake is not lost when other code uses up its `unpark`"),
    check!(two_wake_at_once => "when two threads call the waker at once, both wakes count"),
    check!(woken_at_any_step => "a wake is not lost if the thread looks for it between any two steps of the waker"),
    check!(what_must_be_seen => "the poll sees what a thread wrote before it called the waker"),
    check!(a_wake_at_any_moment => "a wake between any two steps of `park` is not lost"),
    check!(a_late_wake => "a waker that is called after the end does nothing"),
    check!(takes_the_engine_over => "a second `block_on` is woken when the first leaves the engine"),
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
#[derive(Clone)]
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
    let before = atomic::accesses();
    let ((), polls) = block_on(poll_fn(|cx| helped.poll(cx)), 1_000);
    assert_eq!(polls, 2, "polls: one that was pending, and one after the only wake");
    let looks = atomic::accesses() - before;
    expect(looks < 100, "uses of locks and atomics, in one wait", looks, "a few: it sleeps");
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
    let expected = "polls: the first, in which it was woken 1,000 times; one for all of these; and \
                    one for a wake that came when the thread slept again";
    assert_eq!(polls, 3, "{expected}");
    helped.end();
}

fn anothers_unpark() {
    if_it_hangs("the waker was called, after `unpark`s that were no wakes; `park` sleeps on");
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
    assert_eq!(polls, 2, "polls, with one wake and eleven calls of `unpark` that were no wakes");
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

fn two_wake_at_once() {
    const ROUNDS: usize = 3_000;
    if_it_hangs("two threads wrote their news and called the waker; one of the two was not heard");
    // Each round is told to two threads at once. Each answers with its news, and a wake.
    let round = Arc::new(AtomicUsize::new(0));
    let news: Arc<[AtomicUsize; 2]> = Arc::default();
    let mut threads = Vec::new();
    let future = poll_fn(|cx| {
        if threads.is_empty() {
            threads.extend((0..2).map(|number| {
                let (round, news) = (round.clone(), news.clone());
                let waker = cx.waker().clone();
                thread::spawn(move || {
                    for expected in 1..=ROUNDS {
                        while round.load(Ordering::SeqCst) < expected {
                            thread::yield_now();
                        }
                        news[number].store(expected, Ordering::Relaxed);
                        waker.wake_by_ref();
                    }
                })
            }));
        }
        let now = round.load(Ordering::SeqCst);
        if news.iter().all(|news| news.load(Ordering::Relaxed) == now) {
            if now == ROUNDS {
                return Poll::Ready(());
            }
            round.store(now + 1, Ordering::SeqCst);
        }
        Poll::Pending
    });
    let ((), polls) = block_on(future, 10 * ROUNDS);
    let most = 1 + 2 * ROUNDS;
    let what = format!("polls, with {} wakes", most - 1);
    let expected = format!("at most {most}: the first, and one for each wake");
    expect(polls <= most, &what, polls, &expected);
    for thread in threads {
        thread.join().expect("a waker's thread ends");
    }
}

/// A thread writes something and calls the waker. It has done so when this returns.
fn wake_elsewhere(parker: &Arc<ThreadParker>) -> News {
    let parker = parker.clone();
    let write_and_wake = move || {
        let news = News::write();
        ArcWake::wake_by_ref(&parker);
        news
    };
    thread::spawn(write_and_wake).join().expect("the thread that wakes")
}

/// For one wake and one `park`.
fn must_be_watched() {
    let before = atomic::accesses();
    let parker = ThreadParker::new();
    wake_elsewhere(&parker);
    parker.park();
    if atomic::accesses() == before {
        not_judged("your answer has no lock or atomic of `crate::base::sync`");
    }
}

/// One wake has come. At each step of `park` a second one comes.
fn a_wake_at_any_moment() {
    if_it_hangs("the waker was called twice, once before `park` and once within; `park` sleeps on");
    must_be_watched();
    the_only_wake_at_any_moment(false);
    for moment in 1..100 {
        let parker = ThreadParker::new();
        wake_elsewhere(&parker);
        let second: Arc<OnceLock<News>> = Arc::default();
        let (other, put) = (parker.clone(), second.clone());
        let wake_too = move || put.set(wake_elsewhere(&other)).expect("it comes once");
        if with_gap(moment, wake_too, || parker.park()).is_none() {
            break;
        }
        // Either this `park` has taken it into account, or the next one returns at once.
        if !second.get().expect("it has come").must_be_seen() {
            if_it_hangs(&format!(
                "the waker was called before `park`, which has returned. It was called again at step \
                 {moment} of that same `park`. That wake is lost: the next `park` sleeps on"
            ));
            parker.park();
        }
    }
    the_only_wake_at_any_moment(true);
}

const LOADS_MISS: &str = ". Each side writes one atomic and then loads the other's. Here both loads gave the \
                          old value, which the language allows unless all four steps are `SeqCst`. With one \
                          atomic, swapped by both sides, no such pair is needed";

/// No wake has come yet. At each step of `park` the first one does, until the thread sleeps.
fn the_only_wake_at_any_moment(loads_may_miss: bool) {
    let why = if loads_may_miss { LOADS_MISS } else { "" };
    for moment in 1..100 {
        let (tell, told) = mpsc::channel();
        let is_called: Arc<OnceLock<()>> = Arc::default();
        let calls = is_called.clone();
        let sleeper = thread::spawn(move || {
            let parker = ThreadParker::new();
            tell.send((Seen::here(), parker.clone())).expect("the check listens");
            let wake = parker.clone();
            let wake = move || {
                calls.set(()).expect("it comes once"); // first: this thread sleeps while another one calls it
                wake_elsewhere(&wake);
            };
            if loads_may_miss {
                atomic::loads_may_miss();
            }
            with_gap(moment, wake, || parker.park());
        });
        let (seen, parker) = told.recv().expect("a thread that is about to sleep");
        seen.until_asleep();
        let is_called = is_called.get().is_some();
        if is_called {
            if_it_hangs(&format!(
                "the waker was called at step {moment} of `park`, for the first time, and `park` sleeps on{why}"
            ));
        } else {
            ArcWake::wake_by_ref(&parker);
        }
        sleeper.join().expect("the thread that slept");
        if !is_called {
            break;
        }
    }
}

/// One thread sleeps in `park`. Another calls its waker, and is interrupted at each step of that,
/// until the first can go on no further.
fn woken_at_any_step() {
    if_it_hangs(
        "the waker was called while the thread slept in `park`. Between two steps of the waker the \
         thread woke up, found no wake, and slept again; and so it does for good",
    );
    must_be_watched();
    for moment in 1..100 {
        let (tell, told) = mpsc::channel();
        let sleeper = thread::spawn(move || {
            let parker = ThreadParker::new();
            let waker = futures_task::waker(parker.clone());
            tell.send(Waiting::here(&Context::from_waker(&waker))).expect("the helper listens");
            parker.park();
        });
        let waiting = told.recv().expect("a thread that is about to sleep");
        waiting.seen.until_asleep();
        let other = waiting.clone();
        let moment =
            with_gap(moment, move || other.seen.until_asleep(), || waiting.waker.wake_by_ref());
        sleeper.join().expect("the thread that slept");
        if moment.is_none() {
            break;
        }
    }
}

const NEWS_REPLACED: &str = "The last one's news is seen, an earlier one's is not. A plain `store` in \
                             the waker does that, whatever its ordering: it replaces the flag that the \
                             first waker has set, and never reads it. So nothing leads from `park` to \
                             what the first has written. A `swap` reads the flag as well, and passes on \
                             what came with it. A store doesn't, nor does a load";
const NEWS_NOT_WRITTEN: &str = "The second waker finds the flag set, and has to set it all the same, with an ordering \
                                that releases: what only reads it, as an exchange that fails does, releases nothing";
const NEWS_NOT_PASSED_ON: &str = "The waker has to set the flag with an ordering that releases what was \
                                  written before, and `park` has to read it with one that acquires that";

/// A processor mostly shows more than the language promises. So what is asked here is what it
/// promises, for the orderings that the answer uses.
fn what_must_be_seen() {
    if_it_hangs("the waker was called before `park`, which slept all the same");
    must_be_watched();
    for wakers in [1, 2] {
        let parker = ThreadParker::new();
        let news: Vec<News> = (0..wakers).map(|_| wake_elsewhere(&parker)).collect();
        parker.park();
        let seen: Vec<bool> = news.into_iter().map(News::must_be_seen).collect();
        let why = match seen[..] {
            [.., true] => NEWS_REPLACED,
            [true, false] => NEWS_NOT_WRITTEN,
            _ => NEWS_NOT_PASSED_ON,
        };
        assert_eq!(
            seen,
            vec![true; wakers],
            "threads that wrote something and then called the waker, one after the other: {wakers}. \
             Then `park` returned. By the orderings that your atomics ask for: must the poll that \
             follows see what each of them wrote? (A processor may show more than it must.) {why}"
        );
    }
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

/// One thread drives the engine. A second one waits in `block_on`, for a task that only the engine
/// can run: nothing wakes it but the first one's leaving.
fn takes_the_engine_over() {
    if_it_hangs("the first has left the engine and called the second's `wake_by_ref`");
    let runtime = Arc::new(Runtime::with(Config::default()).expect("a runtime"));
    let (tell, told) = mpsc::channel();
    let leave = Arc::new(AtomicBool::new(false));
    let mut the_second = None;
    let (runtime_there, leave_there) = (runtime.clone(), leave.clone());
    let mut told = Some(told);
    runtime.block_on(poll_fn(|cx| {
        if leave.load(Ordering::SeqCst) {
            return Poll::Ready(());
        }
        if let Some(told) = told.take() {
            let (runtime, tell) = (runtime_there.clone(), tell.clone());
            the_second = Some(thread::spawn(move || second(&runtime, tell)));
            let (waker, leave) = (cx.waker().clone(), leave_there.clone());
            thread::spawn(move || {
                let waiting: Waiting = told.recv().expect("the second one waits");
                waiting.seen.until_asleep();
                leave.store(true, Ordering::SeqCst);
                waker.wake();
            });
        }
        Poll::Pending
    }));
    let answer = the_second.expect("it was started").join().expect("the second one ends");
    assert_eq!(answer, 42, "what a task gave that the second `block_on` ran");
}

fn second(runtime: &Runtime, tell: mpsc::Sender<Waiting>) -> u32 {
    let mut tell = Some(tell);
    let until_it_drives = poll_fn(move |cx| match tell.take() {
        None => Poll::Ready(()),
        Some(tell) => {
            tell.send(Waiting::here(cx)).expect("the helper listens");
            Poll::Pending
        }
    });
    runtime.block_on(async {
        until_it_drives.await;
        spawn(async { 42 }).await.expect("the task ends")
    })
}
