//! How does one get a replay with what the program printed?
//!
//! `cargo xtask replay NAME` runs an example with `KETTLE_TRACE` set, and with its standard output
//! going to a file that the trace reads along, so that each line stands beside the poll that printed
//! it. We show the lines as they come. What was printed after the runtime's end (or before a sudden
//! one) is added here. Then the page is opened, if there is somewhere to open it.
//!
//! An example that never ends is ended: after the seconds that were asked for, or when it has printed
//! nothing for ten. (After Ctrl-C the replay is there as well, without the last lines printed.)
//!
//! Not here: the replay itself (`runtime/trace`).

use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cargo;
use crate::process;
use crate::report::Trouble;
use crate::tree;

/// Whoever says nothing for so long may well be waiting for ever.
const QUIET: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(20);
const END: &str = "{\"end\":\"complete\"}\n";

/// What was asked for.
#[derive(Debug, Default, PartialEq)]
struct Wish {
    name: String,
    seconds: Option<u64>,
    no_open: bool,
    args: Vec<String>,
}

/// `replay NAME [--seconds N] [--no-open] [-- ARGS…]`
pub(crate) fn replay(words: &[String]) -> ExitCode {
    let wish = match wish(words) {
        Ok(wish) => wish,
        Err(mistake) => {
            eprintln!(
                "error: {mistake}\n\nusage: cargo xtask replay NAME [--seconds N] [--no-open] [-- ARGS...]"
            );
            return ExitCode::from(2);
        }
    };
    match make(&wish) {
        Ok(page) => {
            println!("{}", page.display());
            if !wish.no_open {
                open(&page);
            }
            ExitCode::SUCCESS
        }
        Err(Trouble::Failed(_, words) | Trouble::Skipped(words)) => {
            eprintln!("error: {words}");
            ExitCode::FAILURE
        }
    }
}

fn wish(words: &[String]) -> Result<Wish, String> {
    let mut wish = Wish::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--" => wish.args = words.by_ref().cloned().collect(),
            "--no-open" => wish.no_open = true,
            "--seconds" => {
                let seconds = words.next().and_then(|seconds| seconds.parse().ok());
                wish.seconds = Some(seconds.ok_or("--seconds takes a whole number")?);
            }
            flag if flag.starts_with('-') => return Err(format!("no flag is called `{flag}`")),
            name if wish.name.is_empty() => name.clone_into(&mut wish.name),
            other => return Err(format!("one example at a time: what is `{other}`?")),
        }
    }
    if wish.name.is_empty() {
        return Err("which example?".to_owned());
    }
    Ok(wish)
}

/// Builds the example (Cargo tells which there are) and runs it; where its replay is.
fn make(wish: &Wish) -> Result<PathBuf, Trouble> {
    cargo::finish(&mut cargo::command(&["build", "--example", &wish.name]), "replay")?;
    let directory = fs::canonicalize(tree::target()?)?.join("replay");
    fs::create_dir_all(&directory)?;
    let page = directory.join(format!("{}.html", wish.name));
    let printed = directory.join(format!("{}.out", wish.name));
    let mut command = recorder(&wish.name, &page, &printed)?;
    command.args(&wish.args);
    watch(&mut process::start(&mut command)?, wish, &printed)?;
    finish(&page, &printed)?;
    Ok(page)
}

/// The example of this name as a command that is recorded in `page`, and prints into `printed`.
pub(crate) fn recorder(name: &str, page: &Path, printed: &Path) -> io::Result<Command> {
    if page.exists() {
        fs::remove_file(page)?; // of an earlier run: it must not pass for this one's
    }
    let mut command = Command::new(tree::example(name)?);
    command.current_dir(tree::root()).stdin(Stdio::null()).stdout(fs::File::create(printed)?);
    command.env("KETTLE_TRACE", page).env("KETTLE_TRACE_OUTPUT", printed);
    Ok(command)
}

/// Completes the page of a command that has ended.
pub(crate) fn finish(page: &Path, printed: &Path) -> io::Result<()> {
    if !page.exists() {
        return Err(io::Error::other("it has built no runtime: there is nothing to see"));
    }
    let text = complete(&fs::read_to_string(page)?, &fs::read_to_string(printed)?);
    fs::write(page, text)
}

/// Shows what the example prints until it ends, or is ended by us.
fn watch(child: &mut Child, wish: &Wish, printed: &Path) -> io::Result<()> {
    let mut lines = fs::File::open(printed)?;
    let begun = Instant::now();
    let mut last_word = begun;
    loop {
        // First, so that nothing is printed between the last reading and the end.
        let ended = child.try_wait()?;
        let mut new = Vec::new();
        if lines.read_to_end(&mut new)? > 0 {
            last_word = Instant::now();
            io::stdout().write_all(&new)?;
            io::stdout().flush()?;
        }
        if let Some(status) = ended {
            if !status.success() {
                eprintln!("{} ended with {status}; the replay shows what came before", wish.name);
            }
            return Ok(());
        }
        let (limit, since, advice) = match wish.seconds {
            Some(seconds) => (Duration::from_secs(seconds), begun, ""),
            None => (QUIET, last_word, "; `--seconds N` gives it another time"),
        };
        if since.elapsed() >= limit {
            eprintln!("{} is ended here{advice}", wish.name);
            child.kill()?;
            child.wait()?;
            return Ok(());
        }
        thread::sleep(LOOK);
    }
}

/// The page with what was printed and is not in it yet: after the runtime's end, or in the poll in
/// which the program was ended.
fn complete(page: &str, printed: &str) -> String {
    let whole = page.strip_suffix(END);
    // A line that was cut is left where it is: the page knows how to read it.
    let mut text = whole.unwrap_or(page).to_owned();
    let lines: Vec<Value> =
        page.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
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

/// Opens the page, where there is a desktop and somebody who looks at it.
pub(crate) fn open(page: &Path) {
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

    fn ask(words: &str) -> Result<Wish, String> {
        wish(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_wish_names_an_example() {
        let wish = ask("channel --seconds 3 --no-open -- a --b").unwrap();
        let args = vec!["a".to_owned(), "--b".to_owned()];
        let name = "channel".to_owned();
        assert_eq!(wish, Wish { name, seconds: Some(3), no_open: true, args });
        for wrong in
            ["", "channel select", "channel --fast", "channel --seconds", "channel --seconds x"]
        {
            assert!(ask(wrong).is_err(), "{wrong}");
        }
    }

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
