//! What can a process that runs schedules be asked to do, and how does it do that?
//!
//! To run schedules, the test program is started again for one test (`child.rs`), with a variable
//! that names the file of a *job*. The test's attribute sees the variable, does the job instead of
//! the test, writes the answers into the same folder (`answer.rs`), and ends the process. So
//! nothing is left from earlier jobs, and no other test runs beside it.
//!
//! Interface: [`Job`] is what can be asked; [`Job::order`] writes it for a new process;
//! [`Job::from_env`] reads it there; [`work`] does it.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;

use kettle_events::{Event, Place, Record};
use kettle_runtime::Schedule;
use parking_lot::Mutex;

use super::answer::{Answers, Ended, JobFolder};
use super::decision_words::{sentences, write_page};
use super::differ::first_difference;
use super::explore::{Explored, Ran, explore};
use super::judge::{Clock, Verdicts};
use super::orphan::end_with_parent;
use super::run::{self, Body, Failure, Kind, Subject};
use crate::defaults::panics::note_panics;
use crate::defaults::recorder::Recorder;
use crate::doctor::{Keeper, threads};
use crate::schedules::decision::{Decision, is_order, list, parse};
use crate::schedules::listed::{Choices, Listed, Noted};
use crate::schedules::seeded::Seeded;
use crate::words::teller::count;

/// The variable with the job's file.
pub(super) const JOB: &str = "KETTLE_SCHEDULES_JOB";

/// The word for the virtual clock in a job's file.
const VIRTUAL: &str = "virtual";

/// With how many more runs the first one is compared, to find a difference.
const TWINS: usize = 20;

/// If this variable is set, each seed is run twice more and recorded, and fails if the two differ.
const TWICE: &str = "KETTLE_TWICE";

/// What a process is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// Run the seeds from the first number to the second, until one fails. 0 stands for the usual
    /// schedule: first branch, first task.
    Seeds { from: u64, to: u64 },
    /// Make one run that follows this list of decisions.
    List(Vec<Decision>),
    /// Follow this list, say in words what each decision does, and write the page.
    Explain { decisions: Vec<Decision>, page: PathBuf },
    /// Follow this list several times, and say where two runs first differ.
    Differ(Vec<Decision>),
    /// Try all lists with at most `most` decisions, if there are no more lists than the limit. With
    /// `like`, only such a failure counts, and decisions of all kinds are tried; without, only
    /// decisions about order.
    Explore { most: usize, limit: u64, like: Option<Failure> },
}

impl Job {
    fn text(&self) -> String {
        match self {
            Job::Seeds { from, to } => format!("seeds\n{from}\n{to}"),
            Job::List(decisions) => format!("list\n{}", list(decisions)),
            Job::Explain { decisions, page } => {
                format!("explain\n{}\n{}", list(decisions), page.display())
            }
            Job::Differ(decisions) => format!("differ\n{}", list(decisions)),
            Job::Explore { most, limit, like: None } => format!("explore\n{most}\n{limit}"),
            Job::Explore { most, limit, like: Some(Failure { kind, place, .. }) } => {
                format!("explore\n{most}\n{limit}\n{}\n{place}", kind.word())
            }
        }
    }

    fn read(text: &str) -> Option<Job> {
        let fields: Vec<&str> = text.split('\n').collect();
        Some(match fields[..] {
            ["seeds", from, to] => Job::Seeds { from: from.parse().ok()?, to: to.parse().ok()? },
            ["list", decisions] => Job::List(parse(decisions).ok()?),
            ["explain", decisions, page] => {
                Job::Explain { decisions: parse(decisions).ok()?, page: page.into() }
            }
            ["differ", decisions] => Job::Differ(parse(decisions).ok()?),
            ["explore", most, limit] => {
                Job::Explore { most: most.parse().ok()?, limit: limit.parse().ok()?, like: None }
            }
            ["explore", most, limit, word, place] => {
                let (kind, place) = (Kind::of(word)?, place.to_owned());
                let like = Some(Failure { kind, place, text: String::new() });
                Job::Explore { most: most.parse().ok()?, limit: limit.parse().ok()?, like }
            }
            _ => return None,
        })
    }

    /// The text of the job for a process that this one starts: this process's number, the clock,
    /// and the job.
    pub(super) fn order(&self, is_virtual: bool) -> String {
        let clock = if is_virtual { VIRTUAL } else { "real" };
        format!("{}\n{clock}\n{}", process::id(), self.text())
    }

    /// The job for which this process was started.
    pub(super) fn from_env() -> Ordered {
        let Some(file) = std::env::var_os(JOB) else { return Ordered::No };
        let order = std::fs::read_to_string(&file).unwrap_or_default();
        match ordered(&order, parent()) {
            Some((job, is_virtual)) => {
                Ordered::Job { job, is_virtual, folder: JobFolder::of(Path::new(&file)) }
            }
            None => Ordered::Elsewhere,
        }
    }
}

