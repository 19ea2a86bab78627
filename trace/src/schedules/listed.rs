//! How is a run repeated from the list of its decisions?
//!
//! [`Listed`] is a schedule that follows a list: at a listed choice it gives the listed answer, and
//! at all others the usual one, 0. If the question at a listed choice is a different one, or has
//! too few answers, the run isn't the one from which the list was made. Then the decision is
//! skipped, and the first such mismatch is stored as a sentence. A run that ends before its list is
//! a mismatch, too.
//!
//! [`Noted`] makes such a list: it wraps any schedule, and notes its answers.

use std::io::{self, Write};
use std::sync::Arc;

use kettle_events::{Id, Point};
use kettle_runtime::Schedule;
use parking_lot::Mutex;

use super::decision::{Decision, word};

/// A schedule that follows a list.
pub(crate) struct Listed {
    /// The decisions that are still to come, the next one last.
    rest: Vec<Decision>,
    /// How many questions were asked.
    choice: u64,
    /// The first mismatch between run and list, in words.
    mismatch: Arc<Mutex<Option<String>>>,
}

impl Listed {
    pub(crate) fn new(decisions: &[Decision], mismatch: Arc<Mutex<Option<String>>>) -> Listed {
        let rest = decisions.iter().rev().copied().collect();
        Listed { rest, choice: 0, mismatch }
    }

    /// Stores the first mismatch, and prints it on standard error.
    fn note_mismatch(&self, words: &str) {
        let mut mismatch = self.mismatch.lock();
        if mismatch.is_none() {
            let words = format!("the list no longer fits: {words}");
            let _ = writeln!(io::stderr(), "kettle: {words}");
            *mismatch = Some(words);
        }
    }
}

impl Schedule for Listed {
    fn choose(&mut self, point: Point, among: usize) -> usize {
        self.choice += 1;
        let Some(next) = self.rest.pop_if(|next| next.choice == self.choice) else { return 0 };
        if word(next.point) == word(point) && next.chosen < among {
            return next.chosen;
        }
        let (asked, listed) = (word(point), word(next.point));
        self.note_mismatch(&format!(
            "at choice {} it says {next}, a {listed} among {}, but the question was a {asked} \
             among {among}",
            next.choice, next.among
        ));
        0
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        if let Some(next) = self.rest.last() {
            self.note_mismatch(&format!("the run ended at choice {}, before {next}", self.choice));
        }
    }
}

/// Which answers are noted?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotedAnswers {
    All,
    /// Only those that aren't the usual ones.
    Decisions,
}

/// Notes the answers of another schedule.
pub(crate) struct Noted {
    schedule: Box<dyn Schedule>,
    which: NotedAnswers,
    /// How many questions were asked.
    choice: u64,
    into: Arc<Mutex<Vec<Decision>>>,
}

impl Noted {
    pub(crate) fn new(
        schedule: Box<dyn Schedule>,
        which: NotedAnswers,
        into: Arc<Mutex<Vec<Decision>>>,
    ) -> Noted {
        Noted { schedule, which, choice: 0, into }
    }

    fn note(&mut self, point: Point, among: usize, chosen: usize) {
        self.choice += 1;
        if chosen > 0 || self.which == NotedAnswers::All {
            let choice = self.choice;
            self.into.lock().push(Decision { choice, point, among, chosen });
        }
    }
}

impl Schedule for Noted {
    fn choose(&mut self, point: Point, among: usize) -> usize {
        let chosen = self.schedule.choose(point, among);
        self.note(point, among, chosen);
        chosen
    }

    fn choose_task(&mut self, among: usize, ready: &mut dyn Iterator<Item = Id>) -> usize {
        let chosen = self.schedule.choose_task(among, ready);
        self.note(Point::Task, among, chosen);
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::super::decision::parse;
    use super::*;

    #[test]
    fn a_decision_that_does_not_fit_is_skipped_and_the_first_one_is_reported() {
        let mismatch = Arc::default();
        let list = parse("1:task:2/3,2:task:1/2,3:task:1/2,4:timer:4/5").unwrap();
        let mut listed = Listed::new(&list, Arc::clone(&mismatch));
        assert_eq!(listed.choose(Point::Task, 3), 2);
        assert_eq!(listed.choose(Point::Budget, 2), 0, "the list has a task");
        assert_eq!(listed.choose(Point::Task, 2), 1);
        assert_eq!(listed.choose(Point::Timer, 4), 0, "the list has five timers");
        let words = "the list no longer fits: at choice 2 it says 2:task:1/2, a task among 2, but \
             the question was a budget among 2";
        assert_eq!(mismatch.lock().as_deref(), Some(words));
    }
}
