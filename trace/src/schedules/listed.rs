//! How is a run repeated from the list of its decisions?
//!
//! [`Listed`] is a schedule that follows a list: at a listed choice it gives the listed answer, and
//! at all others the usual one, 0. If the question at a listed choice is a different one, or has
//! too few answers, the run isn't the one from which the list was made. Then the decision is
//! skipped, and the first such mismatch is stored as a sentence. A run that ends before its list is
//! a mismatch, too.
//!
//! [`Noted`] makes such a list: it wraps any schedule, and notes the answers in a [`Choices`].

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
    choice: u64,
    /// The first mismatch between run and list, in words.
    mismatch: Arc<Mutex<Option<String>>>,
}

impl Listed {
    pub(crate) fn new(decisions: &[Decision], mismatch: Arc<Mutex<Option<String>>>) -> Listed {
        let rest = decisions.iter().rev().copied().collect();
        Listed { rest, choice: 0, mismatch }
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
        self.note_mismatch(format!(
            "the list no longer fits: at choice {} it says {next}, a {listed} among {}, but the \
             question was a {asked} among {among}",
            next.choice, next.among
        ));
        0
    }
}

impl Listed {
    /// Stores the first mismatch, and prints it on standard error.
    fn note_mismatch(&self, words: String) {
        let mut mismatch = self.mismatch.lock();
        if mismatch.is_none() {
            let _ = writeln!(io::stderr(), "kettle: {words}");
            *mismatch = Some(words);
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        if let Some(next) = self.rest.last() {
            let asked = self.choice;
            self.note_mismatch(format!(
                "the list no longer fits: the run ended at choice {asked}, before {next}"
            ));
        }
    }
}

/// The questions and answers of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    /// How many questions were asked.
    pub(crate) count: u64,
    /// All answers, or only those other than 0.
    pub(crate) decisions: Vec<Decision>,
}

/// Notes the answers of another schedule.
pub(crate) struct Noted {
    schedule: Box<dyn Schedule>,
    choices: Arc<Mutex<Choices>>,
    /// Is the answer 0 noted, too?
    all: bool,
}

impl Noted {
    pub(crate) fn new(schedule: Box<dyn Schedule>, into: Arc<Mutex<Choices>>, all: bool) -> Noted {
        Noted { schedule, choices: into, all }
    }
}

impl Schedule for Noted {
    fn choose(&mut self, point: Point, among: usize) -> usize {
        let chosen = self.schedule.choose(point, among);
        self.note(point, among, chosen)
    }

    fn choose_task(&mut self, among: usize, ready: &mut dyn Iterator<Item = Id>) -> usize {
        let chosen = self.schedule.choose_task(among, ready);
        self.note(Point::Task, among, chosen)
    }
}

impl Noted {
    fn note(&self, point: Point, among: usize, chosen: usize) -> usize {
        let mut choices = self.choices.lock();
        choices.count += 1;
        if chosen > 0 || self.all {
            let choice = choices.count;
            choices.decisions.push(Decision { choice, point, among, chosen });
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::super::decision::parse;
    use super::super::seeded::Seeded;
    use super::*;

    /// The answers to four questions, each asked as the runtime asks it.
    fn ask(mut schedule: impl Schedule) -> Vec<usize> {
        let questions = [(Point::Task, 3), (Point::Budget, 2), (Point::Task, 2), (Point::Timer, 4)];
        let tasks = [(); 3].map(|()| Id::next());
        let ask = |(point, among)| match point {
            Point::Task => schedule.choose_task(among, &mut tasks.into_iter().take(among)),
            _ => schedule.choose(point, among),
        };
        questions.map(ask).to_vec()
    }

    #[test]
    fn the_noted_answers_of_a_seed_repeat_its_run() {
        for seed in 0..50 {
            let choices = Arc::new(Mutex::new(Choices::default()));
            let answers = ask(Noted::new(Box::new(Seeded::new(seed)), choices.clone(), false));
            let choices = choices.lock();
            assert_eq!(choices.count, 4);
            assert_eq!(answers, ask(Seeded::new(seed)));
            let mismatch = Arc::default();
            assert_eq!(ask(Listed::new(&choices.decisions, Arc::clone(&mismatch))), answers);
            assert_eq!(*mismatch.lock(), None);
        }
    }

    #[test]
    fn a_list_that_does_not_fit_says_where_and_its_rest_is_followed() {
        let mismatch = Arc::default();
        let list = parse("1:task:2/3,2:task:1/2,3:task:1/2,4:timer:4/5").unwrap();
        assert_eq!(ask(Listed::new(&list, Arc::clone(&mismatch))), [2, 0, 1, 0]);
        assert_eq!(
            mismatch.lock().as_deref(),
            Some(
                "the list no longer fits: at choice 2 it says 2:task:1/2, a task among 2, but the \
                 question was a budget among 2"
            )
        );
    }
}
