//! In which async functions is a task, as a backtrace tells?
//!
//! A task that waits has no stack: its futures lie in each other. But when its poll stores a waker,
//! the thread's stack goes through all of them, from the task's own future to the one that waits. Its
//! *await stack* is what is left of that without the code around it: [`await_stack`] leaves out std,
//! kettle and plain functions, and of another crate's functions in a row only the crate's name.
//!
//! std gives a backtrace as text only, for people; so this reads text, and what it doesn't
//! understand it leaves out. A function that the compiler has inlined is there only in a build with
//! debug information. So are the lines, and the difference between the program and other crates.
//!
//! Not here: how a function is named (`symbol.rs`), when a backtrace is taken (`kettle-events`).

use std::backtrace::Backtrace;
use std::fmt;
use std::path::Path;

use super::symbol::{Kind, Symbol};
use super::whose::{is_kettles, is_of_a_package, is_stds};

/// So many functions of a task are told, the outermost and the innermost; of the rest, how many.
const MOST: (usize, usize) = (8, 24);

/// A function in which a task waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Frame {
    /// `read`, `Tea::read`, `block in main`, `(hyper)`.
    pub(crate) name: String,
    /// The line at which it awaits the next: `src/main.rs:12:9`.
    pub(crate) place: Option<String>,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.place.as_ref().map_or(Ok(()), |place| write!(f, "  {place}"))
    }
}

/// A line of a backtrace, with the place that follows it.
struct Line<'a> {
    text: &'a str,
    symbol: Symbol<'a>,
    place: Option<&'a str>,
    whose: Whose,
}

#[derive(Clone, Copy, PartialEq)]
enum Whose {
    Program,
    /// Another crate's, as its file tells.
    Package,
    /// std's or kettle's.
    Ours,
    /// Its file is not known.
    Unknown,
}

/// The async functions of this backtrace, the outermost first.
pub(crate) fn await_stack(backtrace: &str) -> Vec<Frame> {
    let lines = lines(backtrace);
    let end = lines.iter().position(|line| is_around_a_task(line.text)).unwrap_or(lines.len());
    let with_files = lines[..end].iter().any(|line| line.whose == Whose::Program);
    let mut frames: Vec<Frame> = Vec::new();
    for (number, line) in lines[..end].iter().enumerate() {
        let Symbol { package, name, kind } = &line.symbol;
        let frame = match line.whose {
            Whose::Ours => continue,
            // A crate that was built without debug information, beside a program that was not.
            Whose::Unknown if with_files => other(package),
            Whose::Package => other(package),
            Whose::Program | Whose::Unknown => {
                let place = line.place.map(|place| place.trim_start_matches("./").to_owned());
                let called = lines.get(number + 1).is_some_and(calls);
                let name = match kind {
                    Kind::Plain => continue,
                    // A closure, and no future. (Without places what is called may be inlined.)
                    Kind::Async if called && place.is_some() => continue,
                    Kind::Block if called => continue,
                    Kind::Block => format!("block in {name}"),
                    Kind::Async | Kind::Future => name.clone(),
                };
                Frame { name, place }
            }
        };
        if frame.place.is_some() || frames.last() != Some(&frame) {
            frames.push(frame);
        }
    }
    frames.reverse();
    shortened(frames)
}

/// Reads the program's debug information, which the first look for names does: it takes a tenth of a
/// second and more. So it is done before the run and not in it.
pub(crate) fn warm_up() {
    let _ = Backtrace::force_capture().to_string();
}

fn other(package: &str) -> Frame {
    Frame { name: format!("({package})"), place: None }
}

fn shortened(mut frames: Vec<Frame>) -> Vec<Frame> {
    if frames.len() > MOST.0 + MOST.1 {
        let left_out = MOST.0..frames.len() - MOST.1;
        let name = format!("… {} more …", left_out.len());
        frames.splice(left_out, [Frame { name, place: None }]);
    }
    frames
}

fn lines(backtrace: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for text in backtrace.lines().map(str::trim) {
        if let Some(place) = text.strip_prefix("at ") {
            if let Some(line) = lines.last_mut() {
                (line.place, line.whose) = (Some(place), whose(line.symbol.package, Some(place)));
            }
            continue;
        }
        let text = match text.split_once(": ") {
            Some((number, text)) if number.bytes().all(|byte| byte.is_ascii_digit()) => text,
            _ => text,
        };
        // Some forms have the address before the name.
        let text = match text.split_once(" - ") {
            Some((address, text)) if address.starts_with("0x") => text,
            _ => text,
        };
        let symbol = Symbol::parse(text);
        let whose = whose(symbol.package, None);
        lines.push(Line { text, symbol, place: None, whose });
    }
    lines
}

fn whose(package: &str, place: Option<&str>) -> Whose {
    let is_kettle = package == "tokio" || package == "kettle" || package.starts_with("kettle_");
    // (`__rust_try` is std's, and has no path.)
    if is_kettle || ["std", "core", "alloc", "__rust_try"].contains(&package) {
        return Whose::Ours;
    }
    let Some(file) = place.map(file_of) else { return Whose::Unknown };
    match file {
        _ if is_stds(file) => Whose::Ours,
        // A macro of kettle's puts its lines into a function of the program.
        _ if is_kettles(&absolute(file)) => Whose::Ours,
        _ if is_of_a_package(file) => Whose::Package,
        _ => Whose::Program,
    }
}

/// std shortens what is below the current directory to `./…`.
fn absolute(file: &str) -> String {
    let here = file.strip_prefix("./").or(file.strip_prefix(r".\"));
    let whole = here.and_then(|rest| Some(std::env::current_dir().ok()?.join(rest)));
    whole.as_deref().and_then(Path::to_str).unwrap_or(file).to_owned()
}

/// Without line and column.
fn file_of(place: &str) -> &str {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut file = place;
    while let Some((before, _)) = file.rsplit_once(':').filter(|(_, last)| number(last)) {
        file = before;
    }
    file
}

/// Does the engine poll a task here? What is further out is not the task's. (In an optimised build not
/// each of these is left.)
fn is_around_a_task(symbol: &str) -> bool {
    const AROUND: [&str; 5] = [
        "kettle_runtime::tasks::poll::poll_task",
        "kettle_runtime::tasks::header::Task>::poll",
        "kettle_runtime::executor::",
        "kettle_runtime::runtime::",
        "std::sys::backtrace::__rust_begin_short_backtrace",
    ];
    AROUND.iter().any(|around| symbol.contains(around))
}

/// Does this function call closures, as `poll_fn` does?
fn calls(line: &Line<'_>) -> bool {
    line.text.contains("core::future::poll_fn::PollFn<")
        || line.text.starts_with("core::ops::function::")
}

#[cfg(test)]
#[path = "stack_tests.rs"]
mod tests;
