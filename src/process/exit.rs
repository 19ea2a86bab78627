//! How does a task learn that a child has ended?
//!
//! On Linux through a *pidfd*, a descriptor that becomes readable when its process ends: one more
//! I/O source. Systems without pidfds send the signal `SIGCHLD` when any child has ended, and every
//! waiting task asks whether that child was its own.
//!
//! Invariant of both ways: first listen, then ask. Asking finds a child that has already ended; the
//! report announces one that ends later.
//!
//! A child that is dropped while it is running is kept here with its reports. They wake
//! [`ReapDropped`], which isn't a task: it reaps all dropped children that have ended, so that none
//! stays in the system's list as a zombie.
//!
//! tokio: `process/unix/pidfd_reaper.rs`, `process/unix/reap.rs`.

use std::io;
use std::mem;
#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child as StdChild, ExitStatus};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Wake, Waker, ready};

use kettle_runtime::event::{Event, StateLock, emit, in_a_drop, run_as, unrecorded};
use kettle_runtime::{Handle, budget};
use scopeguard::guard;

use crate::runtime::is_rt_shutdown_err;
use crate::signal::unix::{Signal, SignalKind, signal};

#[cfg(target_os = "linux")]
use pidfd::PidFd;

/// A child that hasn't been waited for, with the source that reports its end.
#[derive(Debug)]
pub(super) struct Running {
    /// Taken when it has ended or is dropped. If it has no reports, the next wait arranges them.
    parts: Option<(StdChild, Option<Reports>)>,
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
        reap_dropped_children();
        #[cfg(target_os = "linux")]
        if let Ok(pidfd) = PidFd::open(child) {
            return Ok(Reports::PidFd(pidfd));
        }
        #[cfg(not(target_os = "linux"))]
        let _ = child;
        Ok(Reports::Signals(signal(SignalKind::child())?))
    }

    /// Waits for the next report, which may be about another child.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            #[cfg(target_os = "linux")]
            Reports::PidFd(pidfd) => pidfd.poll_ended(cx),
            Reports::Signals(signals) => signals.poll_next(cx),
        }
    }

    /// The task that waited waits no more.
    fn give_up(&mut self) {
        match self {
            #[cfg(target_os = "linux")]
            Reports::PidFd(pidfd) => pidfd.give_up(),
            Reports::Signals(signals) => signals.give_up(),
        }
    }
}

/// The resources for the reports. They are reserved before the program starts, because after a
/// later failure a caller that tries again would start it twice.
pub(super) enum Reserve {
    #[cfg(target_os = "linux")]
    Descriptor(OwnedFd),
    Signals(Signal),
}

impl Reserve {
    #[track_caller]
    pub(super) fn take() -> io::Result<Reserve> {
        #[cfg(target_os = "linux")]
        if let Some(descriptor) = pidfd::of_this_process()? {
            return Ok(Reserve::Descriptor(descriptor));
        }
        Ok(Reserve::Signals(signal(SignalKind::child())?))
    }
}

impl Running {
    /// The child starts without reports if another thread has just taken the reserved descriptor;
    /// if so, the first wait tries once more.
    #[track_caller]
    pub(super) fn new(child: StdChild, reserve: Reserve) -> Running {
        let reports = match reserve {
            #[cfg(target_os = "linux")]
            Reserve::Descriptor(descriptor) => {
                drop(descriptor);
                Reports::of(&child).ok()
            }
            Reserve::Signals(signals) => Some(Reports::Signals(signals)),
        };
        Running { parts: Some((child, reports)) }
    }

    fn parts(&mut self) -> &mut (StdChild, Option<Reports>) {
        self.parts.as_mut().expect("the child has not been reaped yet")
    }

    /// Asks the system to kill the child, which is recorded as a write to it.
    pub(super) fn kill(&mut self) -> io::Result<()> {
        let (child, reports) = self.parts();
        #[cfg(target_os = "linux")]
        if let Some(Reports::PidFd(pidfd)) = reports {
            pidfd.emit_kill();
        }
        #[cfg(not(target_os = "linux"))]
        let _ = reports;
        child.kill()
    }

