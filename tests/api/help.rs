//! What the tests of the API share: wakers that count, futures polled by hand, and which runtime
//! this is.

#![allow(dead_code, unreachable_pub)] // each file uses its part

use std::cell::RefCell;
use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Waker};

use kettle::io::{AsyncRead, AsyncReadExt};

pub use crate::common::Wakes;
pub use crate::common::engine::waker_that;
use crate::common::engine::{words_of, yield_until};
pub use crate::common::folder::Folder;

/// Which runtime is this program compiled for?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Kettle,
    Tokio,
}

/// The package's name tells: `tests/on-tokio/` is a package of its own.
pub fn side() -> Side {
    if env!("CARGO_PKG_NAME") == "kettle-on-tokio" { Side::Tokio } else { Side::Kettle }
}

/// Is it kettle under tokio's name (`interop/tokio`)? That differs from kettle on purpose in what a
/// program of several threads asks for.
pub fn is_patched() -> bool {
    env!("CARGO_PKG_NAME") == "api-through-the-patch"
}

/// How often a test does something over and over. A search repeats the whole test under a thousand
/// schedules, so each run may do a tenth of it; and so does the one that repeats what was found.
/// Under Miri a step takes a thousand times as long.
pub fn rounds(alone: u32) -> u32 {
    let asked = ["KETTLE_SEEDS", "KETTLE_SEED", "KETTLE_SCHEDULE"];
    if cfg!(miri) {
        alone.div_ceil(100)
    } else if asked.iter().any(|name| std::env::var_os(name).is_some()) {
        alone / 10
    } else {
        alone
    }
}

/// Are these words of a panic, of an error, of `Debug` in what was said? tokio's own words are no
/// promise: on its side it is enough that something was said.
pub fn says(said: &str, words: &str) -> bool {
    match side() {
        Side::Kettle => said.contains(words),
        Side::Tokio => !said.is_empty(),
    }
}

/// A future on the heap, polled by hand with a waker that counts.
pub struct Polled<F> {
    future: Pin<Box<F>>,
    wakes: Arc<Wakes>,
}

/// A waker that panics when it is called.
pub fn panicking() -> Waker {
    waker_that(|| panic!("a waker that panics"))
}

impl<F: Future> Polled<F> {
    pub fn new(future: F) -> Polled<F> {
        Polled { future: Box::pin(future), wakes: Arc::default() }
    }

    /// One that has been polled once, and waits.
    #[track_caller]
    pub fn waiting(future: F) -> Polled<F> {
        let mut polled = Polled::new(future);
        polled.pending();
        polled
    }

    /// Polls it once.
    pub fn poll(&mut self) -> Poll<F::Output> {
        self.poll_with(&Waker::from(self.wakes.clone()))
    }

    /// Polls it once with this waker.
    pub fn poll_with(&mut self, waker: &Waker) -> Poll<F::Output> {
        self.future.as_mut().poll(&mut Context::from_waker(waker))
    }

    /// Polls it with this waker, and must get `Pending`.
    #[track_caller]
    pub fn pending_with(&mut self, waker: &Waker) {
        assert!(self.poll_with(waker).is_pending(), "ready, but should not be");
    }

    /// Drops the future. What counts the calls of its own waker?
    pub fn give_up(self) -> Arc<Wakes> {
        self.wakes
    }

    /// How often its own waker was called.
    pub fn wakes(&self) -> usize {
        self.wakes.count()
    }

    /// Lets the runtime look at its selector until its own waker is called.
    pub async fn woken(&self) {
        yield_until(|| self.wakes() != 0).await;
    }

    /// Its output, when its own waker has been called.
    pub async fn when_woken(&mut self) -> F::Output {
        self.woken().await;
        self.ready()
    }

    /// Polls it, and must get `Pending`.
    #[track_caller]
    pub fn pending(&mut self) {
        assert!(self.poll().is_pending(), "ready, but should not be");
    }

    /// Polls it, and must get its output.
    #[track_caller]
    pub fn ready(&mut self) -> F::Output {
        match self.poll() {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("not ready, but should be"),
        }
    }
}

/// The output of a future that is ready at its first poll.
#[track_caller]
pub fn now<F: Future>(future: F) -> F::Output {
    Polled::new(future).ready()
}

/// Waits with two wakers, one after the other. What it waits for must call the newer, and only
/// that.
#[track_caller]
pub fn only_the_newest_waker_is_called<F: Future>(waits: F, happens: impl FnOnce()) -> F::Output {
    let (mut waits, wakes) = polled_with_two_wakers(waits);
    happens();
    assert_eq!(wakes.map(|wakes| wakes.count()), [0, 1]);
    waits.ready()
}

