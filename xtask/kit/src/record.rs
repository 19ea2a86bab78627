//! How is a program run so that there is a replay of it, with what it printed?
//!
//! A [`Recording`] is a command that records into a page, and whose standard output goes to a file
//! that the trace reads along. [`tell`] says where the page is and what recording took, and
//! [`open`] shows the page, if there is somewhere to show it.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::process;
use crate::report::Trouble;
use crate::tree;

/// An example that is to be recorded.
pub struct Recording {
    pub command: Command,
    page: PathBuf,
    printed: PathBuf,
}

impl Recording {
    /// Of the example `name`; its page and what it prints are in `folder`.
    pub fn of(name: &str, folder: &Path) -> io::Result<Recording> {
        let page = new_page(name, folder)?;
        let printed = folder.join(format!("{name}.out"));
        let mut command = Command::new(tree::example(name)?);
        command.current_dir(tree::root()).stdin(Stdio::null()).stdout(File::create(&printed)?);
        command.env("KETTLE_TRACE", &page).env("KETTLE_TRACE_OUTPUT", &printed);
        Ok(Recording { command, page, printed })
    }

    /// Runs it as long as `go_on` says so, which is told for how long it runs and for how long it
    /// has been silent. What it prints is shown. Where its page is, and how it ended; `None`: by
    /// us.
    pub fn run(
        mut self,
        mut show: impl Write,
        go_on: impl Fn(Duration, Duration) -> bool,
    ) -> io::Result<(PathBuf, Option<ExitStatus>)> {
        let mut lines = File::open(&self.printed)?;
        let begun = Instant::now();
        let mut last_word = begun;
        let status = process::wait_while(&mut process::start(&mut self.command)?, || {
            let mut new = Vec::new();
            if lines.read_to_end(&mut new)? > 0 {
                last_word = Instant::now();
                show.write_all(&new)?;
                show.flush()?;
            }
            Ok(go_on(begun.elapsed(), last_word.elapsed()))
        })?;
        if !self.page.exists() {
            return Err(io::Error::other("it has built no runtime: there is nothing to see"));
        }
        Ok((self.page, status))
    }
}

/// Where a run's page will be. That of an earlier run is removed: it must not pass for this one's.
pub fn new_page(name: &str, folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let page = folder.join(format!("{name}.html"));
    if page.exists() {
        fs::remove_file(&page)?;
    }
    Ok(page)
}

/// What a command says in the end that makes a page.
pub fn tell(made: Result<PathBuf, Trouble>, is_to_be_opened: bool) -> ExitCode {
    match made {
        Ok(page) => {
            println!("{}", page.display());
            if let Some(cost) = cost(&page) {
                eprintln!("recording kept the runtime's thread for {cost:.1?}");
            }
            if is_to_be_opened {
                open(&page);
            }
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

/// What recording has taken, as the last line of a whole trace tells it.
fn cost(page: &Path) -> Option<Duration> {
    let text = fs::read(page).ok()?;
    let last = String::from_utf8_lossy(text.rsplit(|&byte| byte == b'\n').nth(1)?).into_owned();
    let nanos = last.strip_prefix("{\"end\":\"complete\",\"overhead\":")?;
    Some(Duration::from_nanos(nanos.split([',', '}']).next()?.parse().ok()?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_is_in_the_last_line_of_a_whole_trace() {
        let page = tempfile::NamedTempFile::new().unwrap();
        let cost_of = |text: &str| {
            fs::write(page.path(), text).unwrap();
            cost(page.path())
        };
        for and in ["}\n", ",\"pages\":[]}\n"] {
            let end = format!("{{\"n\":9}}\n{{\"end\":\"complete\",\"overhead\":1500000{and}");
            assert_eq!(cost_of(&end), Some(Duration::from_micros(1_500)));
        }
        for none in ["", "{\"n\":9}\n", "{\"end\":\"complete\"}\n"] {
            assert_eq!(cost_of(none), None);
        }
    }
}
