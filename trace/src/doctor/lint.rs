//! What is a verdict?
//!
//! A [`Lint`]: a plain value that says what is wrong, where, why it matters and what to write
//! instead. It can be printed (`report.rs`), stored in a trace, or compared in a test. A [`Keeper`]
//! is a sink that gets the verdicts as well as the records.

use std::fmt;
use std::time::Duration;

use kettle_events::{Place, Sink};

use crate::words::names::{Family, Name};
use crate::words::whose::is_stds;

/// Stands for the number of a record in a verdict on a run that isn't recorded.
pub(super) const NO_RECORD: u64 = 0;

/// One mistake that the doctor found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lint {
    /// What kind of mistake.
    pub kind: LintKind,
    /// The task that made it; `None` if it concerns several, such as a deadlock.
    pub task: Option<Name>,
    /// Places in the program: first the place of the mistake, then those that help to see it.
    pub spots: Vec<Spot>,
    /// What happened, in one line.
    pub text: String,
    /// Why it matters.
    pub notes: Vec<String>,
    /// What to write instead.
    pub help: String,
    /// Do the records prove it? If not, its words leave that open, and it never ends a program.
    pub certain: bool,
    /// The [`Record::seq`](crate::Record::seq) of the last record that it follows from; 0 if the
    /// run isn't recorded.
    pub after: u64,
    /// The record with which the mistake began, if that is an earlier one: in a deadlock, the wait
    /// that closed the circle.
    pub since: Option<u64>,
}

/// A place in the program, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The place.
    pub place: Place,
    /// What happened there, in a few words.
    pub label: String,
}

/// The kinds of mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LintKind {
    /// One poll blocked the thread.
    BlockingPoll,
    /// A task wakes itself again and again, and nothing comes of it.
    BusyLoop,
    /// A note on a run that a search has found: a decision without which the run passes.
    Decision,
    /// Tasks wait for each other, or nothing is left that could wake any task.
    Deadlock,
    /// A note on what was left unfinished when `main` ended or panicked.
    End,
    /// A lock was held across an `.await` while others waited for it.
    GuardAcrossAwait,
    /// A note: a task has long waited for a lock whose holder waits for other tasks.
    LongWait,
    /// A task returned `Pending`, but no waker of it is left, or none will ever be called.
    LostWakeup,
    /// One poll computed for long while other tasks were ready.
    NeverYields,
    /// A note: waits that perhaps nothing will end.
    OpenWaits,
    /// A future was dropped without having been polled.
    Unpolled,
}

impl LintKind {
    /// Its name, which a verdict shows after `kettle::`.
    pub fn name(self) -> &'static str {
        match self {
            LintKind::BlockingPoll => "blocking_poll",
            LintKind::BusyLoop => "busy_loop",
            LintKind::Decision => "decision",
            LintKind::Deadlock => "deadlock",
            LintKind::End => "end",
            LintKind::GuardAcrossAwait => "guard_across_await",
            LintKind::LongWait => "long_wait",
            LintKind::LostWakeup => "lost_wakeup",
            LintKind::NeverYields => "never_yields",
            LintKind::OpenWaits => "open_waits",
            LintKind::Unpolled => "unpolled",
        }
    }

    /// Does it say that tasks wait forever?
    pub(crate) fn is_a_hang(self) -> bool {
        matches!(self, LintKind::Deadlock | LintKind::LostWakeup)
    }
}

impl fmt::Display for LintKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Lint {
    pub(crate) fn new(kind: LintKind, task: Option<Name>, text: String, after: u64) -> Lint {
        let (spots, notes, help) = (Vec::new(), Vec::new(), String::new());
        let (certain, since) = (true, None);
        Lint { kind, task, spots, text, notes, help, certain, after, since }
    }

    /// Adds a place with a label. If the place is there already, the label is added to it.
    pub(crate) fn spot(mut self, place: Option<Place>, label: impl Into<String>) -> Lint {
        let (Some(place), label) = (place, label.into()) else { return self };
        if is_stds(place.file()) {
            return self; // the user can't change std
        }
        match self.spots.iter_mut().find(|spot| spot.place == place) {
            None => self.spots.push(Spot { place, label }),
            Some(spot) if spot.label.split("; ").any(|known| known == label) => {}
            Some(spot) => spot.label = format!("{}; {label}", spot.label),
        }
        self
    }

    /// Adds the place where the task of this name was made.
    pub(super) fn birth(self, name: Name, made: Option<Place>) -> Lint {
        match name.family {
            Family::Main => self.spot(made, "`block_on` was called here"),
            _ => self.spot(made, format!("{name} was spawned here")),
        }
    }

    /// Stores the record with which the mistake began, unless it is the last one.
    pub(crate) fn since(self, seq: Option<u64>) -> Lint {
        Lint { since: seq.filter(|seq| *seq < self.after), ..self }
    }

    /// Adds a note, unless it is there already.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Lint {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Lint {
        self.help = help.into();
        self
    }

    /// Is it only a note? What may be meant is one, such as a lock held across an `.await`, or a
    /// lost wake-up that isn't certain: perhaps the task was not to be woken.
    pub(crate) fn is_a_note(&self) -> bool {
        use LintKind::{Decision, End, GuardAcrossAwait, LongWait, OpenWaits};
        match self.kind {
            Decision | End | GuardAcrossAwait | LongWait | OpenWaits => true,
            LintKind::LostWakeup => !self.certain,
            _ => false,
        }
    }

    /// May it end the program, under `KETTLE_DOCTOR=panic`? What may be done on purpose is no
    /// error, such as a future that is made and then not needed.
    pub(super) fn is_an_error(&self) -> bool {
        use LintKind::{BlockingPoll, Deadlock, LostWakeup, NeverYields};
        self.certain && matches!(self.kind, BlockingPoll | Deadlock | LostWakeup | NeverYields)
    }

    /// The message of the panic with which it ends the program, in `Mode::Panic`.
    pub(super) fn veto_text(&self) -> String {
        format!("kettle's doctor: {}", self.text.trim_end_matches(", which goes on"))
    }

    /// Where the mistake is.
    pub fn place(&self) -> Option<Place> {
        self.spots.first().map(|spot| spot.place)
    }
}

/// How long, as one says it: `350 ms`, `2.1 s`.
pub(super) fn span(duration: Duration) -> String {
    let rounded_millis = duration.saturating_add(Duration::from_micros(500)).as_millis();
    if rounded_millis < 1_000 {
        return format!("{rounded_millis} ms");
    }
    format!("{:.1} s", duration.as_secs_f64())
}

/// A sink that keeps the doctor's verdicts beside the records.
pub trait Keeper: Sink {
    /// Takes a verdict. The sink has got the records that it follows from ([`Lint::after`]) before.
    /// The doctor's own thread calls this, too, for example if a poll never ends.
    fn keep(&mut self, lint: &Lint) {
        let _ = lint;
    }
}
