//! How does a check see what an answer does?
//!
//! It counts. [`waker`] gives a waker that counts its calls and how many hold it; [`Polls`] wraps a
//! future and counts its polls; a [`Log`] keeps what happened in its order, drops too.
//!
//! A waker may be anybody's: one of [`calling`] and [`dropping`] runs the check's own code at that moment.
//!
//! Interface: [`waker`], [`alike`], [`Wakes`], [`calling`], [`dropping`], [`Waiter`], [`Wakers`],
//! [`dropped_by_a_panic`], [`poll`], [`Polls`], [`Log`], [`LogDrop`], [`Events`], [`rounds`],
//! [`reaches`]. Invariants: nothing here wakes or polls by itself.

use std::future::{Future, poll_fn};
use std::hint;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use futures_task::ArcWake;
use kettle::trace::{Event, Record, Sink};

use crate::lock::held;
use crate::told::{IN_ONE, report, status};

/// Counts the calls of a [`waker`], and its clones.
#[derive(Debug, Default)]
pub struct Wakes {
    calls: AtomicUsize,
    clones: OnceLock<Weak<Counted>>,
}

/// What the clones of a [`waker`] share, or those of two [`alike`].
#[derive(Debug)]
struct Counted([Arc<Wakes>; 2]);

impl Counted {
    fn count(&self, which: usize) {
        under_no_lock("a waker is called", "what it wakes");
        self.0[which].calls.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wake for Counted {
    fn wake(self: Arc<Self>) {
        self.count(0);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.count(0);
    }
}

impl ArcWake for Counted {
    fn wake_by_ref(counted: &Arc<Self>) {
        counted.count(1);
    }
}

/// Ends the check if this thread holds a lock.
fn under_no_lock(what: &str, wants: &str) {
    let locks = held();
    if locks > 0 && !thread::panicking() {
        let came = format!("{what} under a lock\n  came:     {locks} held by this thread");
        let expected = format!("none, whatever a check looks at: {wants} may want that lock");
        report(status::WRONG, &format!("{came}\n  expected: {expected}"));
    }
}

impl Wakes {
    /// How often the waker was called.
    pub fn count(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// How many wakers are kept besides the check's own one: clones that live.
    pub fn held(&self) -> usize {
        self.clones() - 1
    }

    fn clones(&self) -> usize {
        self.clones.get().map_or(0, Weak::strong_count)
    }
}

/// A waker, and the count of its calls.
///
/// ```
/// let (waker, wakes) = kettle_judge::count::waker();
/// let kept = waker.clone();
/// assert_eq!(wakes.held(), 1);
/// kept.wake();
/// assert_eq!((wakes.count(), wakes.held()), (1, 0));
/// ```
pub fn waker() -> (Waker, Arc<Wakes>) {
    let [one, _] = alike();
    one
}

/// Two wakers with the same data, of which only the functions differ: they don't wake the same. (Each counts
/// the clones of both.)
pub fn alike() -> [(Waker, Arc<Wakes>); 2] {
    let wakes: [Arc<Wakes>; 2] = Default::default();
    let counted = Arc::new(Counted(wakes.clone()));
    for wakes in &wakes {
        let _ = wakes.clones.set(Arc::downgrade(&counted));
    }
    let [of_first, of_second] = wakes;
    let first = Waker::from(Arc::clone(&counted));
    [(first, of_first), (futures_task::waker(counted), of_second)]
}

/// A waker that does this whenever it is called.
pub fn calling(on_wake: impl Fn() + Send + Sync + 'static) -> Waker {
    struct Calling<F>(F);

    impl<F: Fn() + Send + Sync> Wake for Calling<F> {
        fn wake(self: Arc<Self>) {
            under_no_lock("a waker is called", "what it wakes");
            (self.0)();
        }
    }

    Waker::from(Arc::new(Calling(on_wake)))
}

/// A waker that does this when its last clone is dropped, and nothing when it is called.
pub fn dropping(on_drop: impl Fn() + Send + Sync + 'static) -> Waker {
    struct Dropping<F: Fn()>(F);

    impl<F: Fn()> Drop for Dropping<F> {
        fn drop(&mut self) {
            under_no_lock("a waker is dropped", "its drop");
            (self.0)();
        }
    }

    let dropping = Dropping(on_drop);
    calling(move || {
        let _is_kept = &dropping;
    })
}

/// With which wakers a [`Waiter`] is polled.
#[derive(Clone, Debug)]
pub enum Wakers {
    /// One of its own.
    Own,
    /// A new one in each poll, as if it went from task to task. Only the newest counts. (Each other one is
    /// [`alike`] the one before.)
    New,
    /// The one that others have, too, as if one task waited for several.
    Shared(Waker, Arc<Wakes>),
}

impl Wakers {
    /// Each kind, and what is said of it.
    pub fn kinds() -> [(Wakers, &'static str); 3] {
        let (waker, wakes) = waker();
        let of_one_task = " (one task waits for all: they are polled with the same waker)";
        let moving = " (each poll is another task's, with another waker; the last one panics)";
        [(Wakers::Own, ""), (Wakers::New, moving), (Wakers::Shared(waker, wakes), of_one_task)]
    }

    /// Drops what is polled with them: where the task changes with each poll, as the stack of one that panics.
    pub fn drop<T>(&self, value: T) {
        if matches!(self, Wakers::New) { dropped_by_a_panic(value) } else { drop(value) }
    }

    /// Does a wake tell which of several is meant?
    pub fn tell_apart(&self) -> bool {
        !matches!(self, Wakers::Shared(..))
    }
}

/// A future with a waker of its own, which counts. When it is dropped, no clone of that may be left.
pub struct Waiter<'a, T> {
    /// What is polled.
    pub future: Pin<Box<dyn Future<Output = T> + 'a>>,
    /// With what it is polled.
    pub waker: Waker,
    /// How often that was called.
    pub wakes: Arc<Wakes>,
    /// How often that was by the latest poll.
    by_then: usize,
    /// Does each poll have a new waker?
    moves: bool,
    /// That of the next poll, if it is [`alike`].
    next: Option<(Waker, Arc<Wakes>)>,
    /// The last field: it looks when future and waker have been dropped.
    left: Option<NothingLeft>,
}

/// Ends the check if a clone of this waker is left when this is dropped. (But not in a gap: what is going on
/// there may have taken one out, to call it.)
struct NothingLeft(Arc<Wakes>);

impl Drop for NothingLeft {
    fn drop(&mut self) {
        let clones = self.0.clones();
        if !thread::panicking() && !IN_ONE.load(Ordering::SeqCst) {
            assert_eq!(clones, 0, "wakers that are kept of a future that is gone");
        }
    }
}

impl<'a, T> Waiter<'a, T> {
    /// Not polled yet.
    pub fn new(future: impl Future<Output = T> + 'a) -> Waiter<'a, T> {
        Waiter::of(future, &Wakers::Own)
    }

    /// The same, with such wakers.
    pub fn of(future: impl Future<Output = T> + 'a, wakers: &Wakers) -> Waiter<'a, T> {
        let (waker, wakes) = match wakers {
            Wakers::Shared(waker, wakes) => (waker.clone(), Arc::clone(wakes)),
            Wakers::Own | Wakers::New => waker(),
        };
        let moves = matches!(wakers, Wakers::New);
        let left = wakers.tell_apart().then(|| NothingLeft(Arc::clone(&wakes)));
        Waiter { future: Box::pin(future), waker, wakes, by_then: 0, moves, next: None, left }
    }

    /// Polls once.
    pub fn poll(&mut self) -> Poll<T> {
        if self.moves {
            (self.waker, self.wakes) = self.next.take().unwrap_or_else(|| {
                let [first, second] = alike();
                self.next = Some(second);
                first
            });
            self.left.iter_mut().for_each(|left| left.0 = Arc::clone(&self.wakes));
        }
        self.by_then = self.wakes.count();
        poll(self.future.as_mut(), &self.waker)
    }

    /// Was it woken since its latest poll began? If not, a task would not poll it.
    pub fn is_woken(&self) -> bool {
        self.wakes.count() > self.by_then
    }
}

/// Drops this as the stack of a panicking task is unwound.
pub fn dropped_by_a_panic<T>(value: T) {
    let unwound = catch_unwind(AssertUnwindSafe(move || {
        let _value = value;
        resume_unwind(Box::new("a task that panics, as it should"));
    }));
    assert!(unwound.is_err(), "the panic is passed on");
}

/// How often each was woken.
pub fn wakes<T>(waiters: &[Waiter<'_, T>]) -> Vec<usize> {
    waiters.iter().map(|waiter| waiter.wakes.count()).collect()
}

/// Polls once.
pub fn poll<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    crate::watchdog::step();
    future.poll(&mut Context::from_waker(waker))
}

/// Polls once a future that can be moved.
pub fn poll_unpin<F: Future + Unpin + ?Sized>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    poll(pin!(future), waker)
}

/// A future whose polls are counted. After `limit` polls it says that something [spins](crate::spins).
#[derive(Debug)]
pub struct Polls<F> {
    future: Pin<Box<F>>,
    count: Arc<AtomicUsize>,
    limit: usize,
}

impl<F: Future> Polls<F> {
    /// Wraps `future`. The second value reads the count.
    pub fn new(future: F, limit: usize) -> (Polls<F>, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        (Polls { future: Box::pin(future), count: Arc::clone(&count), limit }, count)
    }
}

impl<F: Future> Future for Polls<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        crate::watchdog::step();
        let polls = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        if polls > self.limit {
            crate::spins("a future was polled", polls);
        }
        self.future.as_mut().poll(cx)
    }
}

/// Goes through a run queue so many times. `defer` makes the engine call the waker once the others had their turn.
pub async fn rounds(count: usize, defer: impl Fn(&mut Context<'_>)) {
    let mut left = count;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        defer(cx);
        Poll::Pending
    })
    .await;
}

/// What happened, in its order. Clones are the same log.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// An empty log.
    pub fn new() -> Log {
        Log::default()
    }

