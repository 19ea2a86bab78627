//! What ends a process that was started for a job, if the one that started it is gone?
//!
//! A run may never end, and the one that would end it may be killed, as by Ctrl-C or by a limit of
//! CI. So a thread asks now and then for the parent's number: a process whose parent has gone gets
//! another one. The thread has the name of the doctor's own, and so the doctor does not take it for
//! the program's.
//!
//! Interface: [`end_with_parent`]. Not here: how the parent ends a run (`child.rs`).

use super::answer::Desk;

/// From here on this process ends soon after its parent, and clears its desk, at which no one will
/// look.
#[cfg(unix)]
pub(super) fn end_with_parent(desk: Desk) {
    use std::os::unix::process::parent_id;
    use std::sync::mpsc;
    use std::time::Duration;
    use std::{process, thread};

    use crate::doctor::WATCHER;

    const PAUSE: Duration = Duration::from_millis(250);

    let parent = parent_id();
    let (sender, ended) = mpsc::channel::<()>();
    let watch = move || {
        drop(sender);
        while parent_id() == parent {
            thread::sleep(PAUSE);
        }
        desk.clear();
        process::exit(1);
    };
    // Without a thread the job can be done all the same. With one, it has its name from here on.
    if thread::Builder::new().name(WATCHER.to_owned()).spawn(watch).is_ok() {
        let _ = ended.recv();
    }
}

#[cfg(not(unix))]
pub(super) fn end_with_parent(_: Desk) {}
