//! How does a `#[kettle::test]` find out how it must run?
//!
//! The attribute expands to a call of [`plan`], with the test's name and a closure that runs it. It
//! gives a [`Setup`] if the test must then run otherwise than usual.
//!
//! - In a process that a search has started (`job.rs`), the call does the job that the search asks
//!   for, and ends the process. (In a process that the job starts, the test runs as usual.)
//! - With `KETTLE_SEED` or `KETTLE_SCHEDULE`, the test runs once, under that schedule. (Another
//!   process first finds out whether its clock may be virtual, unless `KETTLE_CLOCK` says `real`.)
//! - With `KETTLE_SEEDS`, `KETTLE_EXPLORE` or `#[kettle::test(seeds = …)]`, the call searches
//!   (`search.rs`). If a schedule fails, the call panics with the report. Otherwise it returns.
//!
//! With `KETTLE_REPORT=FILE`, a search also appends its result to that file, as JSON.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::panic::Location;
use std::sync::Arc;

use parking_lot::Mutex;

use super::job::Started;
use super::judge::{Clock, Judge};
use super::run::{Body, Setup};
use super::search::{Found, may_be_virtual, search};
use super::wanted::Wanted;
use super::worker::work;
use crate::defaults::env;
use crate::defaults::schedule::{Requested, on_real_clock};
use crate::file::json::write_object;
use crate::words::stderr::print_message;
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

/// Did the list of decisions (`schedules/mod.rs`) fit the run? A seed always does.
pub struct Fit {
    mismatch: Arc<Mutex<Option<String>>>,
}

impl Fit {
    /// # Panics
    ///
    /// If it didn't fit: the list was made from a different run.
    #[track_caller]
    pub fn check(self) {
        let mismatch = self.mismatch.lock().take();
        if let Some(words) = mismatch {
            panic!("{words}");
        }
    }
}

/// Does what the environment asks for with this test. Then the test must run once: with the setup,
/// after which [`Fit::check`] is called; or else as usual.
///
/// # Panics
///
/// If a schedule fails, with the report; or if the environment asks for something impossible.
#[track_caller]
pub fn plan(test: Test, body: Body) -> Option<(Setup, Fit)> {
    let name = test.path.split_once("::").map_or(test.path, |(_, name)| name);
    match Started::from_env() {
        // `work` ends the process.
        Started::ForJob(order, folder) => work(&order, folder, name, Location::caller(), &body),
        Started::DuringJob => return None,
        Started::Normally => {}
    }
    drop(body); // from here on, only other processes run it
    let (requested, wanted) = match (Requested::from_env(), Wanted::from_env(test.seeds)) {
        (Ok(requested), Ok(wanted)) => (requested, wanted),
        (Err(error), _) | (_, Err(error)) => panic!("{error}"),
    };
    if let Some(requested) = requested {
        return Some(under_requested(name, &requested));
    }
    let wanted = wanted?; // if no search is wanted, the test runs as usual
    let found = match search(name, wanted) {
        Ok(found) => found,
        Err(error) => panic!("kettle can't try other schedules with this test: {error}"),
    };
    append_to_results(&found);
    if let Some(report) = found.report {
        panic!("{report}");
    }
    print_message(format_args!("{name}: {}", found.note.unwrap_or_default()));
    None
}

/// A run under the schedule that is requested, with a [`Judge`] as its sink, which ends it if it
/// hangs. The judge passes all records on to the sink that `KETTLE_TRACE` asks for, if any.
#[track_caller]
fn under_requested(name: &str, requested: &Requested) -> (Setup, Fit) {
    let mismatch = Arc::default();
    let schedule = requested.schedule(Arc::clone(&mismatch));
    let setup = || {
        let (trace_sink, is_real) = (env::wanted()?, on_real_clock()?);
        let is_virtual = !is_real && may_be_virtual(name, requested).unwrap_or(false);
        // A run on a virtual clock mustn't wait for other threads. Here the judge can't find them
        // by their number, because other tests may run in this process.
        let clock =
            if is_virtual { Clock::Virtual { usual_threads: None } } else { Clock::Requested };
        Ok(Setup { schedule, sink: Judge::printing(clock, trace_sink)?, is_virtual })
    };
    (setup().unwrap_or_else(|error: io::Error| panic!("{error}")), Fit { mismatch })
}

/// Appends the result of a search to the file for results, if there is one.
fn append_to_results(found: &Found) {
    let Some(path) = std::env::var_os(REPORT) else { return };
    let mut line = Out::new();
    write_object(found, &mut line);
    line.push("\n");
    let file = OpenOptions::new().append(true).create(true).open(path);
    let _ = file.and_then(|mut file| file.write_all(line.as_encoded_bytes()));
}
