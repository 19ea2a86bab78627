//! What can a program do with a running child?
//!
//! tokio: `Child` of `process/mod.rs`.

use std::future::poll_fn;
use std::io;
use std::process::{Child as StdChild, ExitStatus, Output};

use kettle_runtime::event::{done_here, in_a_drop};

use super::exit::{Reserve, Running};
use super::stdio::{ChildStderr, ChildStdin, ChildStdout};
use crate::io::AsyncReadExt;
use crate::origin::located;

/// A child process, started by [`Command::spawn`](super::Command::spawn).
///
/// If it is dropped, the process [goes on running](super#children-that-are-dropped), unless its
/// command says [`kill_on_drop`](super::Command::kill_on_drop).
///
/// ```
/// use kettle::io::AsyncWriteExt;
/// use kettle::process::Command;
/// use std::process::Stdio;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let mut cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
/// let mut stdin = cat.stdin.take().unwrap();
/// stdin.write_all(b"tea").await?;
/// drop(stdin);
/// assert_eq!(cat.wait_with_output().await?.stdout, b"tea");
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Child {
    state: State,
    kill_on_drop: bool,
    /// The pipe to the process's input, if the command asked for one.
    pub stdin: Option<ChildStdin>,
    /// The pipe from the process's output, if the command asked for one.
    pub stdout: Option<ChildStdout>,
    /// The pipe from the process's error output, if the command asked for one.
    pub stderr: Option<ChildStderr>,
}

#[derive(Debug)]
enum State {
    Running(Running),
    Ended(ExitStatus),
}

impl Child {
    #[track_caller]
    pub(super) fn new(
        mut child: StdChild,
        reserve: Reserve,
        kill_on_drop: bool,
    ) -> io::Result<Child> {
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let number = child.id();
        // From here on, an error (because the runtime is ending) drops a whole `Child`.
        let state = State::Running(Running::new(child, reserve));
        let mut child = Child { state, kill_on_drop, stdin: None, stdout: None, stderr: None };
        if let Some(pipe) = stdin {
            child.stdin = Some(ChildStdin::of(number, pipe)?);
        }
        if let Some(pipe) = stdout {
            child.stdout = Some(ChildStdout::of(number, pipe)?);
        }
        if let Some(pipe) = stderr {
            child.stderr = Some(ChildStderr::of(number, pipe)?);
        }
        Ok(child)
    }

    /// Returns the process's ID, until [`wait`](Child::wait) or [`try_wait`](Child::try_wait) has
    /// returned its status. After that the system may give the ID to another process.
    pub fn id(&self) -> Option<u32> {
        match &self.state {
            State::Running(running) => running.id(),
            State::Ended(_) => None,
        }
    }

    /// Asks the system to kill the process (on Unix with `SIGKILL`) without waiting for its end.
    /// Does nothing once [`wait`](Child::wait) or [`try_wait`](Child::try_wait) has returned a
    /// status.
    ///
    /// # Errors
    ///
    /// The system's errors.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn start_kill(&mut self) -> io::Result<()> {
        done_here(|| match &mut self.state {
            State::Running(running) => running.kill(),
            State::Ended(_) => Ok(()),
        })
    }

    /// Kills the process and waits until it has ended.
    ///
    /// # Errors
    ///
    /// The same as for [`start_kill`](Child::start_kill) and [`wait`](Child::wait).
    ///
    /// # Cancel safety
    ///
    /// Once the future has been polled, the process ends even if the future is dropped. A later
    /// [`wait`](Child::wait) returns its status.
    #[track_caller]
    pub fn kill(&mut self) -> impl Future<Output = io::Result<()>> {
        located(async {
            self.start_kill()?;
            self.ends().await.map(drop)
        })
    }

    /// Waits until the process has ended. Closes its input first, because a child that is waiting
    /// for input would wait for ever.
    ///
    /// # Errors
    ///
    /// The system's errors. A child whose runtime has ended can be awaited in another.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a later call gets the status. But the input stays closed.
    #[track_caller]
    pub fn wait(&mut self) -> impl Future<Output = io::Result<ExitStatus>> {
        located(self.ends())
    }

    async fn ends(&mut self) -> io::Result<ExitStatus> {
        drop(self.stdin.take());
        match &mut self.state {
            State::Ended(status) => Ok(*status),
            State::Running(running) => {
                let status = poll_fn(|cx| running.poll_wait(cx)).await?;
                self.ended(status);
                Ok(status)
            }
        }
    }

    /// Returns the status if the process has ended. Leaves the input open, unlike
    /// [`wait`](Child::wait).
    ///
    /// # Errors
    ///
    /// The system's errors.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        done_here(|| match &mut self.state {
            State::Ended(status) => Ok(Some(*status)),
            State::Running(running) => {
                let status = running.try_wait()?;
                if let Some(status) = status {
                    self.ended(status);
                }
                Ok(status)
            }
        })
    }

    /// Closes the input, then reads both outputs to their ends while it waits for the process.
    ///
    /// # Errors
    ///
    /// The errors of [`wait`](Child::wait) and of reading.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the child, and loses the output read so far.
    #[track_caller]
    pub fn wait_with_output(self) -> impl Future<Output = io::Result<Output>> {
        located(self.output())
    }

    async fn output(mut self) -> io::Result<Output> {
        async fn read<R: crate::io::AsyncRead + Unpin>(from: Option<R>) -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            if let Some(mut from) = from {
                from.read_to_end(&mut bytes).await?;
            }
            Ok(bytes)
        }
        let (stdout, stderr) = (read(self.stdout.take()), read(self.stderr.take()));
        let (status, stdout, stderr) = crate::try_join!(self.ends(), stdout, stderr)?;
        Ok(Output { status, stdout, stderr })
    }

    fn ended(&mut self, status: ExitStatus) {
        self.state = State::Ended(status);
        self.kill_on_drop = false;
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if self.kill_on_drop {
            // An error means that the process has ended by itself.
            let _ = self.start_kill();
        }
    }
}

/// Linux has a file that is no output, and says which processes there are. (With musl, std takes
/// `O_PATH` away from the flags of a file.)
#[cfg(all(test, target_os = "linux", not(target_env = "musl")))]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::OpenOptionsExt;
    use std::process::{Command, Stdio};

    use super::*;

    /// Returns whether the system has an entry for a process, whether running or ended.
    fn known(id: u32) -> bool {
        fs::exists(format!("/proc/{id}")).unwrap()
    }

    /// Makes a child whose output is a path that isn't open, so that [`Child::new`] fails.
    fn unfit() -> StdChild {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let path = OpenOptions::new().read(true).custom_flags(libc::O_PATH).open("/").unwrap();
        child.stdout = Some(OwnedFd::from(path).into());
        child
    }

    /// It ends with its input, or is killed before.
    #[crate::test(crate = "crate")]
    async fn an_error_after_the_start_leaves_no_zombie_and_kills_it_if_a_drop_would() {
        for kill_on_drop in [false, true] {
            let mut cat = unfit();
            let (id, stdin) = (cat.id(), cat.stdin.take().filter(|_| kill_on_drop));
            assert!(Child::new(cat, Reserve::take().unwrap(), kill_on_drop).is_err());
            while known(id) {
                // Starting another child asks about the dropped ones.
                drop(crate::process::Command::new("true").spawn().unwrap());
            }
            drop(stdin);
        }
    }
}
