//! How does a `#[kettle::test]` find out how it must run?
//!
//! The attribute expands to a call of [`plan`], with the test's name and a closure that runs it.
//! The answer is a [`Plan`]:
//!
//! - In a process that was started for a job (`job.rs`), the call does the job, and ends the
//!   process.
//! - With `KETTLE_SEED` or `KETTLE_SCHEDULE`, the test runs once, under that schedule. (Another
//!   process first finds out whether its clock may be virtual, unless `KETTLE_CLOCK` says `real`.)
//! - With `KETTLE_SEEDS`, `KETTLE_EXPLORE` or `#[kettle::test(seeds = …)]`, the call searches
//!   (`search.rs`). If a schedule fails, the call panics with the report. Otherwise the test runs
//!   as usual.
//!
//! With `KETTLE_REPORT=FILE`, the result of a search is also appended to that file as a line of
//! JSON, for `cargo kettle test`.

use std::fs::OpenOptions;
use std::io::{self, Write};
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
use crate::file::json::write_object;
use crate::schedules::listed::Listed;
use crate::schedules::seeded::Seeded;
use crate::words::text::Out;

/// The variable that names the file for the results of searches.
const REPORT: &str = "KETTLE_REPORT";

/// A test, as its attribute describes it.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    /// Its path, with the crate's name.
    pub path: &'static str,
    /// How many seeds its source asks for.
    pub seeds: Option<u64>,
}

/// How a test must run.
pub enum Plan {
    /// The test runs as usual.
    Usual,
    /// The test runs once, with this setup. Afterwards [`Fit::check`] is called.
    Under(Setup, Fit),
}

/// Did the list of decisions fit the run?
pub struct Fit(Arc<Mutex<Option<String>>>);

impl Fit {
    /// # Panics
    ///
    /// If it didn't fit: the list was made from a different run.
    #[track_caller]
    pub fn check(self) {
        let mismatch = self.0.lock().take();
        if let Some(words) = mismatch {
            panic!("{words}");
        }
    }
}

/// Does what the environment asks for with this test, and says how the test must then run.
///
/// # Panics
///
/// If a schedule fails, with the report; or if the environment asks for something impossible.
#[track_caller]
pub fn plan(test: Test, body: Body) -> Plan {
    let name = test.path.split_once("::").map_or(test.path, |(_, name)| name);
    match Job::from_env() {
        Ordered::Job { job, is_virtual, folder } => {
            work(&job, is_virtual, folder, (name, Location::caller()), &body)
        }
        Ordered::Elsewhere => return Plan::Usual,
        Ordered::No => {}
    }
    drop(body);
    let (requested, wanted) = match (Requested::from_env(), Wanted::from_env(test.seeds)) {
        (Ok(requested), Ok(wanted)) => (requested, wanted),
        (Err(error), _) | (_, Err(error)) => panic!("{error}"),
    };
    if let Some(requested) = requested {
        return under(name, &requested);
    }
    let Some(wanted) = wanted else { return Plan::Usual };
    let found = match search(name, wanted) {
        Ok(found) => found,
        Err(error) => panic!("kettle can't try other schedules with this test: {error}"),
    };
    report(name, &found);
    if let Some(Report { text, .. }) = found.report {
        panic!("{text}");
    }
    say(&format!("kettle: {name}: {}", found.note));
    Plan::Usual
}

/// A run under the schedule that is requested.
#[track_caller]
fn under(name: &str, requested: &Requested) -> Plan {
    let mismatch = Arc::default();
    let schedule: Box<dyn kettle_runtime::Schedule> = match requested {
        Requested::Seed(seed) => Box::new(Seeded::new(*seed)),
        Requested::List(list) => Box::new(Listed::new(list, Arc::clone(&mismatch))),
    };
    let setup = || {
        let (behind, is_real) = (env::wanted()?, on_real_clock()?);
        let is_virtual = !is_real && may_be_virtual(name, requested).unwrap_or(false);
        let clock = if is_virtual { Clock::Virtual { threads: None } } else { Clock::Requested };
        Ok(Setup { schedule, sink: Judge::printing(clock, behind)?, is_virtual })
    };
    Plan::Under(setup().unwrap_or_else(|error: io::Error| panic!("{error}")), Fit(mismatch))
}

/// A line in the file for results.
#[derive(Serialize)]
struct Searched<'a> {
    test: &'a str,
    runs: u64,
    /// The failing seed; 0 if the first run fails.
    failed: Option<u64>,
    note: Option<&'a String>,
    say: Option<&'a String>,
    page: Option<String>,
    schedule: Option<&'a String>,
    clock: Option<&'a str>,
}

/// Appends the result of a search to the file for results, if there is one.
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
    write_object(&searched, &mut line);
    line.push("\n");
    let file = OpenOptions::new().append(true).create(true).open(path);
    let _ = file.and_then(|mut file| file.write_all(line.as_encoded_bytes()));
}
