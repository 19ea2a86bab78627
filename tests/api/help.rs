//! What the tests of the API share: wakers that count, futures polled by hand, and which runtime
//! this is.

#![allow(dead_code, unreachable_pub)] // each file uses its part

use std::cell::RefCell;
use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Wake, Waker};

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

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl<F: Future> Polled<F> {
    pub fn new(future: F) -> Polled<F> {
        Polled { future: Box::pin(future), wakes: Arc::default() }
    }

    /// Polls it once.
    pub fn poll(&mut self) -> Poll<F::Output> {
        let waker = Waker::from(self.wakes.clone());
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// How often its waker was called.
    pub fn wakes(&self) -> usize {
        self.wakes.0.load(Ordering::SeqCst)
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
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    Panicked { words: words.unwrap_or_default(), file }
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
