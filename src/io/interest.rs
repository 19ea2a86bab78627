//! What can a program wait for on a source?

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use kettle_runtime::event::Direction;

/// The kinds of readiness that a task is waiting for: reading, writing, priority data, an error, or
/// several of these.
///
/// An error makes a source ready for reading and writing, too, so most programs never ask for it.
///
/// tokio: `tokio::io::Interest` also has `AIO` and `LIO`, on FreeBSD only.
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

const READABLE: u8 = 0b0001;
const WRITABLE: u8 = 0b0010;
const PRIORITY: u8 = 0b0100;
const ERROR: u8 = 0b1000;

impl Interest {
    /// Reading, and accepting.
    pub const READABLE: Interest = Interest(READABLE);

    /// Writing, and connecting.
    pub const WRITABLE: Interest = Interest(WRITABLE);

    /// Priority data, such as TCP's urgent byte or an event of `sysfs`. A socket in `net` doesn't
    /// register for it, but a descriptor in an [`AsyncFd`](super::unix::AsyncFd) can.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const PRIORITY: Interest = Interest(PRIORITY);

    /// An error, or on Linux a message in the socket's error queue.
    pub const ERROR: Interest = Interest(ERROR);

    /// Returns whether it includes reading.
    pub const fn is_readable(self) -> bool {
        self.0 & READABLE != 0
    }

    /// Returns whether it includes writing.
    pub const fn is_writable(self) -> bool {
        self.0 & WRITABLE != 0
    }

    /// Returns whether it includes priority data.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const fn is_priority(self) -> bool {
        self.0 & PRIORITY != 0
    }

    /// Returns whether it includes errors.
    pub const fn is_error(self) -> bool {
        self.0 & ERROR != 0
    }

    /// Returns both interests together.
    #[must_use]
    pub const fn add(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }

    /// Returns this interest without the other, or `None` if nothing is left.
    #[must_use]
    pub fn remove(self, other: Interest) -> Option<Interest> {
        let left = self.0 & !other.0;
        (left != 0).then_some(Interest(left))
    }

    /// Converts the interest into the engine's directions.
    pub(crate) fn directions(self) -> impl Iterator<Item = Direction> {
        let bits = [READABLE, WRITABLE, PRIORITY, ERROR].into_iter();
        bits.zip(Direction::ALL).filter(move |(bit, _)| self.0 & bit != 0).map(|(_, way)| way)
    }

    /// Returns what the selector should report. The selector always reports errors, too.
    pub(crate) fn reported(self) -> kettle_runtime::Interest {
        let mut all = None;
        let mut add = |bit, one| {
            if self.0 & bit != 0 {
                all = Some(all.map_or(one, |all: kettle_runtime::Interest| all.add(one)));
            }
        };
        add(READABLE, kettle_runtime::Interest::READABLE);
        add(WRITABLE, kettle_runtime::Interest::WRITABLE);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        add(PRIORITY, kettle_runtime::Interest::PRIORITY);
        all.unwrap_or(kettle_runtime::Interest::READABLE)
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
        let mut names = self.directions().map(|direction| match direction {
            Direction::Read => "READABLE",
            Direction::Write => "WRITABLE",
            Direction::Priority => "PRIORITY",
            Direction::Error => "ERROR",
        });
        f.write_str(names.next().unwrap_or_default())?;
        names.try_for_each(|name| write!(f, " | {name}"))
    }
}
