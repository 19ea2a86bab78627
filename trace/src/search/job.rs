//! What does a process do that was started to run schedules?
//!
//! The test program is started again for one test, with a variable that names the file of a *job*.
//! (The answers go into the same folder.) The test's attribute sees the variable, does the job
//! instead of the test, and ends the process. So each job starts without anything left by earlier
//! runs, and without other tests beside it.
//!
//! Interface: [`Job`], with [`Job::order`] and [`Job::from_env`], [`Ordered`]; [`work`].

use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;

use kettle_events::{Event, Place, Record};
use kettle_runtime::Schedule;
use parking_lot::Mutex;

use super::answer::{Answers, Desk, Ended};
use super::decision_words::{sentences, write_page};
use super::differ::first_difference;
use super::explore::{Explored, Ran, explore};
use super::judge::{Clock, Heard};
use super::orphan::end_with_parent;
use super::run::{self, Body, Failure, Kind, Subject};
use crate::defaults::panics::note_panics;
use crate::defaults::recorder::Recorder;
use crate::doctor::{Keeper, threads};
use crate::schedules::decision::{Decision, is_order, list, parse};
use crate::schedules::listed::{Course, Listed, Noted};
use crate::schedules::seeded::Seeded;
use crate::words::teller::count;

/// The variable with the job's file.
pub(super) const JOB: &str = "KETTLE_SCHEDULES_JOB";

/// The clock of a job's runs, as an order says it.
const VIRTUAL: &str = "virtual";

/// How many runs are compared with the first.
const TWINS: usize = 20;

/// If it is set, each seed is run twice more, recorded: a test repeats itself, or fails.
const TWICE: &str = "KETTLE_TWICE";

/// What such a process has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// Run these seeds, up to the first that fails. 0 is no seed: first branch, first task.
    Seeds(u64, u64),
    /// Follow this list.
    List(Vec<Decision>),
    /// Follow this list, say in words what it does, and write the page.
    Tell(Vec<Decision>, PathBuf),
    /// Follow this list twice and more, and say where the runs part.
    Differ(Vec<Decision>),
    /// Try all with at most so many decisions, if there are no more than the limit: those of order,
    /// or, if only such failures count, all.
    Explore(usize, u64, Option<Failure>),
}

impl Job {
    fn text(&self) -> String {
        match self {
            Job::Seeds(from, to) => format!("seeds\n{from}\n{to}"),
            Job::List(decisions) => format!("list\n{}", list(decisions)),
            Job::Tell(decisions, page) => format!("tell\n{}\n{}", list(decisions), page.display()),
            Job::Differ(decisions) => format!("differ\n{}", list(decisions)),
            Job::Explore(most, limit, None) => format!("explore\n{most}\n{limit}"),
            Job::Explore(most, limit, Some(Failure { kind, place, .. })) => {
                format!("explore\n{most}\n{limit}\n{}\n{place}", kind.word())
            }
        }
    }

    fn read(text: &str) -> Option<Job> {
        let fields: Vec<&str> = text.split('\n').collect();
        Some(match fields[..] {
            ["seeds", from, to] => Job::Seeds(from.parse().ok()?, to.parse().ok()?),
            ["list", decisions] => Job::List(parse(decisions).ok()?),
            ["tell", decisions, page] => Job::Tell(parse(decisions).ok()?, page.into()),
            ["differ", decisions] => Job::Differ(parse(decisions).ok()?),
            ["explore", most, limit] => Job::Explore(most.parse().ok()?, limit.parse().ok()?, None),
            ["explore", most, limit, word, place] => {
                let (kind, place) = (Kind::of(word)?, place.to_owned());
                let like = Failure { kind, place, text: String::new() };
                Job::Explore(most.parse().ok()?, limit.parse().ok()?, Some(like))
            }
            _ => return None,
        })
    }

    /// The job as this process gives it to one that it starts, on this clock.
    pub(super) fn order(&self, is_virtual: bool) -> String {
        let clock = if is_virtual { VIRTUAL } else { "real" };
        format!("{}\n{clock}\n{}", process::id(), self.text())
    }