    /// Adds a line.
    pub fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.into());
    }

    /// All lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds `line` when the value is dropped.
    pub fn on_drop(&self, line: impl Into<String>) -> LogDrop {
        LogDrop { log: self.clone(), line: line.into() }
    }
}

/// Adds its line to a [`Log`] when it is dropped.
#[derive(Debug)]
pub struct LogDrop {
    log: Log,
    line: String,
}

impl Drop for LogDrop {
    fn drop(&mut self) {
        under_no_lock(&format!("a value is dropped ({:?})", self.line), "its drop");
        self.log.add(std::mem::take(&mut self.line));
    }
}

/// A sink that keeps the events of a runtime. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Events(Arc<Mutex<Vec<Event>>>);

impl Events {
    /// As a runtime is given it.
    pub fn sink(&self) -> Option<Box<dyn Sink>> {
        Some(Box::new(self.clone()))
    }

    /// What is picked of each event that was told so far.
    pub fn pick<R>(&self, what: impl Fn(&Event) -> Option<R>) -> Vec<R> {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().filter_map(what).collect()
    }

    /// How many of them are such ones.
    pub fn count(&self, is_one: impl Fn(&Event) -> bool) -> usize {
        self.pick(|event| is_one(event).then_some(())).len()
    }
}

impl Sink for Events {
    fn record(&mut self, records: &[Record]) {
        let events = records.iter().map(|record| record.event);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(events);
    }
}

/// Waits until another thread's count has come so far. It doesn't sleep: waking it up would take
/// longer than the moment that is to be hit.
pub fn reaches(count: &AtomicUsize, round: usize) {
    for spins in 1_usize.. {
        if count.load(Ordering::SeqCst) >= round {
            return;
        }
        if spins.is_multiple_of(1_000) { thread::yield_now() } else { hint::spin_loop() }
    }
}
