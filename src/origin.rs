//! Where in the program was one of our futures made, and was it ever polled?
//!
//! The `poll` of our futures is `#[track_caller]`, so that events record which line awaits them. If
//! a `Box`, `&mut` or a combinator is between the program and our future, that line isn't in the
//! program. That is why a future also has an [`Origin`], the line where it was *made*. The origin
//! also notices when a future is dropped that was never polled, which is a mistake.
//!
//! Without debug assertions an origin is empty and records nothing.
//!
//! Interface: [`Origin`], a field of a future; [`located`], which wraps one of our `async` blocks.
//!
//! tokio: a resource's tracing span has the line where the resource was made.

use std::pin::Pin;
use std::task::{Context, Poll};

#[cfg(debug_assertions)]
use kettle_runtime::event::Place;
use kettle_runtime::event::{self, Around};
use pin_project_lite::pin_project;

/// The number of low bits that count the polls begun; the higher bits count the polls ended.
#[cfg(debug_assertions)]
const BEGUN: u32 = 22;

/// Packs both counts of the thread into four bytes, because each sleep and each lock keeps them.
#[cfg(debug_assertions)]
fn polls_so_far() -> u32 {
    let (begun, ended) = event::polls_so_far();
    ended << BEGUN | begun & ((1 << BEGUN) - 1)
}

/// Where a future was made, and whether it was ever polled.
#[derive(Debug)]
pub(crate) struct Origin {
    #[cfg(debug_assertions)]
    made: Place,
    #[cfg(debug_assertions)]
    polled: bool,
    /// The thread's [`polls_so_far`] when the future was made.
    #[cfg(debug_assertions)]
    polls: u32,
}

impl Origin {
    /// The origin of a future that the caller is making.
    #[must_use]
    #[inline]
    #[track_caller]
    pub(crate) fn here() -> Origin {
        Origin {
            #[cfg(debug_assertions)]
            made: std::panic::Location::caller(),
            #[cfg(debug_assertions)]
            polled: false,
            #[cfg(debug_assertions)]
            polls: polls_so_far(),
        }
    }

    /// Records that the future is polled until the guard is dropped. It comes first in a `poll`,
    /// which must be `#[track_caller]` itself.
    #[inline]
    #[track_caller]
    pub(crate) fn awaited(&mut self) -> Around {
        #[cfg(debug_assertions)]
        let made = {
            self.polled = true;
            Some(self.made)
        };
        #[cfg(not(debug_assertions))]
        let made = None;
        event::awaited(made)
    }

    /// Allows the future to be dropped unpolled, because its work gets done all the same.
    #[inline]
    pub(crate) fn allow_unpolled(&mut self) {
        #[cfg(debug_assertions)]
        {
            self.polled = true;
        }
    }
}

#[cfg(debug_assertions)]
impl Drop for Origin {
    fn drop(&mut self) {
        // After a panic the program couldn't have polled it. And if the same poll has since polled
        // other futures, it may have left this one out on purpose, as in a race.
        let (now, then) = (polls_so_far(), self.polls);
        let outlived_poll = now >> BEGUN != then >> BEGUN;
        let unpolled = !self.polled && (now == then || outlived_poll);
        if unpolled && !std::thread::panicking() {
            let _line = event::in_a_drop();
            event::unpolled(self.made, outlived_poll);
        }
    }
}

pin_project! {
    /// The future returned by [`located`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Located<F> {
        #[pin]
        future: F,
        origin: Origin,
    }
}

/// Gives one of our `async` blocks an origin, because it is the future that the program awaits.
#[inline]
#[track_caller]
pub(crate) fn located<F: Future>(future: F) -> Located<F> {
    Located { future, origin: Origin::here() }
}

#[cfg(all(unix, feature = "process"))]
impl<F> Located<F> {
    /// For a future whose operation has already begun, so that dropping the future is not a
    /// mistake.
    pub(crate) fn already_running(mut self) -> Located<F> {
        self.origin.allow_unpolled();
        self
    }
}

impl<F: Future> Future for Located<F> {
    type Output = F::Output;

    #[inline]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _line = this.origin.awaited();
        this.future.poll(cx)
    }
}
