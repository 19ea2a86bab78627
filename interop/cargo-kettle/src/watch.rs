//! `cargo kettle watch`: what does a program that was written for tokio do?
//!
//! [`watch`] builds it on kettle, runs and records it, and opens the replay when it has ended.
//! Ctrl-C ends only the program, so that its replay can still be opened.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use kettle_kit::process;
use kettle_kit::record::{new_page, report_page};
use kettle_kit::report::Trouble;

use crate::built::{Program, build};
use crate::options::{Options, Project};
use crate::patched::Patched;

/// The arguments of the command.
#[derive(clap::Args, Clone, Default)]
#[command(
    after_help = "Nothing is written into the project. The program runs on one thread. What the replay \
    shows, and what the doctor says, is in docs/tokio-map.md."
)]
pub struct Arguments {
    /// Ends it after so many seconds
    #[arg(long)]
    pub seconds: Option<u64>,
    /// Only makes the page
    #[arg(long)]
    pub no_open: bool,
    #[command(flatten)]
    pub options: Options,
    /// The program's own arguments
    #[arg(last = true)]
    pub args: Vec<String>,
}

pub fn watch(arguments: &Arguments) -> ExitCode {
    report_page(make_page(arguments), !arguments.no_open)
}

/// Builds the program and runs it. Returns the path of its replay.
fn make_page(arguments: &Arguments) -> Result<PathBuf, Trouble> {
    let options = &arguments.options;
    let project = options.project()?;
    let patched = Patched::of(&project, &options.features())?;
    let is_test = options.lib || options.tests || !options.test.is_empty();
    let mut args: Vec<String> =
        if is_test { vec!["test".into(), "--no-run".into()] } else { vec!["build".into()] };
    args.extend(options.cargo_args());
    let program = choose(build(&patched, &args)?, &project)?;
    patched.release();
    let (folder, _lock) = own_folder(&patched.output_folder("pages"), program.stem())?;
    let page = new_page(&program.name, &folder)?;
    eprintln!(
        "{} is on kettle, which is in the place of {}; recording into {}; Ctrl-C ends the program",
        program.name,
        patched.tokio(),
        page.display()
    );
    let mut command = program.command();
    command.args(&arguments.args).env("KETTLE_TRACE", &page);
    let begun = Instant::now();
    let status = run(&mut command, arguments.seconds.map(Duration::from_secs))?;
    let succeeded = status.is_some_and(|status| status.success());
    if !succeeded {
        eprintln!("{} was ended, or failed; the replay shows what came before", program.name);
    }
    if !page.exists() {
        return Err("it has built no runtime: nothing to see".into());
    }
    if !succeeded {
        // The program couldn't write how long it has hung.
        let lived = begun.elapsed().as_nanos();
        writeln!(File::options().append(true).open(&page)?, "\n{{\"lived\":{lived}}}")?;
    }
    // Each runtime of a process writes a page of its own.
    let others = fs::read_dir(&folder)?.count().saturating_sub(1);
    if others > 0 {
        eprintln!("{others} more of its runtimes have a page beside this one");
    }
    Ok(page)
}

/// The program to watch: the only one that was built, or the one that the project's `default-run`
/// names.
fn choose(mut programs: Vec<Program>, project: &Project) -> Result<Program, String> {
    let packages = project.metadata.packages.iter();
    let mut defaults = packages.filter_map(|package| package.default_run.as_ref());
    let is_default = |it: &Program| defaults.any(|name| *name == it.name);
    let found = if programs.len() == 1 { Some(0) } else { programs.iter().position(is_default) };
    match found {
        Some(index) => Ok(programs.swap_remove(index)),
        None if programs.is_empty() => {
            Err("it has no program: say `--example NAME`, `--test NAME` or `--lib`".to_owned())
        }
        None => {
            let names: Vec<_> = programs.iter().map(|it| it.name.as_str()).collect();
            Err(format!("which program? Say `--bin NAME`; there are {}", names.join(", ")))
        }
    }
}

/// An empty folder for a program's pages, which no other process uses while the returned file is
/// open: somebody may watch the program twice at a time.
fn own_folder(pages: &Path, program: &OsStr) -> io::Result<(PathBuf, File)> {
    fs::create_dir_all(pages)?;
    let mut name = program.to_owned();
    loop {
        let lock = File::create(pages.join(format!("{}.in-use", name.display())))?;
        match lock.try_lock() {
            Ok(()) => {
                let folder = pages.join(name);
                if folder.exists() {
                    fs::remove_dir_all(&folder)?;
                }
                return Ok((folder, lock));
            }
            Err(TryLockError::WouldBlock) => name.push("-too"),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Runs the program to its end, or for `limit`; then there is no status.
fn run(command: &mut Command, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    // The terminal sends Ctrl-C to the program, too, which then ends.
    #[cfg(unix)]
    let _ignored = ignore_interrupts();
    let begun = Instant::now();
    let go_on = || Ok(limit.is_none_or(|limit| begun.elapsed() < limit));
    process::wait_while(&mut process::start(command)?, go_on)
}

/// From now on, Ctrl-C only sets a flag, which nobody reads.
#[cfg(unix)]
fn ignore_interrupts() -> io::Result<signal_hook::SigId> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::<AtomicBool>::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_watched_twice_has_two_folders() {
        let pages = tempfile::tempdir().unwrap();
        let new_folder = || own_folder(pages.path(), "tea".as_ref()).unwrap();
        let (first, lock) = new_folder();
        let (second, _) = new_folder();
        assert_ne!(first, second);
        drop(lock);
        // A child that another test is starting has the lock, too, until it runs its program.
        while new_folder().0 != first {}
    }
}
