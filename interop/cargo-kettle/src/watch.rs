//! `cargo kettle watch`: how is a program that was written for tokio watched?
//!
//! It is built on kettle and run with a recording, and when it has ended its replay is opened. A second
//! after its start one line says how many runtimes and tasks are seen: none means that the program has
//! not come to its runtime yet, or has none. Ctrl-C ends the program and not us.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use kettle_kit::process;
use kettle_kit::record::{new_page, tell};
use kettle_kit::report::Trouble;

use crate::built::{Program, build};
use crate::patched::Patched;
use crate::project::{Choice, Project, Which};
use crate::seen::{pages, seen};

/// When it is first said what is seen.
const FIRST: Duration = Duration::from_secs(1);

/// What was asked for.
#[derive(clap::Args, Clone, Default)]
#[command(
    after_help = "Nothing is written into the project. The program runs on one thread. What the replay \
    shows, and what the doctor says, is in docs/any-tokio-program.md."
)]
pub struct Wish {
    #[command(flatten)]
    pub choice: Choice,
    #[command(flatten)]
    pub which: Which,
    /// Ends it after so many seconds
    #[arg(long)]
    pub seconds: Option<u64>,
    /// Only makes the page
    #[arg(long)]
    pub no_open: bool,
    /// The program's own arguments
    #[arg(last = true)]
    pub args: Vec<String>,
}

pub fn watch(wish: &Wish) -> ExitCode {
    tell(page(wish), !wish.no_open)
}

/// Builds the program and runs it; where its replay is.
pub fn page(wish: &Wish) -> Result<PathBuf, Trouble> {
    let project = Project::open(&wish.choice)?;
    let target = project.one(&wish.which)?;
    let patched = Patched::of(&project)?;
    let features = wish.choice.features();
    let mut words = if target.is_test { vec!["test", "--no-run"] } else { vec!["build"] };
    words.extend(target.args.iter().map(String::as_str).chain(features));
    // With a library's tests or a program, those beside it may be built, too.
    let programs = build(&patched, &words)?;
    let Some(program) = programs.into_iter().find(|it| is_named(it, &target.name)) else {
        return Err(format!("Cargo has built no {}", target.name).into());
    };
    patched.release();
    let (folder, _in_use) = own_folder(&patched.told("pages"), program.stem())?;
    let page = new_page(&target.name, &folder)?;
    eprintln!(
        "{} is on kettle, which is in the place of {}; recording into {}; Ctrl-C ends the program",
        target.name,
        patched.tokios(),
        page.display()
    );
    let mut command = program.command();
    command.args(&wish.args).env("KETTLE_TRACE", &page);
    let status = run(&mut command, wish.seconds.map(Duration::from_secs), &folder)?;
    if !status.is_some_and(|status| status.success()) {
        eprintln!("{} was ended, or failed; the replay shows what came before", target.name);
    }
    match &pages(&folder)[..] {
        [] => Err("it has built no runtime: nothing to see".into()),
        [_] => Ok(page),
        [first, others @ ..] => {
            eprintln!(
                "{} more runtimes have a page beside it, such as {}",
                others.len(),
                others[0].display()
            );
            Ok(first.clone())
        }
    }
}

/// A folder for its pages, empty and no other process's: the program may be watched twice at a time.
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

/// A library's tests have the library's name, in which a dash is an underscore.
fn is_named(program: &Program, name: &str) -> bool {
    program.name == name || program.name == name.replace('-', "_")
}

/// Runs it to its end, or for `limit`. `None`: it was ended by us.
fn run(
    command: &mut Command,
    limit: Option<Duration>,
    folder: &Path,
) -> io::Result<Option<ExitStatus>> {
    // The terminal sends Ctrl-C to the program, too: it is the one to end.
    #[cfg(unix)]
    let _ignored = ignore_interrupts();
    let begun = Instant::now();
    let mut said = false;
    let status = process::wait_while(&mut process::start(command)?, || {
        if !said && begun.elapsed() > FIRST {
            let now = seen(folder);
            said = !now.is_nothing();
            if said {
                eprintln!("kettle sees {now} so far");
            }
        }
        Ok(limit.is_none_or(|limit| begun.elapsed() < limit))
    })?;
    if !said {
        eprintln!("kettle has seen {}", seen(folder));
    }
    Ok(status)
}

/// From now on an interrupt only sets a flag that is not read.
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
        let (one, in_use) = own_folder(pages.path(), "tea".as_ref()).unwrap();
        let (other, _) = own_folder(pages.path(), "tea".as_ref()).unwrap();
        assert_ne!(one, other);
        drop(in_use);
        // A child that another test is starting has the lock, too, until it runs its program.
        while own_folder(pages.path(), "tea".as_ref()).unwrap().0 != one {}
    }
}