/// Was this process started for a job?
pub(super) enum Ordered {
    /// No.
    No,
    /// Yes, and the job's files are in the folder.
    Job { job: Job, is_virtual: bool, folder: JobFolder },
    /// No: it was started by a test in such a process, and inherited the variable.
    Elsewhere,
}

/// The job in an order, and whether its clock is virtual, if the order comes from the parent of
/// this process.
fn ordered(order: &str, parent: Option<u32>) -> Option<(Job, bool)> {
    let [from, clock, job] = order.splitn(3, '\n').collect::<Vec<_>>()[..] else { return None };
    let from: u32 = from.parse().ok()?;
    parent.is_none_or(|parent| parent == from).then_some(())?;
    Some((Job::read(job)?, clock == VIRTUAL))
}

/// The number of the process that has started this one; `None`: the system doesn't say.
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
    folder: JobFolder,
    (name, at): (&str, Place),
    body: &Body,
) -> ! {
    run::catch_panics();
    let Ok(answers) = Answers::create(&folder.answers()) else { process::exit(1) };
    let printed = folder.printed();
    end_with_parent(folder);
    let threads = threads().map(|all| all + 1); // the run has one of its own
    let clock = if is_virtual { Clock::Virtual { threads } } else { Clock::Requested };
    let subject = Subject { body, name, at, clock, printed };
    let mut worker = Worker { answers, subject, runs: 0 };
    match job {
        Job::Seeds { from, to } => worker.seeds(*from, *to),
        Job::List(decisions) => {
            let ended = worker.follow(decisions, false, None);
            worker.answers.end(&ended);
        }
        Job::Explain { decisions, page } => worker.explain(decisions, page),
        Job::Differ(decisions) => worker.differ(decisions),
        Job::Explore { most, limit, like } => worker.explore(*most, *limit, like.as_ref()),
    }
    worker.answers.done(worker.runs);
    process::exit(0)
}

/// Does the jobs, and counts the runs.
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

    fn explain(&mut self, decisions: &[Decision], page: &Path) {
        note_panics(); // so that the page has their messages
        let ((recorder, recording), lints) = (Recorder::new(), Arc::default());
        let verdicts = Verdicts::new(Arc::clone(&lints), Some(Box::new(recorder)));
        let ended = self.follow(decisions, false, Some(Box::new(verdicts)));
        self.answers.end(&ended);
        let mut records = recording.records();
        // The search has called `block_on`; the page must show the test's line instead.
        for record in &mut records {
            if let Event::Spawn { kind: kettle_events::Kind::Main, at, .. } = &mut record.event {
                *at = self.subject.at;
            }
        }
        let sentences = sentences(&records);
        let mark = |(decision, sentence): (&Decision, &String)| {
            format!("choice {}: {sentence}", decision.choice)
        };
        let marks: Vec<_> = decisions.iter().zip(&sentences).map(mark).collect();
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
            let is_wanted = |failure: &Failure| {
                failure.kind == Kind::Outside || like.is_none_or(|like| like.is_like(failure))
            };
            if ended.failure.as_ref().is_some_and(is_wanted) {
                ended.decisions.retain(|decision| decision.chosen > 0);
                failed = Some(ended);
                return Ran::Fails;
            }
            if ended.mismatch.is_some() && ended.failure.is_none() {
                failed = Some(Ended { decisions: decisions.to_vec(), ..ended });
                return Ran::Diverges;
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

    /// Makes a run that follows this list. `all`: report the usual answers, too.
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

    /// Makes one run under this schedule.
    fn run(
        &mut self,
        schedule: Box<dyn Schedule>,
        all: bool,
        behind: Option<Box<dyn Keeper>>,
    ) -> Ended {
        self.runs += 1;
        let choices = Arc::new(Mutex::new(Choices::default()));
        let noted = Box::new(Noted::new(schedule, choices.clone(), all));
        let failure = run::run(&self.subject, noted, behind).err();
        let decisions = choices.lock().decisions.clone();
        Ended { failure, decisions, mismatch: None }
    }
}

/// The records of a run.
fn recorded(run: impl FnOnce(Box<dyn Keeper>)) -> Vec<Record> {
    let (recorder, recording) = Recorder::new();
    run(Box::new(recorder));
    recording.records()
}

/// What is reported if all schedules pass.
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
            Job::Seeds { from: 0, to: 1000 },
            Job::List(Vec::new()),
            Job::Explain { decisions: decisions.clone(), page: "/tmp/a page.html".into() },
            Job::Differ(decisions),
            Job::Explore { most: 2, limit: 100, like: None },
            Job::Explore { most: 2, limit: 100, like: Some(like) },
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
