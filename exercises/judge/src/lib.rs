//! What is a check of an answer made of, and how does it report what it found?
//!
//! An exercise has a file `check.rs` with a list of [`Check`]s: a name, a claim in words, and a
//! function that panics if the claim is false. A check looks at behaviour, never at source text: it
//! counts polls, wakes and drops, and notes in which order things happen ([`count`]); it tries many
//! random sequences of calls, and shows the smallest that fails ([`property`]); it lets two threads
//! do their part at the same time ([`threads`]), or tries every order of their steps (`model`).
//!
//! Each check runs in a process of its own, because a wrong answer may hang, spin or take the
//! whole process down. [`main`] is that process: it runs the one check that it is asked for, and
//! says on standard output and by its status ([`status`], [`MARK`]) how that went, also if it
//! hangs. `exercises/checker` starts that process. A check prints nothing itself; an answer may.

#![warn(missing_docs)]

pub mod cost;
pub mod count;
#[cfg(feature = "model")]
pub mod model;
mod property;
mod protocol;
mod report;
pub mod runtime;
pub mod threads;
mod watchdog;

use std::any::Any;
use std::backtrace::Backtrace;
use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::thread;

pub use property::{Sequence, property};
pub use proptest;
pub use protocol::{MARK, PASSED, status};
pub use watchdog::sink;

use report::{TRYING, report};

/// Where the last panic was: `FILE:LINE:COLUMN`.
static PANICKED_AT: Mutex<String> = Mutex::new(String::new());
/// The lines of the answer that led to the second borrow of a `RefCell`, if one has panicked.
static BORROWED_BY: Mutex<String> = Mutex::new(String::new());
/// The panic of a `RefCell` begins so.
const BORROW_PANIC: &str = "RefCell already ";

/// One property of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its name: that of the function.
    pub name: &'static str,
    /// What is claimed, as a sentence for the learner.
    pub claim: &'static str,
    /// Panics if the claim is false. The panic's message is what the learner reads.
    pub run: fn(),
}

/// A [`Check`] of the function with this name.
///
/// ```
/// fn adds_up() {
///     assert_eq!(1 + 1, 2, "one and one");
/// }
/// const CHECKS: &[kettle_judge::Check] = &[kettle_judge::check!(adds_up => "numbers add up")];
/// assert_eq!(CHECKS[0].name, "adds_up");
/// ```
#[macro_export]
macro_rules! check {
    ($run:ident => $claim:literal) => {
        $crate::Check { name: stringify!($run), claim: $claim, run: $run }
    };
}

/// Reports that something is polled or woken without end, and ends the check with the verdict "busy
/// loop". It is for counters, which see that long before the watchdog does.
pub fn spins(what: &str, count: usize) -> ! {
    report(status::SPINS, &format!("{what} {count} times"))
}

/// Ends the check if `holds` is false: `assert!` in the words of a verdict, with what was looked at
/// and what was found. (`assert_eq!` says the same where one value is expected.)
///
/// ```
/// let polls = 3;
/// kettle_judge::expect(polls <= 4, "polls of a task that yields three times", polls, "at most 4");
/// ```
pub fn expect(holds: bool, what: &str, got: impl Debug, expected: &str) {
    assert!(holds, "{what}\n  got:      {got:?}\n  expected: {expected}");
}

/// Runs what may not panic. If it does, ends the check with the words and the place of the panic.
///
/// ```
/// let cups = kettle_judge::no_panic("two cups are filled", || 2);
/// assert_eq!(cups, 2);
/// ```
pub fn no_panic<R>(what: &str, run: impl FnOnce() -> R) -> R {
    let ran = panic::catch_unwind(AssertUnwindSafe(run));
    ran.unwrap_or_else(|payload| {
        let (message, place) = (panic_message(&*payload), place_in_answer(&last_place()));
        panic!("{what}\n  got:      a panic: {message}\n  expected: no panic{place}")
    })
}

/// Sets the explanation that the learner reads if the check hangs from here on.
///
/// It is for hangs outside of a task, which neither the doctor nor the verdict can explain.
pub fn if_it_hangs(words: &str) {
    watchdog::if_it_hangs(words);
}

/// This number; under an interpreter (Miri) a hundredth of it, because it takes seconds for what a
/// processor does in milliseconds.
#[must_use]
pub const fn many(number: u32) -> u32 {
    if cfg!(miri) { number.div_ceil(100) } else { number }
}

/// The process of one check: its arguments are `list`, or `run NAME`.
///
/// `list` prints each check's name and claim, with a tab between. `run` runs one, and ends with one
/// of the statuses in [`status`]. `all` is for an interpreter, which is slow to start: it runs one
/// check after another in this process, without the watchdog, until one panics.
pub fn main(checks: &[Check], arguments: &[String]) -> ExitCode {
    match arguments {
        [word] if word == "list" => {
            for check in checks {
                println!("{}\t{}", check.name, check.claim);
            }
            ExitCode::SUCCESS
        }
        [word, name] if word == "run" => {
            let Some(check) = checks.iter().find(|check| check.name == name) else {
                return usage(&format!("no check is called `{name}`"));
            };
            watchdog::watch();
            run(check)
        }
        [word] if word == "all" => {
            for check in checks {
                println!("{}", check.name);
                (check.run)();
            }
            println!("test result: ok. {} passed; 0 failed", checks.len());
            ExitCode::SUCCESS
        }
        _ => {
            usage("`cargo exercise check` runs the checks; `list` names them, `run NAME` runs one")
        }
    }
}

