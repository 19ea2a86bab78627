//! What happened just before, now?
//!
//! Asks each flight recorder of this process for its file.
//!
//! Interface: [`dump`]. Invariant: one that fails keeps no other from its file.
//!
//! Not here: what is kept and written (`flight.rs`).

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::file::flight::all;
use crate::file::lines::CALL;

/// How long a call waits for a runtime's thread that is recording, or writing its file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes what the flight recorders of this process have kept, now, and says to which files.
///
/// Any thread may call it: also one of the program's own that watches over the rest, while the loop
/// is stuck in a poll. (Then what that poll has done is missing, because the loop hands over its
/// events when the poll returns; the file says so.) Without a flight recorder, or before its
/// runtime has run, it does nothing.
///
/// If panics end your program at once (`panic = "abort"`), call it in a panic hook.
///
/// # Errors
///
/// A file can't be written; or a runtime's thread has been at its flight recorder for ten seconds.
/// The other flight recorders have written theirs all the same.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// # let request_took = std::time::Duration::from_secs(3);
/// if request_took.as_secs() > 1 {
///     // With `KETTLE_TRACE=last:slow.html`: what led to this?
///     match kettle::trace::dump() {
///         Ok(files) => println!("{files:?}"),
///         Err(error) => eprintln!("{error}"),
///     }
/// }
/// # }
/// ```
pub fn dump() -> io::Result<Vec<PathBuf>> {
    // What the poll that makes this call has done is not handed over yet.
    kettle_events::flush();
    // One that fails keeps no other from its file.
    let written: Vec<_> = all()
        .iter()
        .filter_map(|flight| match flight.try_lock_for(PATIENCE) {
            Some(mut flight) => flight.write(CALL).transpose(),
            None => Some(Err(io::Error::new(
                io::ErrorKind::WouldBlock,
                "the thread of a runtime is busy with its flight recorder",
            ))),
        })
        .collect();
    written.into_iter().collect()
}
