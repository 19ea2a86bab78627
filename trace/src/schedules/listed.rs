//! How is a run repeated from the list of its decisions?
//!
//! Where a choice is in the list, the answer is the list's; everywhere else it is the usual one, 0.
//! If another question is asked there, or has too few answers, the run has gone another way than
//! the one that the list was made from: that decision is left out, and the first one is remembered
//! with the words for it. So it is if the run ends before the list does.
//!
//! [`Noted`] is the other direction: it keeps the decisions of whatever schedule it is put around.
//!
//! Interface: [`Listed`], [`Noted`] with [`Course`].

use std::io::{self, Write};
use std::sync::Arc;

use kettle_events::{Id, Point};
use kettle_runtime::Schedule;
use parking_lot::Mutex;

use super::decision::{Decision, word};

/// A schedule that follows a list.
pub(crate) struct Listed {
    /// The rest of it, the next one last.
    rest: Vec<Decision>,
    choice: u64,
    /// Where the run has left the list's.
    parted: Arc<Mutex<Option<String>>>,
}

impl Listed {
    pub(crate) fn new(decisions: &[Decision], parted: Arc<Mutex<Option<String>>>) -> Listed {
        let rest = decisions.iter().rev().copied().collect();
        Listed { rest, choice: 0, parted }
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
        self.parts(format!(
            "the list no longer fits: at choice {} it says {next}, a {listed} among {}, but the question was \
             a {asked} among {among}",
            next.choice, next.among
        ));
        0
    }
}

impl Listed {
    /// The run has left the list. The first time counts, and goes to standard error.
    fn parts(&self, words: String) {
        let mut parted = self.parted.lock();
        if parted.is_none() {
            let _ = writeln!(io::stderr(), "kettle: {words}");
            *parted = Some(words);
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        if let Some(next) = self.rest.last() {
            let asked = self.choice;
            self.parts(format!(
                "the list no longer fits: the run ended at choice {asked}, before {next}"
            ));
        }
    }
}

/// What was asked and answered in one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Course {
    /// How many questions were asked.
    pub(crate) choices: u64,
    /// Every one of them, or those that were not answered as usual.
    pub(crate) decisions: Vec<Decision>,
}

/// Keeps what a schedule answers.
pub(crate) struct Noted {
    schedule: Box<dyn Schedule>,
    course: Arc<Mutex<Course>>,
    /// Also what was answered as usual.
    all: bool,
}

impl Noted {
    pub(crate) fn new(schedule: Box<dyn Schedule>, course: Arc<Mutex<Course>>, all: bool) -> Noted {
        Noted { schedule, course, all }
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
        let mut course = self.course.lock();
        course.choices += 1;
        if chosen > 0 || self.all {
            let choice = course.choices;
            course.decisions.push(Decision { choice, point, among, chosen });
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
    fn what_was_noted_of_a_seed_repeats_it() {
        for seed in 0..50 {
            let course = Arc::new(Mutex::new(Course::default()));
            let answers = ask(Noted::new(Box::new(Seeded::new(seed)), course.clone(), false));
            let course = course.lock();
            assert_eq!(course.choices, 4);
            assert_eq!(answers, ask(Seeded::new(seed)));
            let parted = Arc::default();
            assert_eq!(ask(Listed::new(&course.decisions, Arc::clone(&parted))), answers);
            assert_eq!(*parted.lock(), None);
        }
    }

    #[test]
    fn a_list_that_does_not_fit_says_where_and_the_rest_of_it_is_followed() {
        let parted = Arc::default();
        let list = parse("1:task:2/3,2:task:1/2,3:task:1/2,4:timer:4/5").unwrap();
        assert_eq!(ask(Listed::new(&list, Arc::clone(&parted))), [2, 0, 1, 0]);
        assert_eq!(
            parted.lock().as_deref(),
            Some(
                "the list no longer fits: at choice 2 it says 2:task:1/2, a task among 2, but the question was \
                 a budget among 2"
            )
        );
    }
}
