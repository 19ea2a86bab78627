//! Which sink does the environment variable `KETTLE_TRACE` ask for?
//!
//! None, the story, or the file of a trace ([`from_env`] has the values). Anything else is an
//! error, so that a misspelt value doesn't go unnoticed.
//!
//! A build without debug assertions reads the variable only with the feature `trace-env`: in
//! production, whoever can set a variable must not choose which files the program writes.
//!
//! Interface: [`from_env`] gives the sink, [`wanted`] the same one with the doctor's verdicts.
//! Invariant: an error is found before the program starts.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;

use kettle_events::Sink;
use parking_lot::{Mutex, MutexGuard};

use crate::doctor::{Keeper, stacks};
use crate::file::file::File;
use crate::file::form::{ENDINGS, Form};
use crate::file::output::Output;
use crate::story::Story;
use crate::words::refused::refused;
use crate::words::stderr::print_message;

const VARIABLE: &str = "KETTLE_TRACE";
/// The variable that limits the size of the trace's file.
const LIMIT: &str = "KETTLE_TRACE_LIMIT";
/// The variable that names the file to which the program's standard output goes, if it goes to one.
const OUTPUT: &str = "KETTLE_TRACE_OUTPUT";

/// Does this build read the variable?
const IS_READ: bool = cfg!(any(debug_assertions, feature = "trace-env"));

/// How many traces this program has made.
static COUNT: Mutex<usize> = Mutex::new(0);
/// At most this many, because a program that makes runtimes without end mustn't fill the disk.
const MAX_TRACES: usize = 100;

/// The sink that the environment variable `KETTLE_TRACE` asks for.
///
/// | value | what you get |
/// |---|---|
/// | unset, or empty | no sink |
/// | `-` | a [`Story`] on standard error, coloured if that is a terminal and `NO_COLOR` is not set |
/// | a name that ends in `.html` | a replay to open in a browser |
/// | a name that ends in `.jsonl` | a line an event, as `docs/watch.md` describes them |
///
/// If a program has several runtimes, the first writes to the file named, the second to one with a
/// `2` in its name (`tea.2.html`), and so on, up to a hundred. If another process is writing the
/// file, the name gets this process's number (`tea.1234.html`).
///
/// A trace ends when its lines have taken `KETTLE_TRACE_LIMIT` bytes: a number, with or without
/// `K`, `M` or `G` behind it, by default `64M`. If the program's standard output goes to a file and
/// `KETTLE_TRACE_OUTPUT` names that, the trace has what is printed, too. With `KETTLE_STACKS=1` it
/// has the functions in which each task waits.
///
/// A build without debug assertions reads the variable only with the feature `trace-env`. Otherwise
/// there is no sink, and standard error says why.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] for any other value, with words that say what to write; what the
/// system says if the file can't be made.
pub fn from_env() -> io::Result<Option<Box<dyn Sink>>> {
    Ok(wanted()?.map(|keeper| keeper as Box<dyn Sink>))
}

/// The sink that `KETTLE_TRACE` asks for, as one that also takes the doctor's verdicts.
pub(crate) fn wanted() -> io::Result<Option<Box<dyn Keeper>>> {
    let Some(value) = value_if_read(std::env::var_os(VARIABLE), IS_READ) else { return Ok(None) };
    let (limit, output) = (std::env::var_os(LIMIT), std::env::var_os(OUTPUT));
    sink_for(&value, &Options { limit, output, stacks: stacks::wanted()? })
}

/// The variable's value, if this build reads it. If it doesn't, standard error says so once.
fn value_if_read(value: Option<OsString>, is_read: bool) -> Option<OsString> {
    static REFUSED: Once = Once::new();
    let value = value.filter(|value| !value.is_empty())?;
    if is_read {
        return Some(value);
    }
    REFUSED.call_once(|| {
        print_message(format_args!(
            "{VARIABLE} is set, but this build doesn't read it: build with debug assertions, or \
             with kettle's feature `trace-env`"
        ));
    });
    None
}

/// The values of the other variables.
#[derive(Default)]
struct Options {
    limit: Option<OsString>,
    output: Option<OsString>,
    /// Are stacks wanted?
    stacks: bool,
}

fn sink_for(value: &OsStr, options: &Options) -> io::Result<Option<Box<dyn Keeper>>> {
    if value == "-" {
        let story = Story::stderr();
        let story = if options.stacks { story.showing_stacks() } else { story };
        return Ok(Some(Box::new(story)));
    }
    let path = Path::new(value);
    if Form::of(path).is_none() {
        let wrong = format!(
            "is not understood. Set it to - for the story on standard error, or to a name that \
             ends in {ENDINGS} for a file; or unset it"
        );
        return Err(refused(VARIABLE, value, wrong));
    }
    match next_file(path, options, &COUNT) {
        Ok(Some(file)) => Ok(Some(Box::new(file))),
        Ok(None) => Ok(None),
        Err(error) => Err(io::Error::new(error.kind(), format!("{VARIABLE}: {error}"))),
    }
}

