//! How is a child process configured and started?
//!
//! With std's command, to which this file adds `kill_on_drop` and futures that wait.
//!
//! `pre_exec`, an `unsafe fn`, is missing; call it on std's command ([`Command::as_std_mut`]).
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
/// It has the settings of [`std::process::Command`], which explains them in detail.
///
/// ```
/// use kettle::process::Command;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let output = Command::new("echo").arg("tea").output().await?;
/// assert!(output.status.success());
/// assert_eq!(output.stdout, b"tea\n");
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Command {
    std: StdCommand,
    kill_on_drop: bool,
}

impl Command {
    /// Makes a command for a program, given by its path or by a name to look up in `PATH`.
    pub fn new<S: AsRef<OsStr>>(program: S) -> Command {
        Command::from(StdCommand::new(program))
    }

    /// Returns std's command.
    pub fn as_std(&self) -> &StdCommand {
        &self.std
    }

    /// Returns std's command, to change it.
    pub fn as_std_mut(&mut self) -> &mut StdCommand {
        &mut self.std
    }

    /// Converts this into std's command, which loses `kill_on_drop`.
    pub fn into_std(self) -> StdCommand {
        self.std
    }

    /// Adds an argument.
    pub fn arg<S: AsRef<OsStr>>(&mut self, arg: S) -> &mut Command {
        self.std.arg(arg);
        self
    }

    /// Adds several arguments.
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&mut self, args: I) -> &mut Command {
        self.std.args(args);
        self
    }

    /// Sets a variable in the program's environment.
    pub fn env<K, V>(&mut self, key: K, val: V) -> &mut Command
    where
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        self.std.env(key, val);
        self
    }

    /// Sets several variables in the program's environment.
    pub fn envs<I: IntoIterator<Item = (K, V)>, K: AsRef<OsStr>, V: AsRef<OsStr>>(
        &mut self,
        vars: I,
    ) -> &mut Command {
        self.std.envs(vars);
        self
    }

    /// Removes a variable from the program's environment.
    pub fn env_remove<K: AsRef<OsStr>>(&mut self, key: K) -> &mut Command {
        self.std.env_remove(key);
        self
    }

    /// Removes all variables from the program's environment.
    pub fn env_clear(&mut self) -> &mut Command {
        self.std.env_clear();
        self
    }

    /// Sets the folder in which the program starts.
    pub fn current_dir<P: AsRef<Path>>(&mut self, dir: P) -> &mut Command {
        self.std.current_dir(dir);
        self
    }

    /// Sets the program's input. The default is this process's, even for
    /// [`output`](Command::output), where std's default is no input.
    pub fn stdin<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Command {
        self.std.stdin(cfg);
        self
    }

    /// Sets the program's output. The default is this process's; [`output`](Command::output)
    /// replaces it with a pipe.
    pub fn stdout<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Command {
        self.std.stdout(cfg);
        self
    }

    /// Sets where the program's error output goes, with the same default as `stdout`.
    pub fn stderr<T: Into<Stdio>>(&mut self, cfg: T) -> &mut Command {
        self.std.stderr(cfg);
        self
    }

    /// Sets the user that the program runs as.
    #[cfg(unix)]
    pub fn uid(&mut self, id: u32) -> &mut Command {
        std::os::unix::process::CommandExt::uid(&mut self.std, id);
        self
    }

    /// Sets the group that the program runs as.
    #[cfg(unix)]
    pub fn gid(&mut self, id: u32) -> &mut Command {
        std::os::unix::process::CommandExt::gid(&mut self.std, id);
        self
    }

    /// Sets argument 0, the name under which the program is called.
    #[cfg(unix)]
    pub fn arg0<S: AsRef<OsStr>>(&mut self, arg: S) -> &mut Command {
        std::os::unix::process::CommandExt::arg0(&mut self.std, arg);
        self
    }

    /// Sets the process group that the program joins; with 0 it gets a group of its own.
    #[cfg(unix)]
    pub fn process_group(&mut self, pgroup: i32) -> &mut Command {
        std::os::unix::process::CommandExt::process_group(&mut self.std, pgroup);
        self
    }

    /// Sets whether the process is killed when its [`Child`] or a future from this command is
    /// dropped. The default is no.
    pub fn kill_on_drop(&mut self, kill_on_drop: bool) -> &mut Command {
        self.kill_on_drop = kill_on_drop;
        self
    }

    /// Returns the setting of [`kill_on_drop`](Command::kill_on_drop).
    pub fn get_kill_on_drop(&self) -> bool {
        self.kill_on_drop
    }

    /// Starts the program. This blocks the thread while the system creates the process.
    ///
    /// # Errors
    ///
    /// The same as for [`std::process::Command::spawn`]. The program isn't started if no descriptor
    /// is left to report its end.
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

    /// Starts the program at once, and returns a future for its status. Closes any pipes to it.
    ///
    /// # Errors
    ///
    /// The errors of [`spawn`](Command::spawn) and [`Child::wait`], all from the future.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the program runs on unless `kill_on_drop` is set.
    #[track_caller]
    pub fn status(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + use<> {
        let child = self.spawn();
        let ended = async {
            let mut child = child?;
            (child.stdin, child.stdout, child.stderr) = (None, None, None);
            child.wait().await
        };
        located(ended).already_running()
    }

    /// Starts the program at once, and returns a future for its status and both outputs. The
    /// outputs go into pipes, whatever [`stdout`](Command::stdout) and [`stderr`](Command::stderr)
    /// say.
    ///
    /// # Errors
    ///
    /// The errors of [`spawn`](Command::spawn) and [`Child::wait_with_output`], all from the
    /// future.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, output is lost. The program runs on unless `kill_on_drop` is set.
    #[track_caller]
    pub fn output(&mut self) -> impl Future<Output = io::Result<Output>> + use<> {
        self.std.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.spawn();
        located(async { child?.wait_with_output().await }).already_running()
    }
}

impl From<StdCommand> for Command {
    fn from(std: StdCommand) -> Command {
        Command { std, kill_on_drop: false }
    }
}
