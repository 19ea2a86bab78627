//! How does a task learn that a child has ended?
//!
//! On Linux a *pidfd*, a descriptor of a process, becomes readable at its end: one
//! more I/O source. Where there is none, the signal `SIGCHLD` says that some child has ended, and
//! every waiting task asks whether it was its own.
//!
//! Invariant of both: first listen, then ask. A child that ends in between is found by the
//! question, one that ends later by the report.
//!
//! tokio: `process/unix/pidfd_reaper.rs`, `process/unix/reap.rs`.

use std::io;
use std::process::{Child as StdChild, ExitStatus};
use std::task::{Context, Poll, ready};

use parking_lot::Mutex;
use scopeguard::ScopeGuard;

use crate::signal::unix::{Signal, SignalKind, signal};

#[cfg(target_os = "linux")]
use pidfd::PidFd;

/// A child that has not been waited for, and what reports its end.
#[derive(Debug)]
pub(super) struct Running {
    /// Taken when it is dropped.
    child: Option<StdChild>,
    reports: Reports,
}

#[derive(Debug)]
enum Reports {
    #[cfg(target_os = "linux")]
    PidFd(PidFd),
    Signals(Signal),
}

impl Reports {
    #[track_caller]
    fn of(child: &StdChild) -> io::Result<Reports> {
        ask_dropped_children();
        #[cfg(target_os = "linux")]
        if let Some(pidfd) = PidFd::open(child)? {
            return Ok(Reports::PidFd(pidfd));
        }
        #[cfg(not(target_os = "linux"))]
        let _ = child;
        Ok(Reports::Signals(signal(SignalKind::child())?))
    }
}

impl Running {
    /// If nothing can report its end, that is an error. The child is then left as one that is
    /// dropped: killed if `kill_on_drop` says so, and asked for later.
    #[track_caller]
    pub(super) fn new(child: StdChild, kill_on_drop: bool) -> io::Result<Running> {
        let child = scopeguard::guard(child, |mut child| {
            if kill_on_drop {
                // An error says that it has ended by itself.
                let _ = child.kill();
            }
            ask_later(child);
        });
        let reports = Reports::of(&child)?;
        Ok(Running { child: Some(ScopeGuard::into_inner(child)), reports })
    }

    pub(super) fn std(&mut self) -> &mut StdChild {
        self.child.as_mut().expect("the child is only taken by drop")
    }

    pub(super) fn id(&self) -> Option<u32> {
        self.child.as_ref().map(StdChild::id)
    }

    pub(super) fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<ExitStatus>> {
        loop {
            if let Some(status) = self.std().try_wait()? {
                ask_dropped_children();
                return Poll::Ready(Ok(status));
            }
            match &mut self.reports {
                #[cfg(target_os = "linux")]
                Reports::PidFd(pidfd) => ready!(pidfd.poll_ended(cx))?,
                Reports::Signals(signals) => ready!(signals.poll_recv(cx)).ok_or_else(over)?,
            }
        }
    }
}

fn over() -> io::Error {
    io::Error::other("the runtime in which the child was started has ended")
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = self.child.take() {
            ask_later(child);
        }
    }
}

/// For a child that is not waited for.
fn ask_later(child: StdChild) {
    DROPPED.lock().push(child);
    ask_dropped_children();
}

/// Children whose [`Running`] was dropped, perhaps before they ended.
static DROPPED: Mutex<Vec<StdChild>> = Mutex::new(Vec::new());

/// Takes those that have ended off the system's list, and ours.
fn ask_dropped_children() {
    // An error says that the system has no such child any more.
    DROPPED.lock().retain_mut(|child| matches!(child.try_wait(), Ok(None)));
}

#[cfg(target_os = "linux")]
mod pidfd {
    use std::io;
    use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
    use std::process::Child as StdChild;
    use std::task::{Context, Poll};

    use kettle_runtime::event::Direction;
    use kettle_runtime::{Interest, Source};
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::process::{Pid, PidfdFlags, pidfd_open};

    /// A descriptor that is readable once its process has ended.
    #[derive(Debug)]
    pub(super) struct PidFd(Source<Process>);

    /// A type of its own, so that events name it.
    #[derive(Debug)]
    struct Process(OwnedFd);

    impl AsRawFd for Process {
        fn as_raw_fd(&self) -> RawFd {
            self.0.as_raw_fd()
        }
    }

    impl PidFd {
        /// `None` where the system has no such descriptors (before Linux 5.3, or forbidden), or no
        /// such child any more: a program that ignores `SIGCHLD` has none that ended, and the first
        /// question gets the error.
        #[track_caller]
        pub(super) fn open(child: &StdChild) -> io::Result<Option<PidFd>> {
            let pidfd = match pidfd_open(Pid::from_child(child), PidfdFlags::empty()) {
                Err(Errno::NOSYS | Errno::PERM | Errno::SRCH) => return Ok(None),
                opened => opened?,
            };
            Ok(Some(PidFd(Source::new(Process(pidfd), Interest::READABLE)?)))
        }

        pub(super) fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            // A pidfd can't be read, only asked; the question is the operation that is tried.
            self.0.poll_io(Direction::Read, cx, |Process(pidfd)| {
                let mut asked = [PollFd::from_borrowed_fd(pidfd.as_fd(), PollFlags::IN)];
                match poll(&mut asked, Some(&Timespec::default()))? {
                    0 => Err(io::ErrorKind::WouldBlock.into()),
                    _ => Ok(()),
                }
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::process::{Command, Stdio};

    use super::*;

    /// The way of the systems without pidfds.
    #[crate::test(crate = "crate")]
    async fn a_signal_reports_the_end_too() {
        let reports = || Reports::Signals(signal(SignalKind::child()).unwrap());
        let mut cat = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let input = cat.stdin.take();
        let mut cat = Running { child: Some(cat), reports: reports() };
        let task = crate::spawn(async move { poll_fn(|cx| cat.poll_wait(cx)).await });

        // The end of another one wakes the task, which asks, and goes on waiting.
        let short = Command::new("true").spawn().unwrap();
        let mut short = Running { child: Some(short), reports: reports() };
        assert!(poll_fn(|cx| short.poll_wait(cx)).await.unwrap().success());
        crate::task::yield_now().await;
        assert!(!task.is_finished());
        drop(input);
        assert!(task.await.unwrap().unwrap().success());
    }

    #[crate::test(crate = "crate")]
    async fn a_dropped_child_is_asked_for_later() {
        let child = Command::new("true").spawn().unwrap();
        let id = child.id();
        drop(Running::new(child, false).unwrap());
        wait_until_unknown(id);
    }

    /// It needs a runtime to be reported to: here the way to an error is a panic.
    #[test]
    fn a_child_that_nothing_reports_is_killed_and_asked_for_later() {
        let cat = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let id = cat.id();
        assert!(std::panic::catch_unwind(|| Running::new(cat, true)).is_err());
        wait_until_unknown(id);
    }

    /// Waits until the system has no entry for a process any more.
    fn wait_until_unknown(id: u32) {
        while std::fs::exists(format!("/proc/{id}")).unwrap() {
            ask_dropped_children();
        }
    }
}
