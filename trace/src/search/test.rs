//! What does a test's attribute do with all this?
//!
//! `#[kettle::test]` expands to a call that hands over the test's name and a closure that makes its
//! future. Before the test runs it asks here for its [`Course`]:
//!
//! - In a process that was started for a job, the job is done, and the process ends. (A test that
//!   such a process starts in turn runs as usual.)
//! - With `KETTLE_SEED` or `KETTLE_SCHEDULE`, the test runs once, under that schedule, on its own
//!   thread. (Another process finds out before whether its clock may be virtual. What a search has
//!   found on the real one, it gives out with `KETTLE_CLOCK=real`.)
//! - With `KETTLE_SEEDS`, `KETTLE_EXPLORE` or `#[kettle::test(seeds = …)]` the schedules are tried
//!   in processes of their own. If one fails, the test fails with what was found. Otherwise it then
//!   runs as usual.
//!
//! `KETTLE_REPORT=FILE` appends what came of a search to that file, as a line of JSON: for `cargo
//! kettle test`.
//!
//! Interface: [`course`], [`Course`], [`Test`].

use std::fs::OpenOptions;
use std::io::Write;
use std::panic::Location;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;

use super::job::{Job, Ordered, work};
use super::judge::{Clock, Judge};
use super::run::{Body, Setup};
use super::search::{Found, Report, may_be_virtual, say, search};
use super::wanted::Wanted;
use crate::defaults::env;
use crate::defaults::schedule::{REAL, Requested, on_real_clock};
use crate::file::json::object;
use crate::schedules::listed::Listed;
use crate::schedules::seeded::Seeded;
use crate::words::text::Out;

/// The variable with the file for reports.
const REPORT: &str = "KETTLE_REPORT";

/// A test, as its attribute knows it.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    /// Its path, with the crate's name.
    pub path: &'static str,
    /// How many seeds its source asks for.
    pub seeds: Option<u64>,
}

/// How a test goes on.
pub enum Course {
    /// The test runs as usual.
    Usual,
    /// Once, under this schedule; after that it is asked whether the schedule fitted.
    Under(Setup, Fit),
}

/// Did a list of decisions fit the run?
pub struct Fit(Arc<Mutex<Option<String>>>);

impl Fit {
    /// # Panics
    ///
    /// If it did not: the run was another one.
    #[track_caller]
    pub fn check(self) {
        let mismatch = self.0.lock().take();
        if let Some(words) = mismatch {
            panic!("{words}");
        }
    }
}

/// Tries the schedules that are wanted with this test, and says how it goes on.
///
/// # Panics
///
/// If one of them fails; the words tell all that was found. And if the environment asks for what
/// can't be.
#[track_caller]
pub fn course(test: Test, body: Body) -> Course {
    let name = test.path.split_once("::").map_or(test.path, |(_, name)| name);
    match Job::from_env() {
        Ordered::Job(job, is_virtual, desk) => {
            work(&job, is_virtual, desk, (name, Location::caller()), &body)
        }
        Ordered::Elsewhere => return Course::Usual,
        Ordered::No => {}
    }
    drop(body);
    let (asked, wanted) = match (Requested::from_env(), Wanted::now(test.seeds)) {
        (Ok(asked), Ok(wanted)) => (asked, wanted),
        (Err(error), _) | (_, Err(error)) => panic!("{error}"),
    };
    if let Some(asked) = asked {
        return under(name, &asked);
    }
    let Some(wanted) = wanted else { return Course::Usual };
    let found = match search(name, wanted) {
        Ok(found) => found,
        Err(error) => panic!("kettle can't try other schedules with this test: {error}"),
    };
    report(name, &found);
    if let Some(Report { text, .. }) = found.report {
        panic!("{text}");
    }
    say(&format!("kettle: {name}: {}", found.note));
    Course::Usual
}

#[track_caller]
fn under(name: &str, requested: &Requested) -> Course {
    let mismatch = Arc::default();
    let schedule: Box<dyn kettle_runtime::Schedule> = match requested {
        Requested::Seed(seed) => Box::new(Seeded::new(*seed)),
        Requested::List(list) => Box::new(Listed::new(list, Arc::clone(&mismatch))),
    };
    let behind = env::wanted().unwrap_or_else(|error| panic!("{error}"));
    let is_real = on_real_clock().unwrap_or_else(|error| panic!("{error}"));
    let is_virtual = !is_real && may_be_virtual(name, requested).unwrap_or(false);
    let clock = if is_virtual { Clock::Virtual { threads: None } } else { Clock::Requested };
    let sink = Judge::printing(clock, behind).unwrap_or_else(|error| panic!("{error}"));
    Course::Under(Setup { schedule, sink, is_virtual }, Fit(mismatch))
}

/// A line in the file of reports.
#[derive(Serialize)]
struct Searched<'a> {
    test: &'a str,
    runs: u64,
    /// The seed; 0 if its first run fails.
    failed: Option<u64>,
    note: Option<&'a String>,
    say: Option<&'a String>,
    page: Option<String>,
    schedule: Option<&'a String>,
    clock: Option<&'a str>,
}

/// Appends a line to the file of reports, if there is to be one.
fn report(name: &str, found: &Found) {
    let Some(path) = std::env::var_os(REPORT) else { return };
    let (mut line, report) = (Out::new(), found.report.as_ref());
    let searched = Searched {
        test: name,
        runs: found.runs,
        failed: report.map(|_| found.seed.unwrap_or_default()),
        note: report.is_none().then_some(&found.note),
        say: report.map(|report| &report.headline),
        page: report.and_then(|report| Some(report.page.as_ref()?.display().to_string())),
        schedule: report.and_then(|report| report.schedule.as_ref()),
        clock: report.and_then(|report| report.is_real.then_some(REAL)),
    };
    object(&searched, &mut line);
    line.push("\n");
    let file = OpenOptions::new().append(true).create(true).open(path);
    let _ = file.and_then(|mut file| file.write_all(line.as_encoded_bytes()));
}
