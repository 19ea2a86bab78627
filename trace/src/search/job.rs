//! What can a process that runs schedules be asked to do?
//!
//! To run schedules, the test program is started again for one test (`program.rs`), with a variable
//! that names a file. In it is an *order*: a *job*, and which clock its runs have. The test's
//! attribute sees the variable, and does the job instead of the test (`worker.rs`).
//!
//! Interface: [`Job`] is what can be asked; [`Job::order`] writes it for a new process;
//! [`Started::from_env`] reads it there, as an [`Order`].

use std::path::{Path, PathBuf};
use std::process;

use super::answer::JobFolder;
use super::failure::{Failure, FailureKind};
use crate::defaults::schedule::{REAL, Requested};
use crate::schedules::decision::{Decision, list, parse};

/// The variable with the order's file.
pub(super) const JOB: &str = "KETTLE_SCHEDULES_JOB";

/// The word for the virtual clock in an order.
const VIRTUAL: &str = "virtual";

/// What a process is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// Run the usual schedule (first branch, first task), and then the seeds from 1 to this number,
    /// until a run fails.
    Seeds(u64),
    /// Make one run under this schedule.
    Run(Requested),
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
    /// The text of an order for a process that this one starts: this process's number, the clock,
    /// and the job.
    pub(super) fn order(&self, is_virtual: bool) -> String {
        let clock = if is_virtual { VIRTUAL } else { REAL };
        format!("{}\n{clock}\n{}", process::id(), self.text())
    }

    fn text(&self) -> String {
        match self {
            Job::Seeds(last) => format!("seeds\n{last}"),
            Job::Run(Requested::Seed(seed)) => format!("seed\n{seed}"),
            Job::Run(Requested::List(decisions)) => format!("list\n{}", list(decisions)),
            Job::Explain { decisions, page } => {
                format!("explain\n{}\n{}", list(decisions), page.display())
            }
            Job::Differ(decisions) => format!("differ\n{}", list(decisions)),
            Job::Explore { most, limit, like: None } => format!("explore\n{most}\n{limit}"),
            Job::Explore { most, limit, like: Some(Failure { kind, fingerprint, .. }) } => {
                format!("explore\n{most}\n{limit}\n{}\n{fingerprint}", kind.word())
            }
        }
    }

    fn read(text: &str) -> Option<Job> {
        let fields: Vec<&str> = text.split('\n').collect();
        Some(match fields[..] {
            ["seeds", last] => Job::Seeds(last.parse().ok()?),
            ["seed", seed] => Job::Run(Requested::Seed(seed.parse().ok()?)),
            ["list", decisions] => Job::Run(Requested::List(parse(decisions).ok()?)),
            ["explain", decisions, page] => {
                Job::Explain { decisions: parse(decisions).ok()?, page: page.into() }
            }
            ["differ", decisions] => Job::Differ(parse(decisions).ok()?),
            ["explore", most, limit] => {
                Job::Explore { most: most.parse().ok()?, limit: limit.parse().ok()?, like: None }
            }
            ["explore", most, limit, kind, fingerprint] => {
                let (kind, fingerprint) = (FailureKind::from_word(kind)?, fingerprint.to_owned());
                let like = Some(Failure { kind, fingerprint, text: String::new() });
                Job::Explore { most: most.parse().ok()?, limit: limit.parse().ok()?, like }
            }
            _ => return None,
        })
    }
}

/// A job, and whether its runs have a virtual clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) job: Job,
    pub(super) is_virtual: bool,
}

impl Order {
    /// Reads an order, if the process `parent` has written it. (`None`: the parent isn't known.)
    fn read(text: &str, parent: Option<u32>) -> Option<Order> {
        let [writer, clock, job] = text.splitn(3, '\n').collect::<Vec<_>>()[..] else {
            return None;
        };
        let writer: u32 = writer.parse().ok()?;
        if parent.is_some_and(|parent| parent != writer) {
            return None;
        }
        Some(Order { job: Job::read(job)?, is_virtual: clock == VIRTUAL })
    }
}

/// Was this process started to do a job?
pub(super) enum Started {
    /// No: the variable isn't set.
    Normally,
    /// Yes, and the job's files are in the folder.
    ForJob(Order, JobFolder),
    /// No: it was started by a test in such a process, and has inherited the variable.
    DuringJob,
}

impl Started {
    pub(super) fn from_env() -> Started {
        let Some(file) = std::env::var_os(JOB) else { return Started::Normally };
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        match Order::read(&text, parent()) {
            Some(order) => Started::ForJob(order, JobFolder::of(Path::new(&file))),
            None => Started::DuringJob,
        }
    }
}

/// The number of the process that has started this one; `None`: the system doesn't say.
#[cfg_attr(unix, expect(clippy::unnecessary_wraps, reason = "not known on each system"))]
fn parent() -> Option<u32> {
    #[cfg(unix)]
    return Some(std::os::unix::process::parent_id());
    #[cfg(not(unix))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_by_the_process_that_it_is_for() {
        let (text, this) = (Job::Seeds(1000).order(true), process::id());
        let order = Some(Order { job: Job::Seeds(1000), is_virtual: true });
        assert_eq!(Order::read(&text, Some(this)), order);
        assert_eq!(Order::read(&text, None), order);
        assert_eq!(Order::read(&text, Some(this + 1)), None, "its parent is another process");
    }
}