    /// The job for which this process was started.
    pub(super) fn from_env() -> Ordered {
        let Some(file) = std::env::var_os(JOB) else { return Ordered::No };
        let order = std::fs::read_to_string(&file).unwrap_or_default();
        match ordered(&order, parent()) {
            Some((job, is_virtual)) => Ordered::Job(job, is_virtual, Desk::of(Path::new(&file))),
            None => Ordered::Elsewhere,
        }
    }
}

/// Whether a process was started for a job.
pub(super) enum Ordered {
    /// For no job.
    No,
    /// For this job, on a virtual clock or not, with its files.
    Job(Job, bool, Desk),
    /// By a test that does a job and passed its environment on: the job isn't ours.
    Elsewhere,
}

/// The job in an order and its clock, if it comes from the process that has started this one.
fn ordered(order: &str, parent: Option<u32>) -> Option<(Job, bool)> {
    let [from, clock, job] = order.splitn(3, '\n').collect::<Vec<_>>()[..] else { return None };
    let from: u32 = from.parse().ok()?;
    let job =
        if parent.is_none_or(|parent| parent == from) { Job::read(job)? } else { return None };
    Some((job, clock == VIRTUAL))
}

/// The process that has started this one, where that is known.
#[cfg_attr(unix, expect(clippy::unnecessary_wraps, reason = "not known on each system"))]
fn parent() -> Option<u32> {
    #[cfg(unix)]
    return Some(std::os::unix::process::parent_id());
    #[cfg(not(unix))]
    None
}

/// Does the job with this test, and ends the process.
pub(super) fn work(
    job: &Job,
    is_virtual: bool,
    desk: Desk,
    (name, at): (&str, Place),
    body: &Body,
) -> ! {
    run::catch_panics();
    let Ok(answers) = Answers::create(&desk.answers()) else { process::exit(1) };
    let printed = desk.printed();
    end_with_parent(desk);
    let threads = threads().map(|all| all + 1); // the run has one of its own
    let clock = if is_virtual { Clock::Virtual { threads } } else { Clock::Requested };
    let subject = Subject { body, name, at, clock, printed };
    let mut worker = Worker { answers, subject, runs: 0 };
    match job {
        Job::Seeds(from, to) => worker.seeds(*from, *to),
        Job::List(decisions) => {
            let ended = worker.follow(decisions, false, None);
            worker.answers.end(&ended);
        }
        Job::Tell(decisions, page) => worker.tell(decisions, page),
        Job::Differ(decisions) => worker.differ(decisions),
        Job::Explore(most, limit, like) => worker.explore(*most, *limit, like.as_ref()),
    }
    worker.answers.done(worker.runs);
    process::exit(0)
}

struct Worker<'a> {
    answers: Answers,
    subject: Subject<'a>,
    runs: u64,
}

