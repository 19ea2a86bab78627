//! Which times can be set on a file?

use std::time::SystemTime;

/// The times that [`File::set_times`](super::File::set_times) sets. A time that isn't named here
/// stays as it is.
///
/// ```
/// use kettle::fs::FileTimes;
/// use std::time::SystemTime;
///
/// let times = FileTimes::new().set_accessed(SystemTime::UNIX_EPOCH);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "no time is set until `File::set_times` gets this"]
pub struct FileTimes(std::fs::FileTimes);

impl FileTimes {
    /// Starts without any times.
    pub fn new() -> FileTimes {
        FileTimes::default()
    }

    /// Sets the time at which the file was last read.
    pub fn set_accessed(self, t: SystemTime) -> FileTimes {
        FileTimes(self.0.set_accessed(t))
    }

    /// Sets the time at which the file was last changed.
    pub fn set_modified(self, t: SystemTime) -> FileTimes {
        FileTimes(self.0.set_modified(t))
    }

    pub(super) fn into_std(self) -> std::fs::FileTimes {
        self.0
    }
}
