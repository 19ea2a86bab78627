//! How many bytes does one read or write move?
//!
//! All that it can, as long as no seed decides: then any number from one to all. A program that
//! takes one read for a whole message is wrong, and is found out so. Asked by everything that moves
//! bytes for the system or between tasks: sockets, pipes, files, streams in memory.

use kettle_runtime::choose;
use kettle_runtime::event::Point;

/// As many bytes, at least one, as are to be moved of so many that could be.
#[inline]
pub(crate) fn portion(all: usize) -> usize {
    all - choose(Point::Transfer, all)
}
