//! How many bytes does a read or write move?
//!
//! As many as it can, unless a seed chooses any number from one to all. This exposes programs that
//! expect one read to return a whole message. Sockets, pipes and files all use [`portion`].

use kettle_runtime::choose;
use kettle_runtime::event::Point;

/// Returns how many bytes to move, at least one, if `all` could be moved.
#[inline]
pub(crate) fn portion(all: usize) -> usize {
    all - choose(Point::Transfer, all)
}
