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

impl Running {
    #[track_caller]
    pub(super) fn new(child: StdChild) -> io::Result<Running> {
        ask_dropped_children();
        #[cfg(target_os = "linux")]
        if let Some(pidfd) = PidFd::open(&child) {
            return Ok(Running { child: Some(child), reports: Reports::PidFd(pidfd?) });
        }
        let reports = Reports::Signals(signal(SignalKind::child())?);
        Ok(Running { child: Some(child), reports })
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
        DROPPED.lock().extend(self.child.take());
        ask_dropped_children();
    }
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
        /// `None` where the system has no such descriptors (before Linux 5.3, or forbidden).
        #[track_caller]
        pub(super) fn open(child: &StdChild) -> Option<io::Result<PidFd>> {
            let pidfd = pidfd_open(Pid::from_child(child), PidfdFlags::empty()).ok()?;
            Some(Source::new(Process(pidfd), Interest::READABLE).map(PidFd))
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
        drop(Running::new(child).unwrap());
        let known = || std::fs::exists(format!("/proc/{id}")).unwrap();
        while known() {
            ask_dropped_children();
        }
    }
}
