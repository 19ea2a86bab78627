//! How does a process do the job that it was started for?
//!
//! It makes runs of the test one after the other, writes into the job's folder how they end
//! (`answer.rs`), and then ends itself, so that nothing is left from one job for the next.
//!
//! Interface: [`work`] does this. Elsewhere: what a job is (`job.rs`).

use std::path::Path;
use std::process;
use std::sync::Arc;

use kettle_events::{Event, Kind, Place, Record};

use super::answer::{Answers, Ended, JobFolder};
use super::decision_words::{sentences, write_page};
use super::differ::first_difference;
use super::explore::{Explored, explore};
use super::failure::{Failure, FailureKind};
use super::job::{Job, Order};
use super::judge::Clock;
use super::orphan::end_with_parent;
use super::run::{Body, Subject, catch_panics, run};
use crate::defaults::panics::note_panics;
use crate::defaults::recorder::Recorder;
use crate::defaults::schedule::Requested;
use crate::doctor::{Keeper, threads};
use crate::schedules::decision::{Decision, is_order};
use crate::schedules::listed::{Noted, NotedAnswers};
use crate::words::teller::count;

/// With how many more runs the first one is compared, to find a difference.
const REPEATS: usize = 20;

/// If this variable is set, each seed is run twice more and recorded, and fails if the two differ.
const TWICE: &str = "KETTLE_TWICE";

/// Does the job with this test, and ends the process. `at` is the test's line.
pub(super) fn work(order: &Order, folder: JobFolder, name: &str, at: Place, body: &Body) -> ! {
    catch_panics();
    let Ok(answers) = Answers::create(&folder.answers) else { process::exit(1) };
    let printed = folder.printed.clone();
    end_with_parent(folder);
    let usual_threads = threads().map(|all| all + 1); // the run has one of its own
    let clock = if order.is_virtual { Clock::Virtual { usual_threads } } else { Clock::Requested };
    let subject = Subject { body, name, at, clock, printed };
    let mut worker = Worker { answers, subject, runs: 0 };
    match &order.job {
        Job::Seeds(last) => worker.run_seeds(*last),
        Job::Run(schedule) => {
            worker.answers.run_begins(0); // so that the test was found is known if the run exits
            let ended = worker.run(schedule, NotedAnswers::Decisions, None);
            worker.answers.run_ended(&ended);
        }
        Job::Explain { decisions, page } => worker.explain(decisions, page),
        Job::Differ(decisions) => worker.differ(decisions),
        Job::Explore { most, limit, like } => worker.explore(*most, *limit, like.as_ref()),
    }
    worker.answers.job_done(worker.runs);
    process::exit(0)
}

struct Worker<'a> {
    answers: Answers,
    subject: Subject<'a>,
    /// How many runs were made.
    runs: u64,
}

