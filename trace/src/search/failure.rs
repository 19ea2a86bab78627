//! How can a run fail, and when have two runs failed in the same way?
//!
//! A search makes the failing run shorter, and must not end up with a different bug. So each
//! failure has a *fingerprint*, and two failures count as the same one if both their kinds and
//! their fingerprints are equal.
//!
//! Interface: [`Failure`], [`FailureKind`].

/// Why a run has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) kind: FailureKind,
    /// For a panic its place, for a hang the kinds and places of the verdicts, for an error its
    /// words. The other kinds have none.
    pub(super) fingerprint: String,
    /// The failure in words.
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailureKind {
    Panic,
    /// The test has returned an error.
    Error,
    /// The doctor has proven that nothing will happen any more.
    Hang,
    /// Its process was killed because it got no further, although nothing proves that it hangs.
    Stuck,
    /// Its process has ended during the run.
    Died,
    /// On a virtual clock, it waits for a socket or for another thread.
    Outside,
}

impl Failure {
    pub(super) fn without_fingerprint(kind: FailureKind, text: impl Into<String>) -> Failure {
        Failure { kind, fingerprint: String::new(), text: text.into() }
    }

    /// Is it the same failure, as far as the search can tell?
    pub(super) fn is_like(&self, other: &Failure) -> bool {
        (self.kind, &self.fingerprint) == (other.kind, &other.fingerprint)
    }
}

impl FailureKind {
    /// Did the process end before it could report the decisions of the run?
    pub(super) fn ends_process(self) -> bool {
        matches!(self, FailureKind::Stuck | FailureKind::Died)
    }

    /// The word by which one process tells another about a failure.
    pub(super) fn word(self) -> String {
        format!("{self:?}")
    }

    pub(super) fn from_word(word: &str) -> Option<FailureKind> {
        use FailureKind::{Died, Error, Hang, Outside, Panic, Stuck};
        [Panic, Error, Hang, Stuck, Died, Outside].into_iter().find(|kind| kind.word() == word)
    }
}
