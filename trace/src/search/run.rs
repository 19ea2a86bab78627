//! How does one run of a test under one schedule end?
//!
//! It fails if the test panics, returns an error, or hangs for certain according to the doctor,
//! which then ends the run. (A run that hangs without a proof is ended by the parent process:
//! `child.rs`.) Each run has a thread of its own, so that the test's thread-locals are new.
//!
//! Interface: [`run`] runs a [`Subject`], which is a test, and gives a [`Failure`] if it fails;
//! [`Setup`] is what the test builds its runtime with; [`catch_panics`] is called once for the
//! process.

use std::fs::{self, File};
use std::panic;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use kettle_events::Place;
use kettle_runtime::Schedule;
use parking_lot::Mutex;

use super::judge::{Clock, Judge, Seen};
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

/// Runs the test once. `false`: it has returned an error, which is on standard error.
pub type Body = Arc<dyn Fn(Setup) -> bool + Send + Sync>;

/// Why a run has failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) kind: Kind,
    /// Distinguishes it from other failures of its kind: for a panic its place, for a hang the
    /// verdicts and their places, for an error its words.
    pub(super) place: String,
    /// The failure in words.
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Panic,
    Error,
    /// The doctor has proven that nothing will happen any more.
    Hang,
    /// It did not end in time.
    Stuck,
    /// The process has ended in it.
    Died,
    /// On a virtual clock, it waits for a socket or for another thread.
    Outside,
}

impl Kind {
    const ALL: [(Kind, &str); 6] = [
        (Kind::Panic, "panic"),
        (Kind::Error, "error"),
        (Kind::Hang, "hang"),
        (Kind::Stuck, "stuck"),
        (Kind::Died, "died"),
        (Kind::Outside, "outside"),
    ];

    pub(super) fn word(self) -> &'static str {
        Kind::ALL.iter().find(|(known, _)| *known == self).map_or("", |(_, word)| word)
    }

    pub(super) fn of(word: &str) -> Option<Kind> {
        Kind::ALL.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}

impl Failure {
    pub(super) fn of(kind: Kind, text: impl Into<String>) -> Failure {
        Failure { kind, place: String::new(), text: text.into() }
    }

    /// Is it the same failure, as far as is known?
    pub(super) fn is_like(&self, other: &Failure) -> bool {
        (self.kind, &self.place) == (other.kind, &other.place)
    }
}

/// A panic of the run: its place and its message.
struct Panic {
    place: String,
    text: String,
}

/// The panics since the run began. (One for the process, because a process makes its runs one after
/// the other, and the panic hook is the process's, too.)
static PANICS: Mutex<Vec<Panic>> = Mutex::new(Vec::new());

/// How many panics are reported.
const MAX_PANICS: usize = 3;

/// From now on, panics are collected instead of printed.
pub(super) fn catch_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let text = info.payload_as_str().unwrap_or("(no text)").to_owned();
        PANICS.lock().push(Panic { place, text });
    }));
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

/// Runs the test under this schedule. The records also go to `behind`.
pub(super) fn run(
    subject: &Subject<'_>,
    schedule: Box<dyn Schedule>,
    behind: Option<Box<dyn Keeper>>,
) -> Result<(), Failure> {
    PANICS.lock().clear();
    // Empties the file with what an earlier run has printed.
    let _ = File::options().write(true).truncate(true).open(&subject.printed);
    let seen = Arc::new(Mutex::new(Seen::default()));
    let sink = Judge::new(Arc::clone(&seen), subject.clock, behind, Doctor::for_search);
    let is_virtual = subject.clock != Clock::Requested;
    let body = subject.body.clone();
    let setup = Setup { schedule, sink, is_virtual };
    let thread = thread::Builder::new().name(subject.name.to_owned());
    let ended =
        while_this_waits(|| thread.spawn(move || body(setup)).map(thread::JoinHandle::join));
    let Seen { hung, hung_at, outside } = std::mem::take(&mut *seen.lock());
    if outside {
        return Err(Failure::of(Kind::Outside, ""));
    }
    if let Some(text) = hung {
        return Err(Failure { kind: Kind::Hang, place: hung_at, text });
    }
    match ended {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(returned(&fs::read_to_string(&subject.printed).unwrap_or_default())),
        Ok(Err(_)) => Err(panicked(&PANICS.lock())),
        Err(error) => Err(Failure::of(Kind::Died, format!("no thread could be made: {error}"))),
    }
}

/// The failure of a run that panicked. The last panic ended it; those before it, which tasks may
/// have caught, may have led to it.
fn panicked(panics: &[Panic]) -> Failure {
    let place = panics.last().map(|last| last.place.clone()).unwrap_or_default();
    let last_ones = &panics[panics.len().saturating_sub(MAX_PANICS)..];
    let lines: Vec<String> = last_ones
        .iter()
        .map(|Panic { place, text }| format!("panicked at {place}: {text}"))
        .collect();
    Failure { kind: Kind::Panic, place, text: lines.join("\n") }
}

/// What std prints before the error that a test returns.
const ERROR: &str = "Error: ";

/// The failure of a run that returned an error. Errors are distinguished by their words, except
/// those with digits: a port, for example, is different in each run.
fn returned(printed: &str) -> Failure {
    let begins = |at: &usize| *at == 0 || printed[..*at].ends_with('\n');
    let found = printed.rmatch_indices(ERROR).map(|(at, _)| at).find(begins);
    let error = found.map(|at| printed[at + ERROR.len()..].trim_end()).unwrap_or_default();
    let words = error.lines().next().unwrap_or_default().split_whitespace();
    let plain = words.filter(|word| !word.contains(|letter: char| letter.is_ascii_digit()));
    let place = plain.collect::<Vec<_>>().join(" ");
    let colon = if error.is_empty() { "" } else { ": " };
    let text = format!("the test returned an error{colon}{error}");
    Failure { kind: Kind::Error, place, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panic_that_ended_the_run_is_reported_after_the_two_before_it() {
        let panic = |line| Panic { place: format!("a.rs:{line}"), text: "tea".to_owned() };
        let failure = panicked(&[1, 2, 3, 4].map(panic));
        assert_eq!(failure.place, "a.rs:4");
        let lines: Vec<&str> = failure.text.lines().collect();
        assert_eq!(lines, [2, 3, 4].map(|line| format!("panicked at a.rs:{line}: tea")));
    }

    #[test]
    fn errors_are_distinguished_by_their_words_but_not_by_their_numbers() {
        let refused = |port| returned(&format!("a note\nError: 127.0.0.1:{port} refused\n"));
        assert_eq!(refused(8080).text, "the test returned an error: 127.0.0.1:8080 refused");
        assert!(refused(8080).is_like(&refused(40123)));
        assert!(!refused(8080).is_like(&returned("Error: 127.0.0.1:8080 closed\n")));
        assert_eq!(returned("Error: one\nError: other\n  at a line\n").place, "other");
        assert_eq!(returned("No Error: here\n").text, "the test returned an error");
    }
}
