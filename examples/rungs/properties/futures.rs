//! Rungs 1 and 2: a future comes to its end, and its wakers are called.

use std::cell::RefCell;
use std::fs;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::task::{Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use super::kit::*;

pub(super) fn gives_the_output<S: Rung>() {
    let sugar = [1, 2];
    let cups = S::block_on(async {
        yield_now().await;
        let one = async { sugar[0] }.await;
        yield_now().await;
        one + async { sugar[1] }.await
    });
    assert_eq!(cups, 3, "the output of a future that awaits four others");
    let owned = Rc::new(());
    let its = Rc::clone(&owned);
    S::block_on(poll_fn(move |_| {
        let _ = &its;
        Poll::Ready(())
    }));
    let owners = Rc::strong_count(&owned);
    assert_eq!(
        owners, 1,
        "owners of the future's value when `block_on` has returned: only the check"
    );
}

pub(super) fn a_sleep_takes_its_time<S: Rung>() {
    for micros in [100, 300, 900, 1_900] {
        let (begin, long) = (Instant::now(), Duration::from_micros(micros));
        S::block_on(S::sleep(long));
        assert!(begin.elapsed() >= long, "a sleep of {long:?} took {:?}", begin.elapsed());
    }
    let (begin, long) = (Instant::now(), Duration::from_millis(20));
    S::block_on(async {
        S::sleep(long).await;
        S::sleep(long).await;
    });
    assert!(begin.elapsed() >= 2 * long, "two sleeps of 20 ms each took {:?}", begin.elapsed());
}

pub(super) fn a_poll_never_waits<S: Rung>() {
    // Longer ones, if the machine was so busy that the sleep was over before its poll.
    let lengths = [20, 200, 2_000].map(Duration::from_millis);
    let is_pending = |long| S::block_on(async { poll(pin!(S::sleep(long)), Waker::noop()) });
    assert!(
        lengths.into_iter().any(|long| is_pending(long).is_pending()),
        "the first poll of a sleep of 2 s\n  \
         got:      `Ready`, when the time was over: the poll itself has waited\n  \
         expected: `Pending`, at once. (`block_on` polls again; it is no poll's business to wait)"
    );
}

pub(super) fn a_sleep_counts_from_its_call<S: Rung>() {
    // Longer ones, if the machine was so busy that the second sleep was over, too.
    assert!(
        [20, 200, 500].iter().any(|&long| is_first::<S>(Duration::from_millis(long))),
        "a sleep is polled for the first time when its time is over, and then one of half that time \
         begins\n  \
         got:      the second is over before the first\n  \
         expected: the first is over at once. (`sleep` notes its deadline when it is called)"
    );
}

/// Is a sleep that was due before its first poll over before one that begins then?
fn is_first<S: Rung>(long: Duration) -> bool {
    S::block_on(async {
        let mut first = pin!(S::sleep(2 * long));
        thread::sleep(2 * long);
        let mut second = pin!(S::sleep(long));
        loop {
            let waits = poll(second.as_mut(), Waker::noop()).is_pending();
            if !waits || poll(first.as_mut(), Waker::noop()).is_ready() {
                return waits;
            }
            yield_now().await;
        }
    })
}

/// (A rung that waits for a wake polls once, and then this doesn't return.)
pub(super) fn asked_without_a_wake<S: Rung>() {
    let mut polls = 0;
    S::block_on(poll_fn(|_| {
        polls += 1;
        if polls == 3 { Poll::Ready(()) } else { Poll::Pending }
    }));
}

/// How often a sleep of so many milliseconds is polled.
pub fn polls_of_a_sleep<S: Rung>(milliseconds: u64) -> usize {
    let mut polls = 0;
    let mut sleep = Box::pin(S::sleep(Duration::from_millis(milliseconds)));
    S::block_on(poll_fn(|cx| {
        polls += 1;
        sleep.as_mut().poll(cx)
    }));
    polls
}

/// Waits until a thread wakes it; returns how often it was polled. Before the thread calls the
/// waker it lets `unasked` polls pass.
pub fn polls_of_a_wait<S: Rung>(unasked: usize) -> usize {
    let polls = Arc::new(AtomicUsize::new(0));
    let (done, (send, receive)) = (Arc::new(AtomicBool::new(false)), mpsc::channel::<Waker>());
    let helper = thread::spawn({
        let (polls, done) = (Arc::clone(&polls), Arc::clone(&done));
        move || {
            let waker = receive.recv().unwrap();
            while polls.load(Ordering::Acquire) <= unasked {
                thread::yield_now();
            }
            done.store(true, Ordering::Release);
            waker.wake();
        }
    });
    let counted = Arc::clone(&polls);
    S::block_on(poll_fn(move |cx| {
        if counted.fetch_add(1, Ordering::AcqRel) == 0 {
            send.send(cx.waker().clone()).unwrap();
            return Poll::Pending;
        }
        if done.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }));
    helper.join().unwrap();
    polls.load(Ordering::Acquire)
}

/// A thread wakes the future once more when this thread sleeps: after a wake that was lost.
pub(super) fn a_wake_during_the_poll<S: Rung>() {
    let (send, receive) = mpsc::channel::<(Waker, Option<PathBuf>)>();
    let slept = Arc::new(AtomicBool::new(false));
    let has_slept = Arc::clone(&slept);
    let helper = thread::spawn(move || {
        let (waker, stat) = receive.recv().unwrap();
        has_slept.store(until_asleep(stat.as_deref()), Ordering::Release);
        waker.wake();
    });
    let mut polls = 0;
    S::block_on(poll_fn(|cx| {
        polls += 1;
        if polls == 1 {
            send.send((cx.waker().clone(), stat())).unwrap();
        }
        cx.waker().wake_by_ref();
        if polls == 3 || slept.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }));
    assert_eq!(
        polls, 3,
        "polls of a future that wakes itself in its first two. (A wake during the poll was thrown \
         away: after the poll the flag says whether one came, so nothing may clear it there)"
    );
    helper.join().unwrap();
}

/// The file in which the system tells what this thread does. (Only Linux does.)
pub(super) fn stat() -> Option<PathBuf> {
    let thread = fs::read_link("/proc/thread-self").ok()?;
    Some(Path::new("/proc").join(thread).join("stat"))
}

/// Is the thread of this file asleep in twenty looks, one after the other, before it has worked
/// for 0.2 s? (Elsewhere than on Linux it gets the time to be.)
pub(super) fn until_asleep(stat: Option<&Path>) -> bool {
    let Some(file) = stat else { return (0..20_000).map(|_| thread::yield_now()).count() > 0 };
    let look = || -> Option<(bool, u64)> {
        let stat = fs::read_to_string(file).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
        Some((fields.first()? == &"S", ticks(11)? + ticks(12)?))
    };
    let (mut asleep, mut before) = (0, None);
    while let Some((sleeps, ticks)) = look() {
        asleep = if sleeps { asleep + 1 } else { 0 };
        if asleep == 20 || ticks - *before.get_or_insert(ticks) >= 20 {
            break;
        }
        thread::yield_now();
    }
    asleep == 20
}

pub(super) fn the_newest_of_two_wakers<S: Rung>() {
    // Longer ones, if the machine was so busy that the sleep was over before its second poll.
    let longer = [20, 200, 2_000].map(Duration::from_millis);
    assert!(
        longer.into_iter().any(two_wakers::<S>),
        "a sleep of 2 s is polled twice, and is over when the second poll returns. (Does a poll wait \
         for a lock that the helper thread holds while it sleeps?)"
    );
}

/// Polls a sleep with one waker, then with another. `false`: it was over too early.
fn two_wakers<S: Rung>(long: Duration) -> bool {
    let ((first, old), (second, newest)) = (caller(), caller());
    S::block_on(async {
        let mut sleep = pin!(S::sleep(long));
        if poll(sleep.as_mut(), &first).is_ready() {
            return false;
        }
        thread::sleep(long / 4); // so that a helper thread sleeps by now
        if poll(sleep.as_mut(), &second).is_ready() {
            return false;
        }
        // (On a busy machine it may have been called already.)
        let is_kept = clones_of(&newest) > 0 || newest.calls() > 0;
        assert!(is_kept, "the newest waker was not kept, so nothing can call it");
        while old.calls() + newest.calls() == 0 {
            S::sleep(Duration::from_millis(1)).await;
        }
        // An older one would have been called before the sleep was over, or will be very soon.
        S::sleep(Duration::from_millis(20)).await;
        let calls = (old.calls(), newest.calls());
        assert_eq!(calls, (0, 1), "calls of the first poll's waker, and of the newest");
        true
    })
}

/// A waker that wakes the future of `block_on`. A helper thread that calls it stays in the call
/// until that future has polled the sleep once more.
struct Stays {
    home: ThreadId,
    waiting: Mutex<Option<Waker>>,
    called: OnceLock<()>,
    polled: OnceLock<()>,
}

impl Wake for Stays {
    fn wake(self: Arc<Self>) {
        let _ = self.called.set(());
        let waiting = self.waiting.lock().unwrap().take();
        waiting.into_iter().for_each(Waker::wake);
        if thread::current().id() != self.home {
            self.polled.wait();
        }
    }
}

pub(super) fn a_poll_during_the_wake<S: Rung>() {
    let (home, waiting) = (thread::current().id(), Mutex::default());
    let stays = Stays { home, waiting, called: OnceLock::new(), polled: OnceLock::new() };
    let stays = Arc::new(stays);
    let waker = Waker::from(Arc::clone(&stays));
    S::block_on(async {
        // Longer ones, if the machine was so busy that the sleep was over before its first poll.
        let sleeps = [20, 200, 2_000].map(Duration::from_millis).into_iter().map(S::sleep);
        let mut sleep = sleeps
            .map(Box::pin)
            .find_map(|mut sleep| poll(sleep.as_mut(), &waker).is_pending().then_some(sleep));
        let sleep = sleep.as_mut().expect("a sleep of 2 s is over at once");
        let is_kept = Arc::strong_count(&stays) > 2 || stays.called.get().is_some();
        assert!(is_kept, "the waker was not kept, so nothing can call it");
        poll_fn(|cx| {
            *stays.waiting.lock().unwrap() = Some(cx.waker().clone());
            if stays.called.get().is_some() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        let is_over = poll(sleep.as_mut(), &waker).is_ready();
        let _ = stays.polled.set(());
        assert!(is_over, "a sleep that calls its waker is still `Pending`");
    });
}

pub(super) fn two_threads_wait<S: Rung>() {
    let waits = || (0..300).for_each(|_| _ = polls_of_a_wait::<S>(0));
    let threads = [(); 2].map(|()| thread::spawn(waits));
    _ = threads.map(|thread| thread.join().unwrap());
}

/// Waits, many times, until eight threads have spoken; each of them calls the waker.
pub(super) fn eight_threads_wake<S: Rung>() {
    for _ in 0..200 {
        let shared = Arc::<(AtomicUsize, Mutex<Option<Waker>>)>::default();
        let threads = [(); 8].map(|()| {
            let there = Arc::clone(&shared);
            thread::spawn(move || {
                there.0.fetch_add(1, Ordering::AcqRel);
                let waker = there.1.lock().unwrap().clone();
                waker.iter().for_each(Waker::wake_by_ref);
            })
        });
        // Leave the waker first, then look: the eighth may speak in between.
        S::block_on(poll_fn(|cx| {
            *shared.1.lock().unwrap() = Some(cx.waker().clone());
            if shared.0.load(Ordering::Acquire) == 8 { Poll::Ready(()) } else { Poll::Pending }
        }));
        _ = threads.map(|thread| thread.join().unwrap());
    }
}

pub type Log = Rc<RefCell<Vec<&'static str>>>;

pub(super) async fn begin_and_end(log: Log, begin: &'static str, end: &'static str) {
    log.borrow_mut().push(begin);
    yield_now().await;
    log.borrow_mut().push(end);
}

/// Tea and toast, by one future.
pub fn one_after_another<S: Rung>() -> Vec<&'static str> {
    let log = Log::default();
    S::block_on(async {
        begin_and_end(log.clone(), "tea begins", "tea ends").await;
        begin_and_end(log.clone(), "toast begins", "toast ends").await;
    });
    log.take()
}
