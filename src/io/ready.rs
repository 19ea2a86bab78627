//! Which ways is a source ready?

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

use kettle_runtime::Readiness;

/// What a source is believed to be ready for. It may turn out wrong: then the operation says
/// `WouldBlock`.
///
/// tokio: `tokio::io::Ready`. It has no `PRIORITY` here.
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
    /// The other side sends no more, or reading was shut down here.
    pub const READ_CLOSED: Ready = Ready(4);
    /// The other side takes no more, or writing was shut down here.
    pub const WRITE_CLOSED: Ready = Ready(8);
    /// The source has an error.
    pub const ERROR: Ready = Ready(16);
    /// All of the above.
    pub const ALL: Ready = Ready(31);

    /// The engine's words in tokio's.
    pub(crate) fn new([read, write]: [Readiness; 2]) -> Ready {
        let flags = [
            (read.ready, Ready::READABLE),
            (write.ready, Ready::WRITABLE),
            (read.closed, Ready::READ_CLOSED),
            (write.closed, Ready::WRITE_CLOSED),
            (read.error || write.error, Ready::ERROR),
        ];
        flags.iter().filter(|(is_set, _)| *is_set).fold(Ready::EMPTY, |all, (_, bit)| all | *bit)
    }

    /// Is it nothing?
    pub fn is_empty(self) -> bool {
        self == Ready::EMPTY
    }

    /// Will reading find something: data or the end?
    pub fn is_readable(self) -> bool {
        self.contains(Ready::READABLE) || self.is_read_closed()
    }

    /// Will writing not wait: is there room, or an error to find?
    pub fn is_writable(self) -> bool {
        self.contains(Ready::WRITABLE) || self.is_write_closed()
    }

    /// Is [`Ready::READ_CLOSED`] set?
    pub fn is_read_closed(self) -> bool {
        self.contains(Ready::READ_CLOSED)
    }

    /// Is [`Ready::WRITE_CLOSED`] set?
    pub fn is_write_closed(self) -> bool {
        self.contains(Ready::WRITE_CLOSED)
    }

    /// Is [`Ready::ERROR`] set?
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
        f.debug_struct("Ready")
            .field("is_readable", &self.is_readable())
            .field("is_writable", &self.is_writable())
            .field("is_read_closed", &self.is_read_closed())
            .field("is_write_closed", &self.is_write_closed())
            .field("is_error", &self.is_error())
            .finish()
    }
}