    /// Returns the status if it has ended. After that it must not be asked again.
    pub(super) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        let status = try_wait(&mut self.parts().0)?;
        if status.is_some() {
            self.parts = None;
            reap_dropped_children();
        }
        Ok(status)
    }

    pub(super) fn id(&self) -> Option<u32> {
        self.parts.as_ref().map(|(child, _)| child.id())
    }

    pub(super) fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<ExitStatus>> {
        let mut moved = false;
        loop {
            if let Some(status) = self.try_wait()? {
                return Poll::Ready(Ok(status));
            }
            let (child, source) = self.parts();
            let reports = match source {
                Some(reports) => reports,
                None => source.insert(Reports::of(child)?),
            };
            match ready!(reports.poll_next(cx)) {
                // The child's runtime has ended, so from now on this runtime reports.
                Err(error) if is_rt_shutdown_err(&error) && !moved && has_runtime() => {
                    (moved, *source) = (true, None);
                }
                reported => reported?,
            }
        }
    }
}

fn has_runtime() -> bool {
    Handle::try_current().is_ok()
}

impl Drop for Running {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some((child, mut reports)) = self.parts.take() {
            reports.iter_mut().for_each(Reports::give_up);
            reap_later(child, reports);
        }
    }
}

/// Keeps a child that nobody is waiting for.
fn reap_later(child: StdChild, mut reports: Option<Reports>) {
    let mut dropped = DROPPED.lock();
    let keeps = dropped.reporting() + dropped.looked_at.unwrap_or(0) < REPORTING;
    let kept = reports.take_if(|_| keeps);
    dropped.children.push((child, kept));
    drop(dropped);
    drop(reports); // a task's waker may be with them
    reap_dropped_children();
}

/// The number of dropped children that keep their reports and so a descriptor each.
const REPORTING: usize = 64;

/// Children whose [`Running`] was dropped, perhaps before they ended. A child without reports, or
/// whose reports' runtime has ended, is reaped with the next, or at the next operation on a
/// child.
struct Dropped {
    children: Children,
    /// How many have reports of those that a thread is now looking at, without the lock.
    looked_at: Option<usize>,
    /// A look is wanted. If one is under way, perhaps further up on this thread, where a waker that
    /// is replaced drops another child, it begins again.
    asked: bool,
}

type Children = Vec<(StdChild, Option<Reports>)>;

static DROPPED: StateLock<Dropped> =
    StateLock::new(Dropped { children: Vec::new(), looked_at: None, asked: false });

/// Removes children that have ended from the system's list and ours. To look at them, a thread
/// takes them all, and it alone, until it puts back those that are still running.
fn reap_dropped_children() {
    let _no_task = run_as(None); // the running task doesn't wait for this
    let mut cx = Context::from_waker(&REAP_DROPPED);
    DROPPED.lock().asked = true;
    while let Some(children) = Dropped::take() {
        let mut children = guard(children, Dropped::put_back);
        let ended: Children = children
            .extract_if(.., |(child, reports)| has_ended(child, reports, &mut cx))
            .collect();
        drop(children);
        drop(ended); // with the wakers of tasks that were waiting for them
    }
}

impl Dropped {
    /// Takes all of them for the look that is wanted, unless another one is under way.
    fn take() -> Option<Children> {
        let mut dropped = DROPPED.lock();
        if dropped.looked_at.is_some() || !mem::take(&mut dropped.asked) {
            return None;
        }
        dropped.looked_at = Some(dropped.reporting());
        Some(mem::take(&mut dropped.children))
    }

    /// How many of the children that are here have reports.
    fn reporting(&self) -> usize {
        self.children.iter().filter(|(_, reports)| reports.is_some()).count()
    }

