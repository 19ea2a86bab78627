//! What is a source ready for?
//!
//! For the directions of the selector's last report, until an operation returns `WouldBlock`.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

use kettle_runtime::Found;
use kettle_runtime::event::Direction;

use super::interest::Interest;

/// The operations that a source is found to be ready for. If it isn't ready, the operation
/// returns `WouldBlock`.
///
/// ```
/// use kettle::io::Ready;
///
/// let ready = Ready::READABLE | Ready::READ_CLOSED;
/// assert!(ready.is_readable() && ready.is_read_closed() && !ready.is_writable());
/// assert_eq!(ready - Ready::READABLE, Ready::READ_CLOSED);
/// assert!(Ready::EMPTY.is_empty());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ready(u8);

impl Ready {
    /// Nothing.
    pub const EMPTY: Ready = Ready(0);
    /// Reading may succeed.
    pub const READABLE: Ready = Ready(1);
    /// Writing may succeed.
    pub const WRITABLE: Ready = Ready(2);
    /// The other side won't send any more, or reading was shut down here.
    pub const READ_CLOSED: Ready = Ready(4);
    /// The other side won't receive any more, or writing was shut down here.
    pub const WRITE_CLOSED: Ready = Ready(8);
    /// There is priority data, which TCP calls urgent.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const PRIORITY: Ready = Ready(16);
    /// The source has an error.
    pub const ERROR: Ready = Ready(32);
    /// All of the above.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const ALL: Ready = Ready(63);
    /// All of the above.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub const ALL: Ready = Ready(47);

    /// Converts the engine's findings, as far as they are in `interest`. An error counts as ready
    /// for reading or writing, because either returns it.
    pub(crate) fn new(found: &Found, interest: Interest) -> Ready {
        let [read, write, priority, error] = Direction::ALL.map(|direction| found.get(direction));
        let has_error = error.ready || read.error || write.error;
        let flags = [
            (read.ready || read.error, Ready::READABLE),
            (write.ready || write.error, Ready::WRITABLE),
            (read.closed || priority.closed, Ready::READ_CLOSED),
            (write.closed, Ready::WRITE_CLOSED),
            (priority.ready, Ready(16)),
            (has_error && interest.is_error(), Ready::ERROR),
        ];
        flags.iter().filter(|(is_set, _)| *is_set).fold(Ready::EMPTY, |all, (_, bit)| all | *bit)
    }

    /// Converts this into the engine's directions, without the closed ones, which don't change.
    #[cfg(unix)]
    pub(crate) fn directions(self) -> impl Iterator<Item = Direction> {
        let bits = [1, 2, 16, 32].into_iter();
        bits.zip(Direction::ALL).filter(move |(bit, _)| self.0 & bit != 0).map(|(_, way)| way)
    }

    /// Returns whether the source isn't ready for anything.
    pub fn is_empty(self) -> bool {
        self == Ready::EMPTY
    }

    /// Returns whether reading will find data or the end.
    pub fn is_readable(self) -> bool {
        self.contains(Ready::READABLE) || self.is_read_closed()
    }

    /// Returns whether writing will find room or an error.
    pub fn is_writable(self) -> bool {
        self.contains(Ready::WRITABLE) || self.is_write_closed()
    }

    /// Returns whether [`Ready::READ_CLOSED`] is set.
    pub fn is_read_closed(self) -> bool {
        self.contains(Ready::READ_CLOSED)
    }

    /// Returns whether [`Ready::WRITE_CLOSED`] is set.
    pub fn is_write_closed(self) -> bool {
        self.contains(Ready::WRITE_CLOSED)
    }

    /// Returns whether [`Ready::PRIORITY`] is set.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn is_priority(self) -> bool {
        self.contains(Ready::PRIORITY)
    }

    /// Returns whether [`Ready::ERROR`] is set.
    pub fn is_error(self) -> bool {
        self.contains(Ready::ERROR)
    }

    fn contains(self, other: Ready) -> bool {
        self & other == other
    }
}

impl BitOr for Ready {
    type Output = Ready;

    fn bitor(self, other: Ready) -> Ready {
        Ready(self.0 | other.0)
    }
}

impl BitOrAssign for Ready {
    fn bitor_assign(&mut self, other: Ready) {
        self.0 |= other.0;
    }
}

impl BitAnd for Ready {
    type Output = Ready;

    fn bitand(self, other: Ready) -> Ready {
        Ready(self.0 & other.0)
    }
}

impl Sub for Ready {
    type Output = Ready;

    fn sub(self, other: Ready) -> Ready {
        Ready(self.0 & !other.0)
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Ready");
        f.field("is_readable", &self.is_readable())
            .field("is_writable", &self.is_writable())
            .field("is_read_closed", &self.is_read_closed())
            .field("is_write_closed", &self.is_write_closed())
            .field("is_error", &self.is_error());
        #[cfg(any(target_os = "linux", target_os = "android"))]
        f.field("is_priority", &self.is_priority());
        f.finish()
    }
}