/// The program's next trace; `None` if it has made [`MAX_TRACES`] of them.
fn next_file(path: &Path, options: &Options, count: &Mutex<usize>) -> io::Result<Option<File>> {
    let limit = options.limit.as_deref().filter(|limit| !limit.is_empty());
    let limit = limit.map(parse_size).transpose()?;
    let Some(mut count) = lock_unless_full(count) else { return Ok(None) };
    let is_first = *count == 0;
    let output = options.output.as_ref().map(|name| open_output(name, is_first)).transpose()?;
    // Last, because it overwrites an earlier run's file, which an error above must not cost.
    let mut file = create(path, *count + 1)?;
    *count += 1;
    if let Some(limit) = limit {
        file = file.limit(limit);
    }
    if let Some(output) = output {
        file = file.output(output);
    }
    Ok(Some(if options.stacks { file.showing_stacks() } else { file }))
}

/// The count, locked, if another trace may be made. The first time that it may not, standard error
/// says so.
fn lock_unless_full(count: &Mutex<usize>) -> Option<MutexGuard<'_, usize>> {
    let mut count = count.lock();
    if *count < MAX_TRACES {
        return Some(count);
    }
    if *count == MAX_TRACES {
        *count += 1; // so that standard error doesn't say it again
        print_message(format_args!(
            "this program's runtimes have {MAX_TRACES} traces; there will be no more"
        ));
    }
    None
}

/// Opens the file to which the program prints. Only the first trace has what was printed before it
/// began.
fn open_output(name: &OsStr, is_first_trace: bool) -> io::Result<Output> {
    Output::open(Path::new(name), is_first_trace).map_err(|error| {
        let text = format!("{OUTPUT}={}: {error}", name.display());
        io::Error::new(error.kind(), text)
    })
}

/// Makes the file with this number. If another process is writing it, such as a child of this one
/// with the same variables, the name of this one has this process's number in it.
fn create(path: &Path, number: usize) -> io::Result<File> {
    let taken = numbered(path, number);
    match File::create(&taken) {
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {}
        created => return created,
    }
    let own = numbered(&with_inserted(path, std::process::id()), number);
    let file = File::create(&own);
    let (taken, own) = (taken.display(), own.display());
    print_message(format_args!("another process writes the trace {taken}: this one's is {own}"));
    file
}

/// `tea.html` for the first, `tea.2.html` for the second.
fn numbered(path: &Path, number: usize) -> PathBuf {
    if number > 1 { with_inserted(path, number) } else { path.to_path_buf() }
}

/// Inserts a part before a path's ending: `tea.html` becomes `tea.2.html`.
fn with_inserted(path: &Path, part: impl Display) -> PathBuf {
    let mut ending = OsString::from(format!("{part}."));
    ending.push(path.extension().unwrap_or_default());
    path.with_extension(ending)
}

/// The bytes that `65536`, `64K`, `64M` or `1G` stands for.
fn parse_size(value: &OsStr) -> io::Result<u64> {
    let text = value.to_string_lossy();
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 'K' | 'k')) => (&text[..at], 1 << 10),
        Some((at, 'M' | 'm')) => (&text[..at], 1 << 20),
        Some((at, 'G' | 'g')) => (&text[..at], 1 << 30),
        _ => (&text[..], 1),
    };
    let bytes = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    let wrong = match bytes {
        Some(0) => "leaves no room for a trace",
        None => "is no size",
        Some(bytes) => return Ok(bytes),
    };
    let wrong = format_args!("{wrong}. Write a number of bytes, or one such as 64M");
    Err(refused(LIMIT, value, wrong))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Scratch;

    #[test]
    fn the_number_of_files_is_limited() {
        let scratch = Scratch::new("many.jsonl");
        let count = Mutex::new(MAX_TRACES - 1);
        drop(next_file(scratch.path(), &Options::default(), &count).unwrap().unwrap());
        std::fs::remove_file(numbered(scratch.path(), MAX_TRACES)).unwrap();
        for _ in 0..2 {
            assert!(next_file(scratch.path(), &Options::default(), &count).unwrap().is_none());
        }
        assert!(!numbered(scratch.path(), MAX_TRACES + 1).exists());
    }

    #[test]
    fn a_build_that_does_not_read_the_variable_has_no_trace() {
        let set = || Some(OsString::from("tea.html"));
        assert_eq!(value_if_read(set(), true), set());
        assert_eq!(value_if_read(set(), false), None);
        assert_eq!(value_if_read(Some(OsString::new()), true), None);
    }

    #[test]
    fn a_limit_is_a_number_with_or_without_a_unit() {
        let size = |text: &str| parse_size(OsStr::new(text));
        assert_eq!(size("65536").unwrap(), 65_536);
        assert_eq!(size("64K").unwrap(), 65_536);
        assert_eq!(size("64m").unwrap(), 64 << 20);
        assert_eq!(size("2G").unwrap(), 2 << 30);
        for wrong in ["", "M", "64 M", "-1", "1.5M", "64T", "99999999999G", "é"] {
            let error = size(wrong).unwrap_err();
            assert!(error.to_string().contains(&format!("KETTLE_TRACE_LIMIT={wrong:?}")));
        }
        for nothing in ["0", "0K", "00M"] {
            let error = size(nothing).unwrap_err().to_string();
            assert!(error.contains("leaves no room for a trace"), "{error}");
        }
    }
}
