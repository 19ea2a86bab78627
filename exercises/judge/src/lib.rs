//! What is a check made of, and how does it report what it found?
//!
//! An exercise has a file `check.rs` with a list of [`Check`]s: a name, a claim in words, and a
//! function that panics if the claim is false. A check looks at behaviour, never at source text: it
//! counts polls, wakes and drops, and notes in which order things happen ([`count`]); it tries many
//! random sequences of calls beside a simple model, and shows the smallest that fails
//! ([`property`]); or it lets two threads do their part at the same time ([`threads`]).
//!
//! Each check runs in a process of its own, because a wrong answer may hang, spin or take the
//! whole process down. [`main`] is that process: it runs the one check that it is asked for, and
//! says on standard output and by its status how that went, also if it hangs. `exercises/checker`
//! starts that process.
//!
//! Interface: [`Check`], [`check!`], [`main`]; [`count`], [`property`], [`threads`], `model`,
//! [`cost`], [`many`], [`expect`], [`no_panic`], [`spins`], [`if_it_hangs`], [`runtime`]; [`sink`]
//! for an engine with an answer in it. Invariants: what [`main`] prints and returns is read by the
//! checker alone ([`status`], [`MARK`]); a check prints nothing itself, an answer may.

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

/// Where the last panic was.
static PANICKED_AT: Mutex<String> = Mutex::new(String::new());
/// The calls in the answer that led to a second borrow.
static BORROWED_BY: Mutex<String> = Mutex::new(String::new());

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
///
/// # Panics
///
/// Always; that is how it ends the check.
pub fn spins(what: &str, count: usize) -> ! {
    report(status::SPINS, &format!("{what} {count} times"))
}

/// Ends the check if `holds` is false: `assert!` in the words of a verdict, with what was looked at
/// and what was found. (`assert_eq!` says the same where one value is expected.)
///
/// # Panics
///
/// If `holds` is false; that is how it ends the check.
///
/// ```
/// let polls = 3;
/// kettle_judge::expect(polls <= 4, "polls of a task that yields three times", polls, "at most 4");
/// ```
pub fn expect(holds: bool, what: &str, got: impl Debug, expected: &str) {
    assert!(holds, "{what}\n  got:      {got:?}\n  expected: {expected}");
}

/// Runs what may not panic, and ends the check with the words and the place of the panic if it
/// does.
///
/// # Panics
///
/// If `run` does, in the words of a verdict.
///
/// ```
/// let cups = kettle_judge::no_panic("two cups are filled", || 2);
/// assert_eq!(cups, 2);
/// ```
pub fn no_panic<R>(what: &str, run: impl FnOnce() -> R) -> R {
    let ran = panic::catch_unwind(AssertUnwindSafe(run));
    ran.unwrap_or_else(|payload| {
        let (words, place) = (words(&*payload), of_the_answer(&last_place()));
        panic!("{what}\n  got:      a panic: {words}\n  expected: no panic{place}")
    })
}

/// Sets the explanation that the learner reads if the check hangs from here on.
///
/// It is for hangs outside of a task, which neither the doctor nor the verdict can explain.
pub fn if_it_hangs(words: &str) {
    watchdog::if_it_hangs(words);
}

/// So many; a hundredth of it under an interpreter, which takes seconds for what a processor does
/// in milliseconds.
#[must_use]
pub const fn many(number: u32) -> u32 {
    if cfg!(miri) { number.div_ceil(100) } else { number }
}

/// The process of one check: its arguments are `list`, or `run NAME`.
///
/// `list` prints each check's name and claim, with a tab between. `run` runs one and ends with one
/// of [`status`]. `all` is for an interpreter, which is slow to start and sees no processes: it
/// runs one after another, without the watchdog, up to a panic.
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

fn usage(mistake: &str) -> ExitCode {
    eprintln!("error: {mistake}");
    ExitCode::from(2)
}

fn run(check: &Check) -> ! {
    panic::set_hook(Box::new(on_panic));
    let Err(payload) = panic::catch_unwind(AssertUnwindSafe(check.run)) else {
        report(status::PASSED, PASSED);
    };
    let said = in_words(words(&*payload)) + &of_the_answer(&last_place());
    let by = BORROWED_BY.lock().map(|by| by.clone()).unwrap_or_default();
    let is_borrowed = said.contains(AGAIN) && !by.is_empty();
    let by = if is_borrowed {
        format!("\nThe calls that led to it, the innermost first: {by}")
    } else {
        String::new()
    };
    report(status::WRONG, &format!("{said}{}{by}", borrowed(&said)))
}

