//! Is a line of source the program's own?
//!
//! A record says at which line of the program the running task awaits. `.await` calls `poll`, and
//! our futures' `poll` is `#[track_caller]`, so it learns the line that polls it. The innermost of
//! these lines that is the program's own is noted while something records (`thread.rs`). Where a
//! `Box`, `&mut` or a combinator is between the program and our future, that line is not the
//! program's; then the line where the future was *made* is noted instead.
//!
//! All this is done in builds with debug assertions only. Elsewhere it would cost each future 8
//! bytes and each message 5 % of its instructions.

use std::path::Path;

use crate::Place;

/// Is this neither a line of kettle's nor of std's?
///
/// Cargo compiles a workspace's own files under relative paths and those of its dependencies, std
/// among them, under absolute ones. In kettle's own workspace its crates are relative, too.
pub(crate) fn is_the_programs(place: Place) -> bool {
    const THIS: &str = "runtime/events/src/place.rs";
    /// What the paths of kettle's own files begin with. (A published package's are absolute.)
    const ROOT: &str = file!().split_at(file!().len().saturating_sub(THIS.len())).0;
    let file = place.file();
    if Path::new(file).is_absolute() || Path::new(ROOT).is_absolute() {
        return Path::new(file).is_relative();
    }
    let below = file.strip_prefix(ROOT);
    // As paths: on Windows `file!` has backslashes.
    let is_in = |folder| below.is_some_and(|file| Path::new(file).starts_with(folder));
    !is_in("runtime") && !is_in("src")
}
