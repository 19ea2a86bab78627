//! How many bytes does one read or write move?
//!
//! As many as it can, unless a seed decides: then any number from one to all. This exposes programs
//! that expect one read to return a whole message. Sockets, pipes, files and streams in memory all
//! ask here.

use kettle_runtime::choose;
use kettle_runtime::event::Point;

/// As many bytes, at least one, as are to be moved of so many that could be.
#[inline]
pub(crate) fn portion(all: usize) -> usize {
    all - choose(Point::Transfer, all)
}