impl Worker<'_> {
    fn run_seeds(&mut self, last: u64) {
        let is_twice = std::env::var_os(TWICE).is_some();
        for seed in 0..=last {
            let usual = Requested::List(Vec::new());
            let schedule = if seed == 0 { usual } else { Requested::Seed(seed) };
            self.answers.run_begins(seed);
            let mut ended = self.run(&schedule, NotedAnswers::Decisions, None);
            if is_twice && ended.failure.is_none() {
                let difference = first_difference(&self.record(&schedule), &self.record(&schedule));
                ended.mismatch = difference.map(|both| format!("seed {seed}\n{}", both.join("\n")));
            }
            if ended.failure.is_some() || ended.mismatch.is_some() {
                self.answers.run_ended(&ended);
                return;
            }
        }
    }

    fn explain(&mut self, decisions: &[Decision], page: &Path) {
        note_panics(); // so that the page has their messages
        let (recorder, recording) = Recorder::new();
        let schedule = Requested::List(decisions.to_vec());
        let ended = self.run(&schedule, NotedAnswers::Decisions, Some(Box::new(recorder)));
        self.answers.run_ended(&ended);
        let mut records = recording.records();
        // The search has called `block_on`; the page must show the test's line instead.
        for record in &mut records {
            if let Event::Spawn { kind: Kind::Main, at, .. } = &mut record.event {
                *at = self.subject.at;
            }
        }
        let sentences = sentences(&records);
        let note = |(decision, sentence): (&Decision, &String)| {
            format!("choice {}: {sentence}", decision.choice)
        };
        let notes: Vec<String> = decisions.iter().zip(&sentences).map(note).collect();
        write_page(self.subject.name, page, &records, &recording.lints(), &notes);
        for sentence in sentences {
            self.answers.sentence(&sentence);
        }
    }

    fn differ(&mut self, decisions: &[Decision]) {
        let schedule = Requested::List(decisions.to_vec());
        let first = self.record(&schedule);
        let mut differences =
            (0..REPEATS).filter_map(|_| first_difference(&first, &self.record(&schedule)));
        for sentence in differences.next().into_iter().flatten() {
            self.answers.sentence(&sentence);
        }
    }

    fn explore(&mut self, most: usize, limit: u64, like: Option<&Failure>) {
        match explore(most, limit, |list| self.try_list(list, like)) {
            Ok(Explored::All { .. }) => {}
            Ok(Explored::OverLimit { most, next_level }) => {
                let runs = all_pass(self.runs, most);
                self.answers.sentence(&format!(
                    "{runs}; those with one more are {next_level} or more, which is over the \
                     limit (KETTLE_EXPLORE_LIMIT)"
                ));
            }
            Err(ended) => self.answers.run_ended(&ended),
        }
    }

    /// Runs a list, and gives the questions that the run asked. `Err`: the run has failed in the
    /// way that is looked for, or something else than its schedule decides.
    fn try_list(
        &mut self,
        list: &[Decision],
        like: Option<&Failure>,
    ) -> Result<Vec<Decision>, Ended> {
        self.answers.run_begins(self.runs);
        let mut ended = self.run(&Requested::List(list.to_vec()), NotedAnswers::All, None);
        let is_looked_for = |failure: &Failure| {
            failure.kind == FailureKind::Outside || like.is_none_or(|like| like.is_like(failure))
        };
        if ended.failure.as_ref().is_some_and(is_looked_for) {
            ended.decisions.retain(|decision| decision.chosen > 0);
            return Err(ended);
        }
        if ended.mismatch.is_some() && ended.failure.is_none() {
            return Err(Ended { decisions: list.to_vec(), ..ended });
        }
        ended.decisions.retain(|decision| like.is_some() || is_order(decision.point));
        Ok(ended.decisions)
    }

    /// Makes one run, and gives its records.
    fn record(&mut self, schedule: &Requested) -> Vec<Record> {
        let (recorder, recording) = Recorder::new();
        self.run(schedule, NotedAnswers::Decisions, Some(Box::new(recorder)));
        recording.records()
    }

    /// Makes one run, whose records also go to `next_sink`.
    fn run(
        &mut self,
        schedule: &Requested,
        noted: NotedAnswers,
        next_sink: Option<Box<dyn Keeper>>,
    ) -> Ended {
        self.runs += 1;
        let (answers, mismatch) = (Arc::default(), Arc::default());
        let schedule = schedule.schedule(Arc::clone(&mismatch));
        let schedule = Box::new(Noted::new(schedule, noted, Arc::clone(&answers)));
        let failure = run(&self.subject, schedule, next_sink).err();
        let (decisions, mismatch) = (answers.lock().clone(), mismatch.lock().take());
        Ended { failure, decisions, mismatch }
    }
}

/// What is reported if all schedules pass.
pub(super) fn all_pass(runs: u64, most: usize) -> String {
    format!("all {runs} schedules with at most {} of order pass", count(most, "decision"))
}
