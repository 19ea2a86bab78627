//! Is a line of source the program's own?
//!
//! A record names the program's line that caused it. What the program calls is `#[track_caller]`,
//! and so is the `poll` of kettle's futures, which `.await` calls. Of these lines, the innermost
//! one that is the program's own is recorded (`thread.rs`). But where a `Box`, `&mut` or a
//! combinator is between the program and the future, the line that polls isn't the program's, so
//! the line where the future was *made* is recorded instead.
//!
//! All this is done only in builds with debug assertions, because it costs each future 8 bytes and
//! each message 5 % of its instructions. A program has few places and comes to them often, so each
//! answer is kept under the address of its place.

use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Place;

/// The addresses of known places, each with the answer in its lowest bit.
static KNOWN: [AtomicUsize; 256] = [const { AtomicUsize::new(0) }; 256];

/// Is this neither a line of kettle's nor one of std's?
#[inline]
pub(crate) fn is_the_programs(place: Place) -> bool {
    let address = ptr::from_ref(place) as usize;
    let slot = &KNOWN[address / align_of::<Place>() % KNOWN.len()];
    let mut known = slot.load(Ordering::Relaxed);
    if known & !1 != address {
        known = address | usize::from(is_outside(place));
        slot.store(known, Ordering::Relaxed);
    }
    known & 1 == 1
}

/// Cargo compiles the files of a workspace under relative paths, and those of its dependencies and
/// of std under absolute ones. In kettle's own workspace, kettle's crates are relative, too.
#[cold]
fn is_outside(place: Place) -> bool {
    const THIS: &str = "runtime/events/src/place.rs";
    /// What the paths of kettle's own files begin with. In a published package they are absolute.
    const ROOT: &str = file!().split_at(file!().len().saturating_sub(THIS.len())).0;
    let file = place.file();
    if Path::new(file).is_absolute() || Path::new(ROOT).is_absolute() {
        return Path::new(file).is_relative();
    }
    let below = file.strip_prefix(ROOT);
    // As paths: on Windows `file!` has backslashes.
    let is_in = |folder| below.is_some_and(|file| Path::new(file).starts_with(folder));
    !is_in("runtime") && !is_in("src")
}
