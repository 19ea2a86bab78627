//! Which way shall a source be ready?

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use kettle_runtime::event::Direction;

/// What a task waits for on a source: reading, writing, or either.
///
/// tokio: `tokio::io::Interest`. Its `ERROR`, `PRIORITY`, `AIO` and `LIO` are not here: a source
/// joins the selector for reading and writing, and an error makes it ready both ways.
///
/// ```
/// use kettle::io::Interest;
///
/// let both = Interest::READABLE | Interest::WRITABLE;
/// assert!(both.is_readable() && both.is_writable());
/// assert_eq!(both.remove(Interest::READABLE), Some(Interest::WRITABLE));
/// assert_eq!(format!("{both:?}"), "READABLE | WRITABLE");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Interest(u8);

impl Interest {
    /// Reading, and accepting.
    pub const READABLE: Interest = Interest(0b01);

    /// Writing, and connecting.
    pub const WRITABLE: Interest = Interest(0b10);

    /// Is reading among it?
    pub const fn is_readable(self) -> bool {
        self.0 & Interest::READABLE.0 != 0
    }

    /// Is writing among it?
    pub const fn is_writable(self) -> bool {
        self.0 & Interest::WRITABLE.0 != 0
    }

    /// Both interests together.
    #[must_use]
    pub const fn add(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }

    /// What is left without the other; `None` if that is nothing.
    #[must_use]
    pub fn remove(self, other: Interest) -> Option<Interest> {
        let left = self.0 & !other.0;
        (left != 0).then_some(Interest(left))
    }

    pub(crate) fn directions(self) -> &'static [Direction] {
        match (self.is_readable(), self.is_writable()) {
            (true, false) => &[Direction::Read],
            (false, _) => &[Direction::Write],
            (true, true) => &[Direction::Read, Direction::Write],
        }
    }
}

impl BitOr for Interest {
    type Output = Interest;

    fn bitor(self, other: Interest) -> Interest {
        self.add(other)
    }
}

impl BitOrAssign for Interest {
    fn bitor_assign(&mut self, other: Interest) {
        *self = self.add(other);
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.directions() {
            [Direction::Read] => "READABLE",
            [Direction::Write] => "WRITABLE",
            _ => "READABLE | WRITABLE",
        })
    }
}
