//! Is a line of source the program's own?
//!
//! A record names the program's line that caused it. kettle's public functions are
//! `#[track_caller]`, and so is the `poll` of kettle's futures, which `.await` calls. Of these
//! lines, the innermost one that is the program's own is recorded (`thread.rs`). But where a `Box`,
//! `&mut` or a combinator is between the program and the future, the line that polls isn't the
//! program's, so the line where the future was *made* is recorded instead.
//!
//! This is done only in builds with debug assertions, because it costs each future 8 bytes and
//! each message 5 % of its instructions. A program has few places and comes to them often, so
//! [`is_the_programs`], the only function, caches its answers by the address of the place.

use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Place;

/// The cache: the addresses of places, each with the answer in its lowest bit.
static KNOWN: [AtomicUsize; 256] = [const { AtomicUsize::new(0) }; 256];

/// Is this a line of the program's: not kettle's, a dependency's or std's?
#[inline]
pub(crate) fn is_the_programs(place: Place) -> bool {
    let address = ptr::from_ref(place) as usize;
    let slot = &KNOWN[address / align_of::<Place>() % KNOWN.len()];
    let mut known = slot.load(Ordering::Relaxed);
    if known & !1 != address {
        known = address | usize::from(is_outside(place.file(), ROOT));
        slot.store(known, Ordering::Relaxed);
    }
    known & 1 == 1
}

/// What the paths of kettle's own files begin with. In a published package they are absolute.
const ROOT: &str =
    file!().split_at(file!().len().saturating_sub("runtime/events/src/place.rs".len())).0;

/// Cargo compiles the files of a workspace under relative paths, and those of its dependencies and
/// of std under absolute ones. (std's begin with `/rustc/`, which Windows doesn't call absolute.)
/// In kettle's own workspace, kettle's crates are relative, too.
#[cold]
fn is_outside(file: &str, root: &str) -> bool {
    let is_absolute = |path: &str| path.starts_with("/rustc/") || Path::new(path).is_absolute();
    if is_absolute(file) || is_absolute(root) {
        return !is_absolute(file);
    }
    // (On Windows the compiler writes backslashes.)
    let folder = file.strip_prefix(root).and_then(|below| below.split(['/', '\\']).next());
    !matches!(folder, Some("runtime" | "src"))
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
