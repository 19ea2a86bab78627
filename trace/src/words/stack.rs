//! In which functions of the program does a task wait?
//!
//! A waiting task has no stack, but when its poll stores a waker, the thread's stack leads through
//! all its futures, from the task's own to the one that waits. [`take`] gives the addresses on the
//! stack at that moment. [`frames`] looks up the functions at these addresses, each address once in
//! a process. Those in the program's own files are the *await stack*.
//!
//! With the feature `stacks`, the crate `backtrace` does both under one lock, so a task that stores
//! its waker may have to wait until one address is looked up. Code without debug information has no
//! file, and isn't shown.
//!
//! Interface: [`take`] takes a stack; [`frames`] gives its functions; [`warm_up`] makes the first
//! use of [`frames`] cheap.

#![cfg_attr(not(feature = "stacks"), allow(dead_code, reason = "no stack is taken"))]

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use kettle_events::Stack;
use parking_lot::Mutex;

use super::future::{Function, function};
use super::whose::{is_fetched, is_kettles, is_stds};

/// A function in which a task waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Frame {
    /// `read`, `Tea::read`, `block in main`.
    pub(crate) name: String,
    /// The line at which it awaits the next function's future: `src/main.rs:12:9`.
    pub(crate) place: String,
}

/// A function at an address. (If the compiler inlines, an address has several.)
#[derive(Debug)]
enum Found {
    Function(Frame),
    /// The engine's function that polls a task: the frames outside it aren't the task's.
    Poll,
}

/// What was found at each address that was looked up in this process.
static LOOKED_UP: Mutex<BTreeMap<usize, Vec<Found>>> = Mutex::new(BTreeMap::new());

/// The functions in which a task waits, the innermost first.
pub(crate) fn frames(stack: &Stack) -> Vec<Frame> {
    let mut looked_up = LOOKED_UP.lock();
    let mut frames = Vec::new();
    for &address in stack.iter() {
        for found in looked_up.entry(address).or_insert_with(|| look_up(address)) {
            match found {
                Found::Function(frame) => frames.push(frame.clone()),
                Found::Poll => return frames,
            }
        }
    }
    frames
}

/// Looks up one stack before the run, because the first look-up reads the program's debug
/// information, which takes a tenth of a second and more.
pub(crate) fn warm_up() {
    frames(&take());
}

#[cfg(feature = "stacks")]
pub(crate) fn take() -> Stack {
    /// Enough for some dozens of functions that await each other.
    const MAX_ADDRESSES: usize = 512;
    let mut addresses = Vec::with_capacity(128);
    backtrace::trace(|frame| {
        addresses.push(frame.ip().addr());
        addresses.len() < MAX_ADDRESSES
    });
    addresses.into()
}

#[cfg(feature = "stacks")]
fn look_up(address: usize) -> Vec<Found> {
    let mut found = Vec::new();
    backtrace::resolve(std::ptr::without_provenance_mut(address), |symbol| {
        if let (Some(name), Some(file)) = (symbol.name(), symbol.filename()) {
            let (line, column) = (symbol.lineno().unwrap_or(0), symbol.colno().unwrap_or(0));
            found.extend(classify(&format!("{name:#}"), file, (line, column)));
        }
    });
    found
}

#[cfg(not(feature = "stacks"))]
pub(crate) fn take() -> Stack {
    Stack::default()
}

#[cfg(not(feature = "stacks"))]
fn look_up(_: usize) -> Vec<Found> {
    Vec::new()
}

/// `None`: the function is neither the program's nor the one that polls tasks.
fn classify(name: &str, file: &Path, (line, column): (u32, u32)) -> Option<Found> {
    let path = file.to_str()?;
    if is_kettles(path) {
        return file.ends_with("src/tasks/poll.rs").then_some(Found::Poll);
    }
    if is_stds(path) || is_fetched(path) {
        return None;
    }
    let Function { name, is_block } = function(name);
    let name = if is_block { format!("block in {name}") } else { name };
    let current = std::env::current_dir().ok();
    let file = current.and_then(|dir| file.strip_prefix(dir).ok()).unwrap_or(file).display();
    Some(Found::Function(Frame { name, place: format!("{file}:{line}:{column}") }))
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.name, self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_functions_up_to_the_poll_are_shown() {
        let home = "/home/me/.cargo/registry/src/index.crates.io-0a";
        let kettle = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("its root");
        let poll = kettle.join("runtime/src/tasks/poll.rs");
        let found = |name, file: &str| classify(name, Path::new(file), (7, 9));
        assert!(found("std::a", "/rustc/0a/library/std/src/a.rs").is_none());
        assert!(found("hyper::a", &format!("{home}/hyper-1.9.0/src/a.rs")).is_none());
        assert!(matches!(found("poll_task", poll.to_str().unwrap()), Some(Found::Poll)));
        let Some(Found::Function(frame)) = found("app::run::{closure#0}::{closure#1}", "/app/a.rs")
        else {
            panic!("it is the program's");
        };
        assert_eq!(frame.to_string(), "block in run  /app/a.rs:7:9");
    }
}
