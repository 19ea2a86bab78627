//! What can be done with a child that runs?
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

/// A child process. From [`Command::spawn`](super::Command::spawn).
///
/// Dropped, it runs on ([what is left of it](super#children-that-are-dropped)), unless its command
/// says [`kill_on_drop`](super::Command::kill_on_drop).
///
/// ```
/// use kettle::io::AsyncWriteExt;
/// use kettle::process::Command;
/// use std::process::Stdio;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
/// let mut stdin = cat.stdin.take().unwrap();
/// stdin.write_all(b"tea").await?;
/// drop(stdin);
/// assert_eq!(cat.wait_with_output().await?.stdout, b"tea");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Child {
    state: State,
    kill_on_drop: bool,
    /// The pipe to its input, if the command asked for one.
    pub stdin: Option<ChildStdin>,
    /// The pipe from its output, if the command asked for one.
    pub stdout: Option<ChildStdout>,
    /// The pipe from its error output, if the command asked for one.
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
        // From here on an error (its runtime ends just now) drops a whole `Child`.
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

    /// The system's number for the process, until its end has been seen by
    /// [`wait`](Child::wait) or [`try_wait`](Child::try_wait). After that the system may give the
    /// number to another process.
    pub fn id(&self) -> Option<u32> {
        match &self.state {
            State::Running(running) => running.id(),
            State::Ended(_) => None,
        }
    }

    /// Asks the system to end the process at once (on Unix by `SIGKILL`). [`wait`](Child::wait)
    /// waits until it has. Nothing happens if its end has been seen.
    ///
    /// # Errors
    ///
    /// The system's.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn start_kill(&mut self) -> io::Result<()> {
        done_here(|| match &mut self.state {
            State::Running(running) => running.kill(),
            State::Ended(_) => Ok(()),
        })
    }

    /// Ends the process and waits until it has ended.
    ///
    /// # Errors
    ///
    /// As [`start_kill`](Child::start_kill) and [`wait`](Child::wait).
    ///
    /// # Cancel safety
    ///
    /// The process ends all the same, once the future has been polled. Its status is for a later
    /// [`wait`](Child::wait).
    #[track_caller]
    pub fn kill(&mut self) -> impl Future<Output = io::Result<()>> {
        located(async {
            self.start_kill()?;
            self.ends().await.map(drop)
        })
    }

    /// Waits until the process has ended. Its input is closed first: a child that waits for input
    /// would wait for ever.
    ///
    /// # Errors
    ///
    /// The system's. (If the runtime in which the child was started has ended, the one that polls
    /// is told of its end.)
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost: a later call gets the status. But the input stays closed.
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

    /// The status, if the process has ended. Unlike [`wait`](Child::wait) it leaves the input open.
    ///
    /// # Errors
    ///
    /// The system's.
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

    /// Reads both outputs to their ends while it waits for the process. Its input is closed first.
    ///
    /// # Errors
    ///
    /// As [`wait`](Child::wait), and those of reading.
    ///
    /// # Cancel safety
    ///
    /// The child is dropped with the future, and what was read is lost.
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
            // An error says that it has ended by itself.
            let _ = self.start_kill();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::os::fd::OwnedFd;
    use std::process::{Command, Stdio};

    use super::*;

    /// Does the system have an entry for a process, whether it runs or has ended?
    fn known(id: u32) -> bool {
        fs::exists(format!("/proc/{id}")).unwrap()
    }

    /// Its output is no pipe, so that no [`Child`] is made of it.
    fn unfit(program: &str) -> StdChild {
        let mut child = Command::new(program).stdin(Stdio::piped()).spawn().unwrap();
        child.stdout = Some(OwnedFd::from(File::open("/dev/null").unwrap()).into());
        child
    }

    #[crate::test(crate = "crate")]
    async fn an_error_after_the_start_kills_it_if_a_drop_would() {
        let mut cat = unfit("cat");
        let (id, stdin) = (cat.id(), cat.stdin.take());
        assert!(Child::new(cat, Reserve::take().unwrap(), true).is_err());
        while known(id) {
            // Another one's start asks for those that were dropped.
            drop(crate::process::Command::new("true").spawn().unwrap());
        }
        drop(stdin);
    }

    #[crate::test(crate = "crate")]
    async fn an_error_after_the_start_leaves_no_zombie() {
        let child = unfit("true");
        let id = child.id();
        assert!(Child::new(child, Reserve::take().unwrap(), false).is_err());
        while known(id) {
            drop(crate::process::Command::new("true").spawn().unwrap());
        }
    }
}
