//! What does `KETTLE_TRACE` ask for?
//!
//! Unset or empty: nothing. `-`: the story, on standard error. A name that ends as a trace's does:
//! a file. `last:` and such a name: a flight recorder. Anything else is an error that says so: a
//! variable with a slip in it must not look like a program that has nothing to tell.
//!
//! In a build without debug assertions it asks for nothing, unless the feature `trace-env` is on:
//! which files a program in use writes isn't for whoever can set a variable to choose.
//!
//! Interface: [`from_env`].
//!
//! Invariant: what can't be done is found out before the program starts.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;

use kettle_events::Sink;
use parking_lot::{Mutex, MutexGuard};

use crate::doctor::{Keeper, stacks};
use crate::file::file::File;
use crate::file::flight::FlightRecorder;
use crate::file::form::{ENDINGS, for_ending};
use crate::file::output::Output;
use crate::file::writer::{inserted, say};
use crate::story::Story;
use crate::words::refused::refused;

const VARIABLE: &str = "KETTLE_TRACE";
/// The one that says how large its file may become.
const LIMIT: &str = "KETTLE_TRACE_LIMIT";
/// The one that names the file to which the program's standard output goes, if it goes to one.
const OUTPUT: &str = "KETTLE_TRACE_OUTPUT";
/// The word before the name of a flight recorder's file.
const LAST: &str = "last:";

/// Does this build read the variable?
const IS_READ: bool = cfg!(any(debug_assertions, feature = "trace-env"));

/// How many files this program has made.
static COUNT: Mutex<usize> = Mutex::new(0);
/// A program that makes runtimes without end must not fill the disk.
const MOST: usize = 100;

/// The sink that the environment variable `KETTLE_TRACE` asks for.
///
/// | value | what you get |
/// |---|---|
/// | unset, or empty | no sink |
/// | `-` | a [`Story`] on standard error, coloured if that is a terminal and `NO_COLOR` is not set |
/// | a name that ends in `.html` | a replay to open in a browser |
/// | a name that ends in `.jsonl` | a line an event, as `docs/watch.md` describes them |
/// | `last:` and such a name | the last events only, written when something has happened: a [`FlightRecorder`] |
///
/// Of several runtimes in one program, the first writes to the file named, the second to one with a
/// `2` in its name (`tea.2.html`), and so on, up to a hundred. If another process is writing the
/// file, the name gets the number of this one (`tea.1234.html`). A trace ends where its lines have
/// taken `KETTLE_TRACE_LIMIT` bytes (a number, with or without `K`, `M` or `G` behind it); `64M` if
/// not set. With `last:` it is the memory that the events may take; `16M` if not set. If the
/// program's standard output goes to a file, `KETTLE_TRACE_OUTPUT` may name it: then what is
/// printed is noted beside the events; with `last:` it isn't. With `KETTLE_STACKS=1` story, replay
/// and lines tell in which functions a task waits.
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

/// The same, for the doctor to put itself before it.
pub(crate) fn wanted() -> io::Result<Option<Box<dyn Keeper>>> {
    let Some(value) = read(std::env::var_os(VARIABLE), IS_READ) else { return Ok(None) };
    let (limit, output) = (std::env::var_os(LIMIT), std::env::var_os(OUTPUT));
    let (limit, output, stacks) = (limit.as_deref(), output.as_deref(), stacks::wanted()?);
    sink_for(&value, Further { limit, output, stacks })
}

/// The variable's value, if this build reads it.
fn read(value: Option<OsString>, is_read: bool) -> Option<OsString> {
    static SAID: Once = Once::new();
    let value = value.filter(|value| !value.is_empty())?;
    if !is_read {
        SAID.call_once(|| {
            say(format_args!(
                "{VARIABLE} is set, but this build doesn't read it: build with debug assertions, or \
                 with kettle's feature `trace-env`"
            ));
        });
    }
    Some(value).filter(|_| is_read)
}

/// The values of the other variables.
#[derive(Clone, Copy, Default)]
struct Further<'a> {
    limit: Option<&'a OsStr>,
    output: Option<&'a OsStr>,
    /// Are stacks wanted?
    stacks: bool,
}

impl Further<'_> {
    fn limit(&self) -> io::Result<Option<u64>> {
        self.limit.filter(|limit| !limit.is_empty()).map(bytes).transpose()
    }
}

fn sink_for(value: &OsStr, further: Further<'_>) -> io::Result<Option<Box<dyn Keeper>>> {
    if value == "-" {
        let story = Story::stderr();
        let story = if further.stacks { story.showing_stacks() } else { story };
        return Ok(Some(Box::new(story)));
    }
    let last = value.to_str().and_then(|value| value.strip_prefix(LAST));
    let path = Path::new(last.map_or(value, OsStr::new));
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    if for_ending(ending).is_none() {
        return Err(unknown(value));
    }
    let sink = if last.is_some() { flight(path, further) } else { file(path, further, &COUNT) };
    sink.map_err(|error| io::Error::new(error.kind(), format!("{VARIABLE}: {error}")))
}