    fn put_back(mut running: Children) {
        let mut dropped = DROPPED.lock();
        running.append(&mut dropped.children);
        (dropped.children, dropped.looked_at) = (running, None);
    }
}

/// Asks the system and records the answer.
fn try_wait(child: &mut StdChild) -> io::Result<Option<ExitStatus>> {
    let (number, status) = (child.id(), child.try_wait()?);
    if let Some(status) = status {
        let [code, signal] = [status.code(), status.signal()].map(|n| n.map(i32::unsigned_abs));
        emit(|| Event::ChildEnd { child: number, code, signal });
    }
    Ok(status)
}

fn has_ended(child: &mut StdChild, reports: &mut Option<Reports>, cx: &mut Context<'_>) -> bool {
    loop {
        // An error means that the system doesn't know the child any more.
        if !matches!(try_wait(child), Ok(None)) {
            return true;
        }
        // That is no task's wait: with it alone, nothing will wake a program that hangs. It has no
        // budget, because once that is spent, the waker might be called at once, in here.
        let poll = |reports: &mut Reports| {
            let _unrecorded = unrecorded();
            budget::with_unconstrained(|| reports.poll_next(cx))
        };
        match reports.as_mut().map(poll) {
            Some(Poll::Ready(Ok(()))) => {}
            Some(Poll::Ready(Err(_))) => *reports = None,
            Some(Poll::Pending) | None => return false,
        }
    }
}

/// Woken by a report about a dropped child.
struct ReapDropped;

static REAP_DROPPED: LazyLock<Waker> = LazyLock::new(|| Arc::new(ReapDropped).into());

impl Wake for ReapDropped {
    fn wake(self: Arc<Self>) {
        reap_dropped_children();
    }
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
    use rustix::io::{Errno, retry_on_intr};
    use rustix::process::{Pid, PidfdFlags, getpid, pidfd_open};

    /// A descriptor that becomes readable when its process ends.
    #[derive(Debug)]
    pub(super) struct PidFd(Source<Process>);

    /// Its own type names it in events.
    #[derive(Debug)]
    struct Process(OwnedFd);

    impl AsRawFd for Process {
        fn as_raw_fd(&self) -> RawFd {
            self.0.as_raw_fd()
        }
    }

    /// Returns `None` if the system has no pidfds, because Linux is older than 5.3 or forbids them.
    pub(super) fn of_this_process() -> io::Result<Option<OwnedFd>> {
        match pidfd_open(getpid(), PidfdFlags::empty()) {
            Err(Errno::NOSYS | Errno::PERM) => Ok(None),
            opened => Ok(Some(opened?)),
        }
    }

    impl PidFd {
        /// Fails if the system has no pidfds, no descriptor left, or no such child any more: if a
        /// program ignores `SIGCHLD`, ended children vanish, and the first question fails.
        #[track_caller]
        pub(super) fn open(child: &StdChild) -> io::Result<PidFd> {
            let pidfd = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
            let source = Source::new(Process(pidfd), Interest::READABLE)?;
            source.emit_new(None, None, |_| [child.id(), 0]);
            Ok(PidFd(source))
        }

        pub(super) fn emit_kill(&self) {
            self.0.emit_try(Direction::Write, &Ok(()), None);
        }

        pub(super) fn give_up(&self) {
            self.0.give_up(Direction::Read);
        }

        pub(super) fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            // A pidfd can't be read, so polling it is the operation that is tried.
            let has_ended = |Process(pidfd): &Process| {
                let mut fds = [PollFd::from_borrowed_fd(pidfd.as_fd(), PollFlags::IN)];
                // A signal can interrupt even a call that doesn't wait.
                match retry_on_intr(|| poll(&mut fds, Some(&Timespec::default())))? {
                    0 => Err(io::ErrorKind::WouldBlock.into()),
                    _ => Ok(()),
                }
            };
            self.0.poll_io(Direction::Read, cx, 0, has_ended, |()| None)
        }
    }
}

#[cfg(test)]
#[path = "exit_tests.rs"]
mod tests;
