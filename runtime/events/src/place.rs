//! At which line of the program is the running task?
//!
//! At the `.await` that it waits at. `.await` calls `poll`, and our futures' `poll` is
//! `#[track_caller]`, so it learns the line that polls it. The innermost of these lines that is the
//! program's own is noted while something records, and goes into each record of the same poll.
//!
//! Where a `Box`, `&mut` or a combinator is between the program and our future, that line is not the
//! program's. Then the line where the future was *made* is noted instead.
//!
//! All this is done in builds with debug assertions only. Elsewhere it would cost each future 8
//! bytes and each message 5 % of its instructions.
//!
//! Interface: [`awaited`] and [`awaited_future`], called first in a `poll` that is
//! `#[track_caller]`; [`polls_so_far`]. Invariant: a line of kettle's or of std's is never noted.
//!
//! tokio: a resource's span has the line where it was made. Where it is awaited is not recorded.

use std::panic::Location;
use std::path::Path;

use crate::Place;
use crate::recorder::{THREAD, on};

/// A future that does not remember where it was made is polled.
#[inline]
#[track_caller]
pub fn awaited() {
    if cfg!(debug_assertions) {
        note_await([Some(Location::caller()), None]);
    }
}

/// A future that was made at this place is polled.
#[inline]
#[track_caller]
pub fn awaited_future(made: Place) {
    if cfg!(debug_assertions) {
        note_await([Some(Location::caller()), Some(made)]);
    }
}

/// How many awaits and polls this thread has noted. Two equal numbers: nothing was polled between.
pub fn polls_so_far() -> u32 {
    THREAD.with(|thread| thread.polls.get())
}

fn note_await(places: [Option<Place>; 2]) {
    if on() {
        THREAD.with(|thread| thread.count_poll());
        let place = places.into_iter().flatten().find(|place| is_the_programs(place));
        if place.is_some() {
            THREAD.with(|thread| thread.place.set(place));
        }
    }
}

/// The program has done something here, if the place is the program's: a spawn, a new channel.
pub(crate) fn note(place: Place) {
    if cfg!(debug_assertions) && is_the_programs(place) {
        THREAD.with(|thread| thread.place.set(Some(place)));
    }
}

/// Cargo compiles a workspace's own files under relative paths and those of its dependencies, std
/// among them, under absolute ones. In kettle's own workspace its crates are relative, too.
fn is_the_programs(place: Place) -> bool {
    const THIS: &str = "runtime/events/src/place.rs";
    let file = place.file();
    if Path::new(file).is_absolute() {
        return false;
    }
    let Some(root) = file!().strip_suffix(THIS) else { return true };
    let below = file.strip_prefix(root).filter(|_| !Path::new(root).is_absolute());
    !below.is_some_and(|file| file.starts_with("runtime/") || file.starts_with("src/"))
}
