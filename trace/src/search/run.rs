//! How does one run of a test under one schedule end?
//!
//! It fails if the test panics, returns an error, or hangs for certain according to the doctor,
//! which then ends the run. (A run that hangs without a proof is ended by the parent process:
//! `program.rs`.) Each run has a thread of its own, so that the test's thread-locals are new.
//!
//! Interface: [`run`] runs a [`Subject`], which is a test, and gives a [`Failure`] if it fails;
//! [`Body`] is the test's code, which builds its runtime with a [`Setup`] and gives a
//! [`TestResult`]; [`catch_panics`] is called once for the process.

use std::fs::{self, File};
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use kettle_events::Place;
use kettle_runtime::Schedule;
use parking_lot::Mutex;

use super::failure::{Failure, FailureKind};
use super::judge::{Clock, Judge};
use crate::doctor::{Doctor, Keeper, while_this_waits};

/// What a test builds its runtime with.
pub struct Setup {
    /// The schedule, which decides.
    pub schedule: Box<dyn Schedule>,
    /// The sink, which watches.
    pub sink: Judge,
    /// Does it have a virtual clock, even if the test doesn't ask for one?
    pub is_virtual: bool,
}

/// Runs the test once.
pub type Body = Arc<dyn Fn(Setup) -> TestResult + Send + Sync>;

/// What a test that hasn't panicked has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestResult {
    /// `()`, `Ok`, or a successful exit code.
    Success,
    /// An error, which std has printed on standard error.
    Error,
}

/// A test that is to be run.
pub(super) struct Subject<'a> {
    pub(super) body: &'a Body,
    pub(super) name: &'a str,
    /// The test's line.
    pub(super) at: Place,
    pub(super) clock: Clock,
    /// The file that standard error goes to.
    pub(super) printed: PathBuf,
}

/// Runs the test under this schedule. The records also go to `next_sink`.
pub(super) fn run(
    subject: &Subject<'_>,
    schedule: Box<dyn Schedule>,
    next_sink: Option<Box<dyn Keeper>>,
) -> Result<(), Failure> {
    PANICS.lock().clear();
    // Empties the file with what an earlier run has printed.
    let _ = File::options().write(true).truncate(true).open(&subject.printed);
    let judged = Arc::default();
    let sink = Judge::new(Doctor::for_search(next_sink), subject.clock, Arc::clone(&judged));
    let is_virtual = matches!(subject.clock, Clock::Virtual { .. });
    let (body, setup) = (subject.body.clone(), Setup { schedule, sink, is_virtual });
    let thread = thread::Builder::new().name(subject.name.to_owned());
    // This thread can't wake the run, so the doctor may prove a hang while it waits here.
    let ended = while_this_waits(|| thread.spawn(move || body(setup)).map(JoinHandle::join));
    // A run that the judge has ended panics, but that isn't the reason.
    if let Some(failure) = judged.lock().take() {
        return Err(failure);
    }
    match ended {
        Ok(Ok(TestResult::Success)) => Ok(()),
        Ok(Ok(TestResult::Error)) => {
            Err(returned_error(&fs::read_to_string(&subject.printed).unwrap_or_default()))
        }
        Ok(Err(_)) => Err(panicked(&PANICS.lock())),
        Err(error) => {
            let text = format!("no thread could be made: {error}");
            Err(Failure::without_fingerprint(FailureKind::Died, text))
        }
    }
}

/// A panic of the run: its place and its message.
struct Panic {
    place: String,
    text: String,
}

/// The last panics since the run began. (One list for the process, because a process makes its runs
/// one after the other, and the panic hook is the process's, too.)
static PANICS: Mutex<Vec<Panic>> = Mutex::new(Vec::new());

/// How many panics are reported.
const MAX_PANICS: usize = 3;

/// From now on, panics are collected instead of printed.
pub(super) fn catch_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let text = info.payload_as_str().unwrap_or("(no text)").to_owned();
        note(&mut PANICS.lock(), Panic { place, text });
    }));
}

/// Adds a panic to the last ones. (A run may catch any number of them.)
fn note(panics: &mut Vec<Panic>, panic: Panic) {
    if panics.len() == MAX_PANICS {
        panics.remove(0);
    }
    panics.push(panic);
}

/// The failure of a run that panicked. The last panic ended it; those before it, which tasks may
/// have caught, may have led to it.
fn panicked(panics: &[Panic]) -> Failure {
    let fingerprint = panics.last().map(|last| last.place.clone()).unwrap_or_default();
    let line = |Panic { place, text }: &Panic| format!("panicked at {place}: {text}");
    let lines: Vec<String> = panics.iter().map(line).collect();
    Failure { kind: FailureKind::Panic, fingerprint, text: lines.join("\n") }
}

/// The failure of a run that returned an error. The fingerprint is the error's first line without
/// words that have digits: a port, for example, is different in each run.
fn returned_error(printed: &str) -> Failure {
    let error = last_error(printed);
    let words = error.lines().next().unwrap_or_default().split_whitespace();
    let without_digits = words.filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
    let fingerprint = without_digits.collect::<Vec<_>>().join(" ");
    let colon = if error.is_empty() { "" } else { ": " };
    let text = format!("the test returned an error{colon}{error}");
    Failure { kind: FailureKind::Error, fingerprint, text }
}

/// The last error that std has printed, which begins with `Error: ` on a new line.
fn last_error(printed: &str) -> &str {
    let error = match printed.rsplit_once("\nError: ") {
        Some((_, error)) => error,
        None => printed.strip_prefix("Error: ").unwrap_or_default(),
    };
    error.trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panic_that_ended_the_run_is_reported_after_the_two_before_it() {
        let panic = |line| Panic { place: format!("a.rs:{line}"), text: "tea".to_owned() };
        let mut panics = Vec::new();
        (1..=4).for_each(|line| note(&mut panics, panic(line)));
        let failure = panicked(&panics);
        assert_eq!(failure.fingerprint, "a.rs:4");
        let lines: Vec<&str> = failure.text.lines().collect();
        assert_eq!(lines, [2, 3, 4].map(|line| format!("panicked at a.rs:{line}: tea")));
    }

    #[test]
    fn errors_are_distinguished_by_their_words_but_not_by_their_numbers() {
        let refused = |port| returned_error(&format!("a note\nError: 127.0.0.1:{port} refused\n"));
        assert_eq!(refused(8080).text, "the test returned an error: 127.0.0.1:8080 refused");
        assert!(refused(8080).is_like(&refused(40123)));
        assert!(!refused(8080).is_like(&returned_error("Error: 127.0.0.1:8080 closed\n")));
    }

    #[test]
    fn the_last_line_that_begins_as_stds_is_the_error() {
        assert_eq!(last_error("Error: one\nError: other\n  at a line\n"), "other\n  at a line");
        assert_eq!(returned_error("No Error: here\n").text, "the test returned an error");
    }
}
