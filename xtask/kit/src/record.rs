//! How is an example run and recorded as a replay, together with its output?
//!
//! A [`RecordedRun`] is the command: it records into a page, and its standard output goes to a
//! file, from which the recorder copies into the trace what was printed. [`report_page`] prints
//! where the page is, and opens it on a desktop.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::process;
use crate::report::{Trouble, exit_code};
use crate::tree;

/// A run of an example that is going to be recorded.
pub struct RecordedRun {
    pub command: Command,
    page: PathBuf,
    printed: PathBuf,
}

impl RecordedRun {
    /// A run of the example `name`, whose page and output go to `folder`.
    pub fn new(name: &str, folder: &Path) -> io::Result<RecordedRun> {
        let page = new_page(name, folder)?;
        let printed = folder.join(format!("{name}.out"));
        let mut command = Command::new(tree::example(name)?);
        command.current_dir(tree::root()).stdin(Stdio::null()).stdout(File::create(&printed)?);
        command.env("KETTLE_TRACE", &page).env("KETTLE_TRACE_OUTPUT", &printed);
        Ok(RecordedRun { command, page, printed })
    }

    /// Runs it until it ends, or until `go_on` returns false. `go_on` gets how long it has run, and
    /// for how long it has printed nothing. What it prints goes to `show`, too. Returns the page,
    /// and the exit status, or `None` if `go_on` has ended it.
    pub fn run(
        mut self,
        mut show: impl Write,
        go_on: impl Fn(Duration, Duration) -> bool,
    ) -> io::Result<(PathBuf, Option<ExitStatus>)> {
        let mut lines = File::open(&self.printed)?;
        let begun = Instant::now();
        let mut last_output = begun;
        let status = process::wait_while(&mut process::start(&mut self.command)?, || {
            let mut printed = Vec::new();
            if lines.read_to_end(&mut printed)? > 0 {
                last_output = Instant::now();
                show.write_all(&printed)?;
                show.flush()?;
            }
            Ok(go_on(begun.elapsed(), last_output.elapsed()))
        })?;
        if !self.page.exists() {
            return Err(io::Error::other("it has built no runtime: there is nothing to see"));
        }
        Ok((self.page, status))
    }
}

/// Where a run's page will be. Removes an earlier run's page, which could be taken for this one's.
pub fn new_page(name: &str, folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let page = folder.join(format!("{name}.html"));
    if page.exists() {
        fs::remove_file(&page)?;
    }
    Ok(page)
}

/// How a command that makes a page ends: it prints where the page is, or what went wrong.
pub fn report_page(made: Result<PathBuf, Trouble>, is_to_be_opened: bool) -> ExitCode {
    exit_code(made.map(|page| {
        println!("{}", page.display());
        if is_to_be_opened {
            open(&page);
        }
    }))
}

/// Opens the page, where there is a desktop and somebody who looks at it.
pub fn open(page: &Path) {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("CI") || (cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY")) {
        return;
    }
    let (program, args): (&str, &[&str]) = match env::consts::OS {
        "macos" => ("open", &[]),
        // (Not `cmd /C start`: to a shell, `&` in a path begins another command.)
        "windows" => ("rundll32", &["url.dll,FileProtocolHandler"]),
        _ => ("xdg-open", &[]),
    };
    let mut command = Command::new(program);
    command.args(args).arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // The path was printed: whoever has no such program opens it by hand.
    if let Ok(mut opener) = command.spawn() {
        let _ = opener.wait();
    }
}
