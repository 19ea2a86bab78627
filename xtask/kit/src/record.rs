//! How is a program run so that there is a replay of it, with what it printed?
//!
//! A [`Recording`] is a command that records into a page, and whose standard output goes to a file that
//! the trace reads along. What was printed after the runtime's end (or before a sudden one) is added when
//! it has run. [`tell`] says where the page is, and [`open`] shows it, if there is somewhere to show it.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process;
use crate::report::Trouble;
use crate::tree;
use crate::unpack::unpack;

/// The end of the page, and the beginning of the trace.
const DATA: &str = "id=\"trace\">\n";
const END: &str = "{\"end\":\"complete\"}\n";

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

    /// Runs it as long as `go_on` says so, which is told for how long it runs and for how long it has
    /// been silent. What it prints is shown. Where its page is, and how it ended; `None`: by us.
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
        let (page, printed) = (fs::read_to_string(&self.page)?, fs::read_to_string(&self.printed)?);
        fs::write(&self.page, complete(&page, &printed))?;
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

/// The page with what was printed and is not in it yet: after the runtime's end, or in the poll in
/// which the program was ended.
fn complete(page: &str, printed: &str) -> String {
    let whole = page.strip_suffix(END);
    // A line that was cut is left where it is: the page knows how to read it.
    let mut text = whole.unwrap_or(page).to_owned();
    let lines: Vec<Value> =
        lines(page).iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let has = |key: &str| lines.iter().filter(|line| line.get(key).is_some()).count();
    let last = lines.iter().rev().find(|line| line.get("ev").is_some());
    if let Some(last) = last.filter(|_| has("lost") == 0) {
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let noted = lines
            .iter()
            .filter(|line| line.get("note").is_some_and(|_| line.get("lint").is_none()));
        for line in printed.lines().skip(noted.count()) {
            let note = json!({ "note": line, "t": last["t"], "after": last["n"] });
            text += &note.to_string().replace("</", "<\\/").replace("<!", "<\\u0021");
            text.push('\n');
        }
    }
    if whole.is_some() {
        text += END;
    }
    text
}

/// The lines of the trace in a page.
pub fn lines(page: &str) -> Vec<String> {
    unpack(page.rsplit_once(DATA).map_or(page, |(_, data)| data))
}

/// What a command says in the end that makes a page.
pub fn tell(made: Result<PathBuf, Trouble>, is_to_be_opened: bool) -> ExitCode {
    match made {
        Ok(page) => {
            println!("{}", page.display());
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

/// Opens the page, where there is a desktop and somebody who looks at it.
pub fn open(page: &Path) {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("CI") || (cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY")) {
        return;
    }
    let (program, args): (&str, &[&str]) = match env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
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

    const EVENT: &str = "{\"n\":5,\"t\":70,\"ev\":\"RunEnd\"}\n";

    #[test]
    fn what_was_printed_late_is_added_before_the_end() {
        let page = format!("<script>\n{{\"note\":\"a\",\"t\":1,\"after\":2}}\n{EVENT}{END}");
        let whole = complete(&page, "a\nb </script>\n");
        let note = "{\"after\":5,\"note\":\"b <\\/script>\",\"t\":70}\n";
        assert_eq!(whole, page.replace(END, "") + note + END);
        assert_eq!(complete(&page, "a\n"), page);
    }

    #[test]
    fn a_file_that_was_cut_stays_cut() {
        let page = format!("{EVENT}{{\"n\":6,\"t\":");
        let note = "{\"after\":5,\"note\":\"a\",\"t\":70}\n";
        assert_eq!(complete(&page, "a"), format!("{page}\n{note}"));
        assert_eq!(complete("<html>\n", "a\n"), "<html>\n", "no event to stand after");
    }

    #[test]
    fn where_notes_may_be_missing_none_is_added_twice() {
        let page = format!("{{\"lost\":3,\"after\":1}}\n{EVENT}{END}");
        assert_eq!(complete(&page, "a\n"), page);
    }
}