fn unknown(value: &OsStr) -> io::Error {
    let text = format!(
        "is not understood. Set it to - for the story on standard error, or to a \
         name that ends in {ENDINGS} for a file, with {LAST} before the name if only the last events are \
         wanted; or unset it"
    );
    refused(VARIABLE, value, text)
}

/// The next file of this program: `None` if it has had enough of them.
fn file(
    path: &Path,
    further: Further<'_>,
    count: &Mutex<usize>,
) -> io::Result<Option<Box<dyn Keeper>>> {
    let limit = further.limit()?;
    let Some(mut count) = one_more(count) else { return Ok(None) };
    // What came before belongs to the runtimes before.
    let output = further.output.map(|output| {
        Output::open(Path::new(output), *count == 0).map_err(|error| {
            let text = format!("{OUTPUT}={}: {error}", output.display());
            io::Error::new(error.kind(), text)
        })
    });
    let output = output.transpose()?;
    // From here on, nothing but the file can go wrong: what it held is gone.
    let mut file = create(path, *count + 1, File::create)?;
    *count += 1;
    if let Some(limit) = limit {
        file = file.limit(limit);
    }
    if let Some(output) = output {
        file = file.output(output);
    }
    Ok(Some(Box::new(if further.stacks { file.showing_stacks() } else { file })))
}

/// The same for a flight recorder.
fn flight(path: &Path, further: Further<'_>) -> io::Result<Option<Box<dyn Keeper>>> {
    let limit = further.limit()?;
    let Some(mut count) = one_more(&COUNT) else { return Ok(None) };
    let mut flight = create(path, *count + 1, FlightRecorder::create)?;
    *count += 1;
    if let Some(limit) = limit {
        flight = flight.limit(limit);
    }
    Ok(Some(Box::new(if further.stacks { flight.showing_stacks() } else { flight })))
}

/// `None`: there are enough.
fn one_more(count: &Mutex<usize>) -> Option<MutexGuard<'_, usize>> {
    let mut count = count.lock();
    if *count == MOST {
        say(format_args!("this program's runtimes have {MOST} traces; there will be no more"));
    }
    if *count >= MOST {
        *count = MOST + 1;
        return None;
    }
    Some(count)
}

/// The file of this number; if another process is writing it (one that was started by this program,
/// or has started it, and so has the same variables), one with our process's number in its name.
fn create<T>(path: &Path, number: usize, make: fn(PathBuf) -> io::Result<T>) -> io::Result<T> {
    let (mut name, mut file) = (numbered(path, number), make(numbered(path, number)));
    if file.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::ResourceBusy) {
        let own = numbered(&inserted(path, std::process::id()), number);
        file = make(own.clone());
        let other = std::mem::replace(&mut name, own);
        let (other, own) = (other.display(), name.display());
        say(format_args!("another process writes the trace {other}: this one's is {own}"));
    }
    file
}

/// `tea.html` for the first, `tea.2.html` for the second.
fn numbered(path: &Path, number: usize) -> PathBuf {
    if number > 1 { inserted(path, number) } else { path.to_path_buf() }
}

/// `65536`, `64K`, `64M` or `1G`.
fn bytes(value: &OsStr) -> io::Result<u64> {
    let text = value.to_string_lossy();
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 'K' | 'k')) => (&text[..at], 1 << 10),
        Some((at, 'M' | 'm')) => (&text[..at], 1 << 20),
        Some((at, 'G' | 'g')) => (&text[..at], 1 << 30),
        _ => (&text[..], 1),
    };
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    match number {
        Some(0) => Err(wrong_limit(value, "leaves no room for a trace")),
        None => Err(wrong_limit(value, "is no size")),
        Some(number) => Ok(number),
    }
}

fn wrong_limit(value: &OsStr, wrong: &str) -> io::Error {
    refused(LIMIT, value, format_args!("{wrong}. Write a number of bytes, or one such as 64M"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Scratch;

    #[test]
    fn there_is_an_end_to_the_number_of_files() {
        let scratch = Scratch::new("many");
        let count = Mutex::new(MOST - 1);
        drop(file(scratch.path(), Further::default(), &count).unwrap().unwrap());
        std::fs::remove_file(numbered(scratch.path(), MOST)).unwrap();
        for _ in 0..2 {
            assert!(file(scratch.path(), Further::default(), &count).unwrap().is_none());
        }
        assert!(!numbered(scratch.path(), MOST + 1).exists());
    }

    #[test]
    fn a_build_that_does_not_read_the_variable_has_no_trace() {
        let set = || Some(OsString::from("tea.html"));
        assert_eq!(read(set(), true), set());
        assert_eq!(read(set(), false), None);
        assert_eq!(read(Some(OsString::new()), true), None);
    }

    #[test]
    fn anything_else_is_refused() {
        let files = ["tea", "tea.htm", ".html", "tea.html ", "TEA.HTML", "1", "--"];
        for value in [&files[..], &["last:", "last:-", "last:tea", "Last:tea.html "]].concat() {
            let error = sink_for(OsStr::new(value), Further::default()).err().unwrap();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{value}");
        }
    }

    #[test]
    fn a_limit_is_a_number_with_or_without_a_unit() {
        let size = |text: &str| bytes(OsStr::new(text));
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