/// The first half of that, for what only the loop lets happen: what has counted the calls of the
/// older waker and of the newer must then be `[0, 1]`.
#[track_caller]
pub fn polled_with_two_wakers<F: Future>(waits: F) -> (Polled<F>, [Arc<Wakes>; 2]) {
    let wakes = [(); 2].map(|()| Arc::new(Wakes::default()));
    let mut waits = Polled::new(waits);
    for wakes in &wakes {
        waits.pending_with(&Waker::from(wakes.clone()));
    }
    assert_eq!(Arc::strong_count(&wakes[0]), 1, "the older is not kept");
    (waits, wakes)
}

/// Is dropped while it waits. What it waited for must not call its waker, and no clone of that may
/// be left.
#[track_caller]
pub fn a_dropped_wait_is_not_woken(waits: impl Future, happens: impl FnOnce()) {
    let wakes = Arc::new(Wakes::default());
    let mut waits = Polled::new(waits);
    waits.pending_with(&Waker::from(wakes.clone()));
    drop(waits);
    assert_eq!(Arc::strong_count(&wakes), 1, "no clone is left behind");
    happens();
    assert_eq!(wakes.count(), 0);
}

/// All of these wait. What happens twice wakes each once, and then each is ready.
#[track_caller]
pub fn each_is_woken_once<F: Future>(
    waits: impl Iterator<Item = F>,
    happens: impl Fn(i32),
) -> Vec<F::Output> {
    let mut waits: Vec<_> = waits.map(Polled::waiting).collect();
    happens(1);
    happens(2);
    let wakes: Vec<_> = waits.iter().map(Polled::wakes).collect();
    assert_eq!(wakes, vec![1; waits.len()], "not again until it is polled");
    waits.iter_mut().map(Polled::ready).collect()
}

/// Waits with a sender's `closed` while receivers go and come. `receiver` is the only one there is.
#[track_caller]
pub fn closed_waits_until_there_is_no_receiver<F: Future<Output = ()>, R>(
    closed: impl Fn() -> F,
    receiver: R,
    subscribe: impl Fn() -> R,
) {
    let mut waits = Polled::waiting(closed());
    let other = subscribe();
    drop(receiver);
    assert_eq!(waits.wakes(), 0);
    drop(other);
    assert_eq!(waits.wakes(), 1);
    let late = subscribe();
    waits.pending();
    drop(late);
    assert_eq!(waits.wakes(), 2);
    waits.ready();
    Polled::new(closed()).ready();
}

/// How many polls it takes.
pub async fn polls_of(future: impl Future) -> usize {
    let (mut future, mut polls) = (pin!(future), 0);
    poll_fn(|cx| {
        polls += 1;
        future.as_mut().poll(cx).map(drop)
    })
    .await;
    polls
}

/// What can be read until the end.
pub async fn text_of(mut from: impl AsyncRead + Unpin) -> String {
    let mut text = String::new();
    from.read_to_string(&mut text).await.unwrap();
    text
}

/// Lets others run until this is so, in whatever order they come: after one `yield_now` it need not
/// be.
pub async fn until(so: impl Fn() -> bool) {
    for _ in 0..1000 {
        if so() {
            return;
        }
        kettle::task::yield_now().await;
    }
    panic!("others have had a thousand turns");
}

/// Does a loop of what is ready each time let another task run?
pub async fn a_loop_gives_way(mut ready: impl AsyncFnMut()) {
    let other = kettle::spawn(async {});
    for _ in 0..1000 {
        ready().await;
    }
    assert!(other.is_finished(), "it had no turn");
}

/// What a panic said, and in which file.
#[derive(Debug)]
pub struct Panicked {
    pub words: String,
    pub file: String,
}

thread_local! {
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Calls `f`, which must panic. To see that a panic names the program's line, compare
/// [`Panicked::file`] with `file!()`.
#[track_caller]
pub fn panic_of<R>(f: impl FnOnce() -> R) -> Panicked {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let file = info.location().map(|at| at.file().to_owned());
            LAST_PANIC.with(|last| last.replace(file));
            before(info);
        }));
    });
    let Err(panic) = panic::catch_unwind(AssertUnwindSafe(f)) else { panic!("it did not panic") };
    let file = LAST_PANIC.with(RefCell::take).unwrap_or_default();
    Panicked { words: words_of(&*panic), file }
}

/// Counts how many of it were dropped.
#[derive(Clone, Debug, Default)]
pub struct Drops(Arc<AtomicUsize>);

/// A value whose drop is counted by the [`Drops`] that made it.
#[derive(Debug)]
pub struct Counted(Drops);

impl Drops {
    pub fn value(&self) -> Counted {
        Counted(self.clone())
    }

    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}