/// Ends the process because its arguments are wrong.
fn usage(mistake: &str) -> ExitCode {
    eprintln!("error: {mistake}");
    ExitCode::from(2)
}

fn run(check: &Check) -> ! {
    panic::set_hook(Box::new(on_panic));
    let Err(payload) = panic::catch_unwind(AssertUnwindSafe(check.run)) else {
        report(status::PASSED, PASSED);
    };
    let message = in_words(panic_message(&*payload)) + &place_in_answer(&last_place());
    let help = borrow_help(&message);
    report(status::WRONG, &format!("{message}{help}"))
}

/// What a panic of a `RefCell` means, and where it came from; empty for any other panic.
fn borrow_help(message: &str) -> String {
    if !message.contains(BORROW_PANIC) {
        return String::new();
    }
    let mut help = "\nA `RefCell` was borrowed while it was still borrowed. Who holds the first \
        borrow? It is a function further out that polls, wakes or drops something meanwhile, or a \
        value that has not been dropped yet. End that borrow first."
        .to_owned();
    let calls = BORROWED_BY.lock().map(|calls| calls.clone()).unwrap_or_default();
    if !calls.is_empty() {
        help = [&*help, "\nThe calls that led to it, the innermost first: ", &calls].concat();
    }
    help
}

/// The lines of the answer in a backtrace.
fn answer_lines(backtrace: &str) -> String {
    let places = backtrace.lines().filter_map(|line| line.trim().strip_prefix("at "));
    let own: Vec<&str> = places.filter(|place| place.contains("/answer.rs:")).collect();
    own.join(", ")
}

fn last_place() -> String {
    PANICKED_AT.lock().map(|place| place.clone()).unwrap_or_default()
}

/// The place of a panic, unless that is in a check or in std, where a learner has nothing to see.
fn place_in_answer(place: &str) -> String {
    let others = ["/check.rs:", "/rungs/properties/", "/judge/src/", "/rustc/"];
    let is_elsewhere = others.iter().any(|part| place.contains(part));
    if is_elsewhere || place.is_empty() { String::new() } else { format!("\n(at {place})") }
}

/// The message of a failed `assert_eq!(got, expected, "of what")`, for a learner who doesn't see the
/// order of its arguments. Any other message stays as it is.
fn in_words(message: &str) -> String {
    let Some(rest) = message.strip_prefix("assertion `left == right` failed") else {
        return message.to_owned();
    };
    let what = rest.strip_prefix(": ").unwrap_or(rest);
    let got = what.replacen("\n  left: ", "\n  got:      ", 1);
    got.replacen("\n right: ", "\n  expected: ", 1).trim_start().to_owned()
}

/// A `todo!()` ends the check wherever it is reached, because a runtime would catch its panic in a
/// task, and the check would go on without the missing code. Other panics may be part of the check.
fn on_panic(panic: &PanicHookInfo<'_>) {
    let message = panic_message(panic.payload());
    let place = panic.location().map_or_else(String::new, ToString::to_string);
    if message.starts_with("not yet implemented") {
        report(status::TODO, &place);
    }
    if let Ok(mut last) = PANICKED_AT.lock() {
        *last = place;
    }
    if message.starts_with(BORROW_PANIC)
        && let Ok(mut calls) = BORROWED_BY.lock()
    {
        *calls = answer_lines(&Backtrace::force_capture().to_string());
    }
    // A property may panic in thousands of cases.
    if TRYING.load(Ordering::Relaxed) {
        return;
    }
    // The verdict reports the check's own panic, but not one on another thread.
    if thread::current().name() == Some("main") {
        eprintln!("{MARK}{panic}{MARK}");
    } else {
        eprintln!("{panic}");
    }
}

/// The words of a panic.
fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic without words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_the_answer_panicked_and_not_where_a_check_did() {
        let in_answer = "learn/x/src/answer.rs:3:1";
        assert_eq!(place_in_answer(in_answer), format!("\n(at {in_answer})"));
        assert_eq!(place_in_answer("../exercises/yield-now/check.rs:9:5"), "");
        assert_eq!(place_in_answer(""), "");
        let backtrace =
            "0: begin\n  at /rustc/1/cell.rs:2:3\n1: wake\n  at ./rung5/src/answer.rs:40:4\n";
        assert_eq!(answer_lines(backtrace), "./rung5/src/answer.rs:40:4");
        assert_eq!(borrow_help("a panic"), "");
        assert!(borrow_help("RefCell already borrowed").contains("while it was still borrowed"));
    }

    #[test]
    fn says_which_side_is_the_answers() {
        let words_of =
            |check: fn()| in_words(panic_message(&*panic::catch_unwind(check).unwrap_err()));
        let words = words_of(|| assert_eq!(1, 2, "polls of {}", "a future"));
        assert_eq!(words, "polls of a future\n  got:      1\n  expected: 2");
        assert_eq!(words_of(|| panic!("it hangs")), "it hangs");
        let words = words_of(|| expect(false, "polls of a future", 3, "at most 2"));
        assert_eq!(words, "polls of a future\n  got:      3\n  expected: at most 2");
        assert!(words_of(|| assert_eq!(1, 2)).ends_with("got:      1\n  expected: 2"));
    }
}