const AGAIN: &str = "RefCell already ";

/// What a panic of a `RefCell` means, if there was one.
fn borrowed(said: &str) -> &'static str {
    if said.contains(AGAIN) {
        "\nA `RefCell` was borrowed while it was still borrowed. Who holds the first borrow? It is a \
         function further out that polls, wakes or drops something meanwhile, or a value that has \
         not been dropped yet. End that borrow first."
    } else {
        ""
    }
}

/// The lines of the answer in a stack.
fn of_the_stack(stack: &str) -> String {
    let places = stack.lines().filter_map(|line| line.trim().strip_prefix("at "));
    let own: Vec<&str> = places.filter(|place| place.contains("/answer.rs:")).collect();
    own.join(", ")
}

fn last_place() -> String {
    PANICKED_AT.lock().map(|place| place.clone()).unwrap_or_default()
}

/// The place of a panic, unless that is in a check or in std, where a learner has nothing to see.
fn of_the_answer(place: &str) -> String {
    let others = ["/check.rs:", "/rungs/properties/", "/judge/src/", "/rustc/"];
    let of_others = others.iter().any(|part| place.contains(part));
    if of_others || place.is_empty() { String::new() } else { format!("\n(at {place})") }
}

/// What `assert_eq!(got, expected, "of what")` says, for a learner who doesn't see its arguments.
fn in_words(words: &str) -> String {
    let Some(words) = words.strip_prefix("assertion `left == right` failed") else {
        return words.to_owned();
    };
    let what = words.strip_prefix(": ").unwrap_or(words);
    let got = what.replacen("\n  left: ", "\n  got:      ", 1);
    got.replacen("\n right: ", "\n  expected: ", 1).trim_start().to_owned()
}

/// A `todo!()` ends the check wherever it is reached, because a runtime would catch its panic in a
/// task, and the check would go on without the missing code. Other panics may be part of the check.
fn on_panic(panic: &PanicHookInfo<'_>) {
    let words = words(panic.payload());
    let place = panic.location().map_or_else(String::new, ToString::to_string);
    if words.starts_with("not yet implemented") {
        report(status::TODO, &place);
    }
    if let Ok(mut last) = PANICKED_AT.lock() {
        *last = place;
    }
    if words.starts_with(AGAIN)
        && let Ok(mut by) = BORROWED_BY.lock()
    {
        *by = of_the_stack(&Backtrace::force_capture().to_string());
    }
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

fn words(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic without words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_the_answer_panicked_and_not_where_a_check_did() {
        assert_eq!(of_the_answer("learn/x/src/answer.rs:3:1"), "\n(at learn/x/src/answer.rs:3:1)");
        assert_eq!(of_the_answer("../exercises/yield-now/check.rs:9:5"), "");
        assert_eq!(of_the_answer(""), "");
        let stack =
            "0: begin\n  at /rustc/1/cell.rs:2:3\n1: wake\n  at ./rung5/src/answer.rs:40:4\n";
        assert_eq!(of_the_stack(stack), "./rung5/src/answer.rs:40:4");
        assert_eq!(borrowed("a panic"), "");
        assert!(borrowed("RefCell already borrowed").contains("while it was still borrowed"));
    }

    #[test]
    fn says_which_side_is_the_answers() {
        let words_of = |check: fn()| in_words(words(&*panic::catch_unwind(check).unwrap_err()));
        let said = words_of(|| assert_eq!(1, 2, "polls of {}", "a future"));
        assert_eq!(said, "polls of a future\n  got:      1\n  expected: 2");
        assert_eq!(words_of(|| panic!("it hangs")), "it hangs");
        let said = words_of(|| expect(false, "polls of a future", 3, "at most 2"));
        assert_eq!(said, "polls of a future\n  got:      3\n  expected: at most 2");
        assert!(words_of(|| assert_eq!(1, 2)).ends_with("got:      1\n  expected: 2"));
    }
}