impl Worker<'_> {
    fn seeds(&mut self, from: u64, to: u64) {
        let twice = std::env::var_os(TWICE).is_some();
        for seed in from..=to {
            self.answers.begin(seed);
            let mut ended = self.seed(seed, None);
            if twice && ended.failure.is_none() {
                let mut again = || recorded(|recorder| drop(self.seed(seed, Some(recorder))));
                let mismatch = first_difference(&again(), &again());
                ended.mismatch = mismatch.map(|both| format!("seed {seed}\n{}", both.join("\n")));
            }
            if ended.failure.is_some() || ended.mismatch.is_some() {
                self.answers.end(&ended);
                return;
            }
        }
    }

    fn seed(&mut self, seed: u64, behind: Option<Box<dyn Keeper>>) -> Ended {
        match seed {
            0 => self.follow(&[], false, behind),
            _ => self.run(Box::new(Seeded::new(seed)), false, behind),
        }
    }

    fn tell(&mut self, decisions: &[Decision], page: &Path) {
        note_panics(); // their words are in the record
        let ((recorder, recording), lints) = (Recorder::new(), Arc::default());
        let heard = Heard::new(Arc::clone(&lints), Some(Box::new(recorder)));
        let ended = self.follow(decisions, false, Some(Box::new(heard)));
        self.answers.end(&ended);
        let mut records = recording.records(); // (`block_on` was called by the search)
        for record in &mut records {
            if let Event::Spawn { kind: kettle_events::Kind::Main, at, .. } = &mut record.event {
                *at = self.subject.at;
            }
        }
        let sentences = sentences(&records);
        let marks = decisions.iter().zip(&sentences);
        let marks: Vec<_> = marks
            .map(|(decision, sentence)| format!("choice {}: {sentence}", decision.choice))
            .collect();
        write_page(self.subject.name, page, &records, &lints.lock(), &marks);
        for sentence in sentences {
            self.answers.say(&sentence);
        }
    }

    fn differ(&mut self, decisions: &[Decision]) {
        let mut records =
            || recorded(|recorder| drop(self.follow(decisions, false, Some(recorder))));
        let usual = records();
        let mismatch = (0..TWINS).find_map(|_| first_difference(&usual, &records()));
        for sentence in mismatch.into_iter().flatten() {
            self.answers.say(&sentence);
        }
    }

    fn explore(&mut self, most: usize, limit: u64, like: Option<&Failure>) {
        let mut failed = None;
        let explored = explore(most, limit, |decisions| {
            self.answers.begin(self.runs);
            let mut ended = self.follow(decisions, true, None);
            let counts = |failure: &Failure| {
                failure.kind == Kind::Outside || like.is_none_or(|like| like.is_like(failure))
            };
            if ended.failure.as_ref().is_some_and(counts) {
                ended.decisions.retain(|decision| decision.chosen > 0);
                failed = Some(ended);
                return Ran::Fails;
            }
            if ended.mismatch.is_some() && ended.failure.is_none() {
                failed = Some(Ended { decisions: decisions.to_vec(), ..ended });
                return Ran::Parts;
            }
            ended.decisions.retain(|decision| like.is_some() || is_order(decision.point));
            Ran::Passes(ended.decisions)
        });
        if let Explored::TooMany(most, next) = explored {
            let runs = all_pass(self.runs, most);
            self.answers.say(&format!(
                "{runs}; those with one more are {next} or more, which is over the limit \
                 (KETTLE_EXPLORE_LIMIT)"
            ));
        }
        if let Some(ended) = failed {
            self.answers.end(&ended);
        }
    }

    fn follow(
        &mut self,
        decisions: &[Decision],
        all: bool,
        behind: Option<Box<dyn Keeper>>,
    ) -> Ended {
        let mismatch = Arc::default();
        let schedule = Box::new(Listed::new(decisions, Arc::clone(&mismatch)));
        let ended = self.run(schedule, all, behind);
        let mismatch = mismatch.lock().take();
        Ended { mismatch, ..ended }
    }

    fn run(
        &mut self,
        schedule: Box<dyn Schedule>,
        all: bool,
        behind: Option<Box<dyn Keeper>>,
    ) -> Ended {
        self.runs += 1;
        let course = Arc::new(Mutex::new(Course::default()));
        let noted = Box::new(Noted::new(schedule, course.clone(), all));
        let failure = run::run(&self.subject, noted, behind).err();
        let decisions = course.lock().decisions.clone();
        Ended { failure, decisions, mismatch: None }
    }
}

/// The records of a run.
fn recorded(run: impl FnOnce(Box<dyn Keeper>)) -> Vec<Record> {
    let (recorder, recording) = Recorder::new();
    run(Box::new(recorder));
    recording.records()
}

/// The words for an exploration that found nothing.
pub(super) fn all_pass(runs: u64, most: usize) -> String {
    format!("all {runs} schedules with at most {} of order pass", count(most, "decision"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_read_as_it_is_written_by_the_process_that_it_is_for() {
        let decisions = parse("3:task:1/2,9:budget:1/2").unwrap();
        let like = Failure { kind: Kind::Hang, place: "a b.rs:1".to_owned(), text: String::new() };
        let jobs = [
            Job::Seeds(0, 1000),
            Job::List(Vec::new()),
            Job::Tell(decisions.clone(), "/tmp/a page.html".into()),
            Job::Differ(decisions),
            Job::Explore(2, 100, None),
            Job::Explore(2, 100, Some(like)),
        ];
        let this = process::id();
        for (job, is_virtual) in jobs.into_iter().zip([true, false].into_iter().cycle()) {
            let order = job.order(is_virtual);
            assert_eq!(ordered(&order, Some(this + 1)), None);
            assert_eq!(ordered(&order, None), ordered(&order, Some(this)));
            assert_eq!(ordered(&order, Some(this)), Some((job, is_virtual)));
        }
        assert_eq!((Job::read("tea"), ordered("", None)), (None, None));
    }
}
