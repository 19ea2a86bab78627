//! What ends a process that was started for a job (`job.rs`), if its parent has ended?
//!
//! A run may never end, and the parent that would end it may have been killed, by Ctrl-C or by a
//! time limit of CI. So a thread checks four times a second whether the parent's number is still
//! the same: a process whose parent has gone gets another parent. The thread has the same name as
//! the doctor's, so that the doctor doesn't count it as the program's.
//!
//! Interface: [`end_with_parent`]. Elsewhere: how the parent ends a run (`program.rs`).

use super::answer::JobFolder;

/// Starts the thread that checks: from now on this process ends soon after its parent, and removes
/// the job's files, which nobody will read.
#[cfg(unix)]
pub(super) fn end_with_parent(folder: JobFolder) {
    use std::os::unix::process::parent_id;
    use std::sync::mpsc;
    use std::time::Duration;
    use std::{process, thread};

    use crate::doctor::WATCHER;

    const PAUSE: Duration = Duration::from_millis(250);

    let parent = parent_id();
    let (unnamed, named) = mpsc::channel::<()>();
    let watch = move || {
        drop(unnamed); // ends `named.recv()` below
        while parent_id() == parent {
            thread::sleep(PAUSE);
        }
        folder.clear();
        process::exit(1);
    };
    // Without a thread the job can be done all the same. If there is one, wait until it runs
    // `watch`: by then it has given itself its name, by which the doctor knows it.
    if thread::Builder::new().name(WATCHER.to_owned()).spawn(watch).is_ok() {
        let _ = named.recv();
    }
}

#[cfg(not(unix))]
pub(super) fn end_with_parent(_: JobFolder) {}
