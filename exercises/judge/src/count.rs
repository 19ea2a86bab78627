//! How does a check see what an answer does?
//!
//! It counts. [`waker`] gives a waker that counts its calls and its clones, and a [`Waiter`] is a
//! future with such a waker. [`Polls`] counts the polls of a future. A [`Log`] keeps in order what
//! happened, including drops, and [`Events`] what a runtime recorded. The wakers of [`calling`] and
//! [`dropping`] run the check's own code when they are called or dropped. Nothing here wakes or
//! polls by itself.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use kettle::trace::{Event, Record, Sink};

/// Counts the calls of a [`waker`], and its clones.
#[derive(Debug)]
pub struct Wakes(Arc<Counted>);

/// What the clones of a [`waker`] share.
#[derive(Debug, Default)]
struct Counted {
    calls: AtomicUsize,
}

impl Wake for Counted {
    fn wake(self: Arc<Self>) {
        self.calls.fetch_add(1, Ordering::SeqCst);
    }
}

impl Wakes {
    /// How often the waker was called.
    pub fn count(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    /// How many clones live besides the check's own waker.
    pub fn held(&self) -> usize {
        Arc::strong_count(&self.0) - 2 // the check's own waker, and `self`
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
    let counted = Arc::new(Counted::default());
    (Waker::from(Arc::clone(&counted)), Arc::new(Wakes(counted)))
}

/// A waker that runs `on_wake` whenever it is called.
pub fn calling(on_wake: impl Fn() + Send + Sync + 'static) -> Waker {
    struct Calling<F>(F);

    impl<F: Fn() + Send + Sync> Wake for Calling<F> {
        fn wake(self: Arc<Self>) {
            (self.0)();
        }
    }

    Waker::from(Arc::new(Calling(on_wake)))
}

/// A waker that runs `on_drop` when its last clone is dropped, and does nothing when it is called.
pub fn dropping(on_drop: impl Fn() + Send + Sync + 'static) -> Waker {
    struct Dropping<F: Fn()>(F);

    impl<F: Fn()> Drop for Dropping<F> {
        fn drop(&mut self) {
            (self.0)();
        }
    }

    let dropping = Dropping(on_drop);
    calling(move || {
        let _is_kept = &dropping;
    })
}

/// A future with a counting waker of its own. When it is dropped, no clone of the waker may be
/// left.
pub struct Waiter<'a, T> {
    /// What is polled.
    pub future: Pin<Box<dyn Future<Output = T> + 'a>>,
    /// How often its waker was called.
    pub wakes: Arc<Wakes>,
    waker: Waker,
    /// The last field, so it is dropped after the future and the waker.
    _no_clone_left: NoCloneLeft,
}

/// Ends the check if a clone of this waker is left when this is dropped.
struct NoCloneLeft(Arc<Wakes>);

impl Drop for NoCloneLeft {
    fn drop(&mut self) {
        if !thread::panicking() {
            let Wakes(counted) = &*self.0;
            let clones = Arc::strong_count(counted) - 1;
            assert_eq!(clones, 0, "clones of the waker that outlive the future they were given to");
        }
    }
}

impl<'a, T> Waiter<'a, T> {
    /// Doesn't poll the future yet.
    pub fn new(future: impl Future<Output = T> + 'a) -> Waiter<'a, T> {
        let (waker, wakes) = waker();
        let check_at_end = NoCloneLeft(Arc::clone(&wakes));
        Waiter { future: Box::pin(future), wakes, waker, _no_clone_left: check_at_end }
    }

    /// Polls once.
    pub fn poll(&mut self) -> Poll<T> {
        poll(self.future.as_mut(), &self.waker)
    }
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

/// A future whose polls are counted. After `limit` polls it reports a [busy loop](crate::spins).
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

/// Lets the run queue go round `count` times. `defer` makes the engine call the waker after the
/// other tasks have had their turn.
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

/// What happened, in order. Clones share the log.
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
        self.log.add(std::mem::take(&mut self.line));
    }
}

/// A sink that keeps the events of a runtime. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Events(Arc<Mutex<Vec<Event>>>);

impl Events {
    /// A sink for the configuration of a runtime.
    pub fn sink(&self) -> Option<Box<dyn Sink>> {
        Some(Box::new(self.clone()))
    }

    /// The values that `what` picks from the events so far.
    pub fn pick<R>(&self, what: impl Fn(&Event) -> Option<R>) -> Vec<R> {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().filter_map(what).collect()
    }

    /// How many of the events are to be counted.
    pub fn count(&self, is_counted: impl Fn(&Event) -> bool) -> usize {
        self.pick(|event| is_counted(event).then_some(())).len()
    }
}

impl Sink for Events {
    fn record(&mut self, records: &[Record]) {
        let events = records.iter().map(|record| record.event);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(events);
    }
}
