//! Which program is to run, and how?
//!
//! std's command does everything except `kill_on_drop` and the waiting.
//!
//! Absent: `pre_exec`, which is an `unsafe fn`. [`Command::as_std_mut`] gives std's command, which
//! has it.
//!
//! tokio: `Command` of `process/mod.rs`.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command as StdCommand, ExitStatus, Output, Stdio};

use super::Child;
use super::exit::Reserve;
use crate::origin::located;

/// A program to run, with its arguments, environment, folder and pipes.
///
/// The settings are those of [`std::process::Command`], which has their details.
///
/// ```
/// use kettle::process::Command;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let output = Command::new("echo").arg("tea").output().await?;
/// assert!(output.status.success());
/// assert_eq!(output.stdout, b"tea\n");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Command {
    std: StdCommand,
    kill_on_drop: bool,
}

impl Command {
    /// The program: a path, or a name to be looked for in `PATH`.
    pub fn new<S: AsRef<OsStr>>(program: S) -> Command {
        Command::from(StdCommand::new(program))
    }

    /// std's command.
    pub fn as_std(&self) -> &StdCommand {
        &self.std
    }

    /// std's command, to be changed.
    pub fn as_std_mut(&mut self) -> &mut StdCommand {
        &mut self.std
    }

    /// std's command. `kill_on_drop` is lost.
    pub fn into_std(self) -> StdCommand {
        self.std
    }

    /// One more argument.
    pub fn arg<S: AsRef<OsStr>>(&mut self, arg: S) -> &mut Command {
        self.std.arg(arg);
        self
    }

    /// More arguments.
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&mut self, args: I) -> &mut Command {
        self.std.args(args);
        self
    }

    /// Sets a variable of its environment.
    pub fn env<K, V>(&mut self, key: K, val: V) -> &mut Command
    where
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        self.std.env(key, val);
        self
    }

    /// Sets variables of its environment.
    pub fn envs<I: IntoIterator<Item = (K, V)>, K: AsRef<OsStr>, V: AsRef<OsStr>>(
        &mut self,
        vars: I,
    ) -> &mut Command {
        self.std.envs(vars);
        self
    }

    /// Takes a variable out of its environment.
    pub fn env_remove<K: AsRef<OsStr>>(&mut self, key: K) -> &mut Command {
        self.std.env_remove(key);
        self
    }

    /// Takes all variables out of its environment.
    pub fn env_clear(&mut self) -> &mut Command {
        self.std.env_clear();
        self
    }

    /// The folder that it begins in.
    pub fn current_dir<P: AsRef<Path>>(&mut self, dir: P) -> &mut Command {
        self.std.current_dir(dir);
        self
    }

    /// Where its input comes from. (Default: this process's, for [`output`](Command::output) too.
    /// std's `output` gives none.)
    pub fn stdin<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Command {
        self.std.stdin(cfg);
        self
    }

    /// Where its output goes. (Default: to this process's.) [`output`](Command::output) puts a pipe
    /// in its place.
    pub fn stdout<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Command {
        self.std.stdout(cfg);
        self
    }

    /// Where its error output goes. (Default, and for `output`: as for `stdout`.)
    pub fn stderr<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Command {
        self.std.stderr(cfg);
        self
    }

    /// The user that it runs as.
    #[cfg(unix)]
    pub fn uid(&mut self, id: u32) -> &mut Command {
        std::os::unix::process::CommandExt::uid(&mut self.std, id);
        self
    }

    /// The group that it runs as.
    #[cfg(unix)]
    pub fn gid(&mut self, id: u32) -> &mut Command {
        std::os::unix::process::CommandExt::gid(&mut self.std, id);
        self
    }

    /// The name that it is told, as its argument 0.
    #[cfg(unix)]
    pub fn arg0<S: AsRef<OsStr>>(&mut self, arg: S) -> &mut Command {
        std::os::unix::process::CommandExt::arg0(&mut self.std, arg);
        self
    }

    /// The process group that it joins; 0 is a new one of its own.
    #[cfg(unix)]
    pub fn process_group(&mut self, pgroup: i32) -> &mut Command {
        std::os::unix::process::CommandExt::process_group(&mut self.std, pgroup);
        self
    }

    /// Is the process killed when its [`Child`] is dropped, or a future of this command?
    /// (Default: no.)
    pub fn kill_on_drop(&mut self, kill_on_drop: bool) -> &mut Command {
        self.kill_on_drop = kill_on_drop;
        self
    }

    /// What [`kill_on_drop`](Command::kill_on_drop) was set to.
    pub fn get_kill_on_drop(&self) -> bool {
        self.kill_on_drop
    }

    /// Starts the program. This blocks the thread for as long as the system needs to make a
    /// process.
    ///
    /// # Errors
    ///
    /// Those of [`std::process::Command::spawn`]; or the process has no descriptor left to learn of
    /// the program's end by: then it has not been started.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn spawn(&mut self) -> io::Result<Child> {
        crate::runtime::Handle::current();
        let reserve = Reserve::take()?;
        Child::new(self.std.spawn()?, reserve, self.kill_on_drop)
    }

    /// Starts the program at once; the future waits for its end, and gives its status. Pipes that
    /// were asked for are closed.
    ///
    /// # Errors
    ///
    /// As [`spawn`](Command::spawn) and [`Child::wait`]. The future has them, the start's too.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the program runs on, unless `kill_on_drop` is set.
    #[track_caller]
    pub fn status(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + use<> {
        let child = self.spawn();
        let ended = async {
            let mut child = child?;
            (child.stdin, child.stdout, child.stderr) = (None, None, None);
            child.wait().await
        };
        located(ended).of_what_runs()
    }

    /// Starts the program at once; the future waits for its end, and gives its status and both
    /// outputs. They go into pipes, whatever [`stdout`](Command::stdout) and
    /// [`stderr`](Command::stderr) were set to.
    ///
    /// # Errors
    ///
    /// As [`spawn`](Command::spawn) and [`Child::wait_with_output`]. The future has them, the
    /// start's too.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, what was read is lost. The program runs on, unless `kill_on_drop`
    /// is set.
    #[track_caller]
    pub fn output(&mut self) -> impl Future<Output = io::Result<Output>> + use<> {
        self.std.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.spawn();
        located(async { child?.wait_with_output().await }).of_what_runs()
    }
}

impl From<StdCommand> for Command {
    fn from(std: StdCommand) -> Command {
        Command { std, kill_on_drop: false }
    }
}
