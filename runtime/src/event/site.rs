//! Where in the program is a task?
//!
//! At the `.await` that it stands at. `.await` calls `poll`, and our futures' `poll` is
//! `#[track_caller]`: it learns the line of whoever polls it. The innermost of these lines that is
//! the program's own is noted while somebody records, and goes into each [`Record`](super::Record)
//! of the same poll.
//!
//! `timeout`, being `#[track_caller]` itself, passes on whose line it is. But between the program
//! and our future may stand a stranger: a `Box`, `&mut`, a combinator. What helps is the line where
//! the future was *made* ([`Origin`]).
//!
//! All this is done in builds with debug assertions only. Elsewhere a future would be 8 bytes larger
//! for its origin, and to note each poll would take 5 % of a message's instructions from those who
//! don't watch.
//!
//! Interface: [`Origin`], a field of a future; [`awaited`], for futures without one; [`located`],
//! around an `async` block of ours. Invariant: a line of kettle's or of std's is never noted.
//!
//! tokio: a resource's span has the line where it was made; where it is awaited is not recorded.

use std::future::Future;
#[cfg(debug_assertions)]
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::Place;

/// Where a future was made, and whether it was ever polled. Nothing at all in a release build.
#[derive(Debug)]
pub struct Origin {
    #[cfg(debug_assertions)]
    made: Place,
    #[cfg(debug_assertions)]
    polled: bool,
    /// What had been polled on this thread when it was made.
    #[cfg(debug_assertions)]
    step: u32,
}

impl Origin {
    /// The future is made here.
    #[must_use]
    #[inline]
    #[track_caller]
    pub fn here() -> Origin {
        Origin {
            #[cfg(debug_assertions)]
            made: Location::caller(),
            #[cfg(debug_assertions)]
            polled: false,
            #[cfg(debug_assertions)]
            step: noted::step(),
        }
    }

    /// The future is polled. Called first in a `poll` that is `#[track_caller]` itself.
    #[inline]
    #[track_caller]
    pub fn awaited(&mut self) {
        #[cfg(debug_assertions)]
        {
            self.polled = true;
            noted::note(Some(self.made));
        }
    }

    /// It need not be polled: what it was made for has been done without it.
    #[inline]
    pub fn forgive(&mut self) {
        #[cfg(debug_assertions)]
        {
            self.polled = true;
        }
    }
}

#[cfg(debug_assertions)]
impl Drop for Origin {
    fn drop(&mut self) {
        // In a panic, nobody could have come to polling it. And if others were polled since it was
        // made, it may have been left out on purpose, as in a race.
        if !self.polled && self.step == noted::step() && !std::thread::panicking() {
            super::emit(|| super::Event::Unpolled { at: self.made });
        }
    }
}

/// A future that remembers no origin is polled. Called first in a `poll` that is `#[track_caller]`.
#[inline]
#[track_caller]
pub fn awaited() {
    #[cfg(debug_assertions)]
    noted::note(None);
}

/// The program's line in the poll that goes on, if one has been noted.
pub(super) fn current() -> Option<Place> {
    #[cfg(debug_assertions)]
    return noted::current();
    #[cfg(not(debug_assertions))]
    None
}

/// Another place, for a poll that begins or one that goes on; gives back the one before.
pub(super) fn replace(place: Option<Place>) -> Option<Place> {
    #[cfg(debug_assertions)]
    return noted::replace(place);
    #[cfg(not(debug_assertions))]
    place
}

/// The program has done something at this place, if it is the program's.
pub(super) fn note(place: Place) {
    #[cfg(debug_assertions)]
    noted::note_place(place);
    #[cfg(not(debug_assertions))]
    let _ = place;
}

#[cfg(debug_assertions)]
mod noted {
    //! The place that is noted.

    use std::cell::Cell;
    use std::panic::Location;
    use std::path::Path;

    use crate::event::{Place, on};

    thread_local! {
        static SITE: Cell<Option<Place>> = const { Cell::new(None) };
        /// Counts what is polled.
        static STEP: Cell<u32> = const { Cell::new(0) };
    }

    /// The line of whoever polls, if that is the program; else where the future was made.
    #[track_caller]
    pub(super) fn note(made: Option<Place>) {
        if on() {
            advance();
            let places = [Some(Location::caller()), made];
            let place = places.into_iter().flatten().find(|place| is_the_programs(place));
            if place.is_some() {
                SITE.set(place);
            }
        }
    }

    pub(super) fn current() -> Option<Place> {
        SITE.get()
    }

    pub(super) fn replace(place: Option<Place>) -> Option<Place> {
        advance();
        SITE.replace(place)
    }

    pub(super) fn step() -> u32 {
        STEP.get()
    }

    fn advance() {
        STEP.set(STEP.get().wrapping_add(1));
    }

    pub(super) fn note_place(place: Place) {
        if is_the_programs(place) {
            SITE.set(Some(place));
        }
    }

    /// Cargo compiles a workspace's own files under relative paths and those of its dependencies,
    /// std among them, under absolute ones. In kettle's own workspace its crates are relative, too.
    fn is_the_programs(place: Place) -> bool {
        const THIS: &str = "runtime/src/event/site.rs";
        let file = place.file();
        if Path::new(file).is_absolute() {
            return false;
        }
        let Some(root) = file!().strip_suffix(THIS) else { return true };
        let below = file.strip_prefix(root).filter(|_| !Path::new(root).is_absolute());
        !below.is_some_and(|file| file.starts_with("runtime/") || file.starts_with("src/"))
    }
}

pin_project! {
    /// The future of [`located`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Located<F> {
        #[pin]
        future: F,
        origin: Origin,
    }
}

/// An `async` block of ours is the future that the program awaits.
#[inline]
#[track_caller]
pub fn located<F: Future>(future: F) -> Located<F> {
    Located { future, origin: Origin::here() }
}

impl<F: Future> Future for Located<F> {
    type Output = F::Output;

    #[inline]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.origin.awaited();
        this.future.poll(cx)
    }
}
