//! Where in the program was a future of ours made, and was it ever polled?
//!
//! The `poll` of our futures is `#[track_caller]` and tells the events which line awaits them. If a
//! `Box`, `&mut` or a combinator is between the program and our future, that line is not the
//! program's. Then the line where the future was *made* helps: its [`Origin`]. An origin also
//! notices a future that is dropped without ever having been polled, which is a mistake.
//!
//! All this is done in builds with debug assertions only. In other builds an origin is empty.
//!
//! Interface: [`Origin`], a field of a future; [`located`], around an `async` block of ours.
//!
//! tokio: a resource's span has the line where it was made.

use std::pin::Pin;
use std::task::{Context, Poll};

#[cfg(debug_assertions)]
use kettle_runtime::event::Place;
use kettle_runtime::event::{self, Around};
use pin_project_lite::pin_project;

/// How many bits count what has begun; those above count the polls that have ended.
#[cfg(debug_assertions)]
const BEGUN: u32 = 22;

/// Both counts of the thread in four bytes, because each sleep and each lock keeps them.
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
    /// What had begun and ended on this thread when it was made ([`polls_so_far`]).
    #[cfg(debug_assertions)]
    polls: u32,
}

impl Origin {
    /// The future is made here.
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

    /// The future is polled, until the guard is dropped. Called first in a `poll` that is
    /// `#[track_caller]` itself.
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

    /// It need not be polled: its work has been done without it.
    #[inline]
    pub(crate) fn forgive(&mut self) {
        #[cfg(debug_assertions)]
        {
            self.polled = true;
        }
    }
}

#[cfg(debug_assertions)]
impl Drop for Origin {
    fn drop(&mut self) {
        // During a panic no code could have polled it. And if other futures were polled since in
        // the poll in which it was made, it may have been left out on purpose, as in a race.
        let (now, then) = (polls_so_far(), self.polls);
        let kept = now >> BEGUN != then >> BEGUN;
        let unpolled = !self.polled && (now == then || kept);
        if unpolled && !std::thread::panicking() {
            let _line = event::in_a_drop();
            event::unpolled(self.made, kept);
        }
    }
}

pin_project! {
    /// The future of [`located`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Located<F> {
        #[pin]
        future: F,
        origin: Origin,
    }
}

/// An `async` block of ours is the future that the program awaits.
#[inline]
#[track_caller]
pub(crate) fn located<F: Future>(future: F) -> Located<F> {
    Located { future, origin: Origin::here() }
}

#[cfg(feature = "process")]
impl<F> Located<F> {
    /// What it waits for has begun without it: dropping it is no mistake.
    pub(crate) fn of_what_runs(mut self) -> Located<F> {
        self.origin.forgive();
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
