//! Which schedule breaks this test, and which of its decisions matter?
//!
//! A schedule is written as the list of its *decisions*: the places where it differs from the usual
//! order.
//!
//! 1. One process (`program.rs`) runs the usual schedule ("first branch, first task"), and then the
//!    seeds or lists that are asked for, until a run fails.
//! 2. A new process makes the failing run alone. If it doesn't fail there, it depends on what
//!    earlier runs left, which is reported.
//! 3. The list of the run's decisions is shrunk (`shrink.rs`); a new process runs each shorter one.
//! 4. If few decisions are left, all shorter lists are tried (`explore.rs`), since a list from
//!    which no single decision can be left out may still not be the shortest.
//! 5. A last run writes the replay, and says in words what each decision does.
//!
//! Interface: [`search`] does this, and returns what it has [`Found`]; [`may_be_virtual`] finds out
//! whether a test may have a virtual clock.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::answer::{Ended, private_folder};
use super::failure::{Failure, FailureKind};
use super::job::Job;
use super::program::TestProgram;
use super::shrink::shrink;
use super::wanted::Wanted;
use super::worker::all_pass;
use crate::defaults::schedule::{CLOCK, FAULTS, REAL, Requested, SCHEDULE, SEED, on_real_clock};
use crate::schedules::decision::{Decision, list};

/// The schedule of a search's first run. (A run outside a search draws the branch.)
const USUAL: &str = "\"first branch, first task\"";

/// How many runs are made at most to shrink one list.
const MAX_SHRINK_RUNS: usize = 400;

/// If a shrunk list has at most [`FEW`] decisions, all shorter lists are tried, but not more than
/// [`MAX_SHORTER_LISTS`].
const FEW: usize = 4;
const MAX_SHORTER_LISTS: u64 = 5_000;

/// How many seeds are tried with a test whose first run fails.
const OTHER_SEEDS: u64 = 16;

/// How often a failing run that didn't fail alone is repeated.
const REPEATS: usize = 5;

/// Added to the result of a test that waits for sockets or other threads.
const ON_REAL_CLOCK: &str = " (on the real clock: a hang is noticed only if no other thread can \
    run, and no task waits for a socket)";

const DIFFER: &str = "two runs of one schedule differ";
/// Why they may.
const NOT_DECIDED: &str = "What no schedule decides (the order of a `HashMap`, \
    `std::time::Instant`, another thread) is in docs/schedules.md";

/// The result of a search. It is also a line in the file for results (`test.rs`).
#[derive(Debug, Default, Serialize)]
pub(super) struct Found {
    test: String,
    /// How many runs were made until one failed, or in all.
    runs: u64,
    /// The failing seed, if the test fails; 0 stands for a run without a seed.
    failed: Option<u64>,
    /// A line for a test that passes.
    pub(super) note: Option<String>,
    /// The report on a test that fails, and what it says in one line.
    #[serde(skip)]
    pub(super) report: Option<String>,
    #[serde(rename = "say")]
    headline: Option<String>,
    /// The file with the replay.
    page: Option<String>,
    /// The decisions that matter, as `KETTLE_SCHEDULE` takes them.
    schedule: Option<String>,
    /// `real`, if the failure was seen on the real clock.
    clock: Option<&'static str>,
}

impl Found {
    fn failure(headline: impl Into<String>, report: String) -> Found {
        Found { headline: Some(headline.into()), report: Some(report), ..Found::default() }
    }
}

/// Makes the search that is asked for. `Err`: the test can't be run by itself.
///
/// The runs have a virtual clock, unless `KETTLE_CLOCK` says otherwise. If the test waits for a
/// socket or another thread, or if its first run fails, all is done again on the real clock: the
/// virtual clock itself may have made that run fail.
pub(super) fn search(test: &str, wanted: Wanted) -> io::Result<Found> {
    if !on_real_clock()?
        && let Some(found) = search_with(test, wanted, true)?
    {
        return Ok(found);
    }
    Ok(search_with(test, wanted, false)?.unwrap_or_default())
}

/// May this test be run on a virtual clock, also under this schedule?
pub(super) fn may_be_virtual(test: &str, requested: &Requested) -> io::Result<bool> {
    let program = TestProgram::new(test, true);
    let usual = program.run_once(Requested::List(Vec::new()))?;
    if usual.failure.is_some() {
        return Ok(false);
    }
    let ended = program.run_once(requested.clone())?;
    Ok(ended.failure.is_none_or(|failure| failure.kind != FailureKind::Outside))
}

/// Searches on a virtual clock, or on the real one. `None`: the test needs the real one.
fn search_with(test: &str, wanted: Wanted, is_virtual: bool) -> io::Result<Option<Found>> {
    let program = TestProgram::new(test, is_virtual);
    let mut reported = program.do_job(&match wanted {
        Wanted::Seeds(seeds) => Job::Seeds(seeds),
        Wanted::Explore { most, limit } => Job::Explore { most, limit, like: None },
    })?;
    // The first run has the number 0, and the usual schedule.
    let is_first = reported.last_run == 0;
    let runs = reported.runs_of_done_job.unwrap_or(reported.last_run + 1);
    let test_name = test.to_owned();
    let Some(failed) = reported.ended else {
        let mut note = reported.sentences.pop().unwrap_or_else(|| all_have_passed(wanted, runs));
        if !is_virtual {
            note.push_str(ON_REAL_CLOCK);
        }
        return Ok(Some(Found { test: test_name, runs, note: Some(note), ..Found::default() }));
    };
    let needs_real = |failure: &Failure| is_first || failure.kind == FailureKind::Outside;
    if is_virtual && failed.failure.as_ref().is_some_and(needs_real) {
        return Ok(None);
    }
    let is_seeded = matches!(wanted, Wanted::Seeds(_)) && !is_first;
    let seed = is_seeded.then_some(reported.last_run); // a seed is its run's number
    let found = match failed.failure.clone() {
        None => mismatch(&failed),
        Some(failure) if is_first => fails_first(&program, &failure),
        Some(failure) => {
            let case = Case { test, program: &program, is_virtual, seed, runs, failure };
            let found = case.report(&failed).unwrap_or_else(|error| case.after_error(&error));
            Found { clock: (!is_virtual).then_some(REAL), ..found }
        }
    };
    Ok(Some(Found { test: test_name, runs, failed: Some(seed.unwrap_or_default()), ..found }))
}

/// The line for a test that passes. (An exploration that stopped at its limit says so itself.)
fn all_have_passed(wanted: Wanted, runs: u64) -> String {
    match wanted {
        Wanted::Seeds(seeds) => format!("{USUAL} and {seeds} seeds pass"),
        Wanted::Explore { most, .. } => all_pass(runs, most),
    }
}

/// The report on a test whose first run fails. Some seeds are tried, to see whether it passes under
/// another schedule.
fn fails_first(program: &TestProgram, failure: &Failure) -> Found {
    // Each run that ends its process takes long.
    let tried = if failure.kind.ends_process() { 0 } else { OTHER_SEEDS };
    let passes = |seed: &u64| {
        let ended = program.run_once(Requested::Seed(*seed));
        ended.is_ok_and(|ended| ended.failure.is_none())
    };
    let (headline, how_it_passes) = match (1..=tried).find(passes) {
        Some(seed) => (
            format!("it fails with {USUAL}, but not under every schedule"),
            format!("\nto see it pass:                   {SEED}={seed}\n"),
        ),
        None if tried > 0 => {
            (format!("it fails with {USUAL} and with {tried} seeds"), String::new())
        }
        None => (format!("it fails with {USUAL}"), String::new()),
    };
    let report = format!("{headline}\n{}{how_it_passes}", indented(&failure.text));
    Found::failure(headline, report)
}

/// The report on a run that did not follow its list, or whose repetition was different.
fn mismatch(ended: &Ended) -> Found {
    let words = ended.mismatch.as_deref().unwrap_or_default();
    Found::failure(DIFFER, format!("{DIFFER}\n{}\n{NOT_DECIDED}", indented(words)))
}

/// A run that failed, after the first one passed.
struct Case<'a> {
    test: &'a str,
    program: &'a TestProgram,
    is_virtual: bool,
    /// The seed of the run, if seeds were tried.
    seed: Option<u64>,
    /// How many runs were made until it failed.
    runs: u64,
    failure: Failure,
}

impl Case<'_> {
    fn report(&self, failed: &Ended) -> io::Result<Found> {
        let has_decisions = !self.failure.kind.ends_process();
        if self.seed.is_none() && !has_decisions {
            return Ok(self.without_decisions());
        }
        let alone = self.run_alone(failed)?;
        if !self.is_failure_of(&alone) {
            return self.unconfirmed(&alone);
        }
        if !has_decisions {
            return Ok(self.without_decisions());
        }
        let decisions = alone.decisions;
        // A run without decisions has the usual schedule, with which the first run has passed.
        if decisions.is_empty() || self.failing_part(&decisions)?.is_none() {
            return self.not_repeated(&decisions);
        }
        let count_before = decisions.len();
        let shrunk = self.shortest(decisions)?;
        // The usual schedule passed in the first run, and has failed now.
        if shrunk.is_empty() {
            return self.not_repeated(&shrunk);
        }
        self.explain(&shrunk, count_before)
    }

    /// Has this run failed in the same way?
    fn is_failure_of(&self, ended: &Ended) -> bool {
        ended.failure.as_ref().is_some_and(|failure| failure.is_like(&self.failure))
    }

    /// The report, if an error ends the search.
    fn after_error(&self, error: &io::Error) -> Found {
        let headline = format!("its decisions could not be looked for: {error}");
        let found = self.without_list(&headline, "");
        Found { report: found.report.map(|report| self.with_seed(report)), ..found }
    }

    /// The report on a run whose process ended too early to report its decisions.
    fn without_decisions(&self) -> Found {
        self.without_list("what its decisions were is not known: the run did not end", "")
    }

    /// The report without a list: the failure, a headline, and more text.
    fn without_list(&self, headline: &str, more: &str) -> Found {
        let failure = indented(&self.failure.text);
        Found::failure(headline, format!("{}{failure}\n{headline}{more}", self.opening()))
    }

    /// Adds the line that repeats the run by its seed, if it has one.
    fn with_seed(&self, text: String) -> String {
        let Some(seed) = self.seed else { return text };
        format!("{text}\nagain, as it was found:           {}{SEED}={seed}\n", self.variables())
    }

    /// The variables that give a run outside of the search the same clock and faults, each with a
    /// space behind it.
    fn variables(&self) -> String {
        let clock = (!self.is_virtual).then(|| format!("{CLOCK}={REAL} "));
        let faults = std::env::var(FAULTS).ok().filter(|faults| !faults.is_empty());
        let faults = faults.map(|faults| format!("{FAULTS}={faults} "));
        clock.into_iter().chain(faults).collect()
    }

    /// Makes the failing run in a process of its own.
    fn run_alone(&self, failed: &Ended) -> io::Result<Ended> {
        self.program.run_once(match self.seed {
            Some(seed) => Requested::Seed(seed),
            None => Requested::List(failed.decisions.clone()),
        })
    }

    /// Runs a list. If that fails in the same way: the part of the list that the run has followed.
    fn failing_part(&self, decisions: &[Decision]) -> io::Result<Option<Vec<Decision>>> {
        let ended = self.program.run_once(Requested::List(decisions.to_vec()))?;
        Ok(self.is_failure_of(&ended).then_some(ended.decisions))
    }

    /// The shortest list that fails in the same way, as far as it can be found.
    fn shortest(&self, failing: Vec<Decision>) -> io::Result<Vec<Decision>> {
        let mut result = Ok(());
        let shrunk = shrink(failing, MAX_SHRINK_RUNS, |decisions| {
            self.failing_part(decisions).unwrap_or_else(|error| {
                result = Err(error);
                None
            })
        });
        result?;
        if shrunk.len() < 2 || shrunk.len() > FEW {
            return Ok(shrunk);
        }
        let (most, like) = (shrunk.len() - 1, Some(self.failure.clone()));
        let reported =
            self.program.do_job(&Job::Explore { most, limit: MAX_SHORTER_LISTS, like })?;
        match reported.ended {
            Some(shorter) if self.failing_part(&shorter.decisions)?.is_some() => {
                Ok(shorter.decisions)
            }
            _ => Ok(shrunk),
        }
    }

    /// The report with a list: what each decision does, the replay, and how to repeat the run.
    fn explain(&self, shrunk: &[Decision], count_before: usize) -> io::Result<Found> {
        let page = page_for(self.test)?;
        let job = Job::Explain { decisions: shrunk.to_vec(), page: page.clone() };
        let reported = self.program.do_job(&job)?;
        let ended = reported.ended.unwrap_or_default();
        let Some(failure) = ended.failure.as_ref().filter(|_| self.is_failure_of(&ended)) else {
            return self.not_repeated(shrunk);
        };
        let matter = if shrunk.len() == 1 { "matters" } else { "matter" };
        let headline = format!("{} of {count_before} decisions {matter}", shrunk.len());
        let explanation = |(decision, sentence): (&Decision, &String)| {
            format!("    at choice {}: {sentence}", decision.choice)
        };
        let explained = shrunk.iter().zip(&reported.sentences).map(explanation);
        let explained: Vec<String> = explained.collect();
        let schedule = list(shrunk);
        let text = self.with_seed(format!(
            "{}{}\n{headline}:\n{}\n\
             the page of this schedule:        {}\n\
             again, with nothing else:         {}{SCHEDULE}='{schedule}'",
            self.opening(),
            indented(&failure.text),
            explained.join("\n"),
            page.display(),
            self.variables(),
        ));
        let headline = match &reported.sentences[..] {
            [only] => format!("{headline}: {only}"),
            _ => headline,
        };
        let (page, schedule) = (Some(page.display().to_string()), Some(schedule));
        Ok(Found { page, schedule, ..Found::failure(headline, text) })
    }

    fn opening(&self) -> String {
        match self.seed {
            Some(1) => format!("seed 1 fails; {USUAL} passes\n"),
            Some(seed) => format!("seed {seed} fails; the seeds before it pass\n"),
            None => format!("schedule {} fails; those before it pass\n", self.runs),
        }
    }

    /// The report on a run that ended differently alone. It is repeated, to see whether it does so
    /// each time.
    fn unconfirmed(&self, alone: &Ended) -> io::Result<Found> {
        for _ in 0..REPEATS {
            if self.is_failure_of(&self.run_alone(alone)?) {
                return self.not_repeated(&alone.decisions);
            }
        }
        let how = match &alone.failure {
            None => "passes".to_owned(),
            Some(failure) => format!("fails in another way:\n{}", indented(&failure.text)),
        };
        let more = format!(
            ": in a process of its own the same run {how}\nA static, a file or another process may \
             have kept something."
        );
        Ok(self.without_list("it depends on what earlier runs left", &more))
    }

    /// The report, if a run of this list should end as another one did, and doesn't: one fails, and
    /// one passes or fails in another way. The list is then run several times, to see in which
    /// event two runs differ.
    fn not_repeated(&self, decisions: &[Decision]) -> io::Result<Found> {
        let reported = self.program.do_job(&Job::Differ(decisions.to_vec()))?;
        let difference = match &reported.sentences[..] {
            [one, other] => {
                format!(", first in this event:\n    one:    {one}\n    other:  {other}")
            }
            _ => ": the same decisions came out otherwise the second time".to_owned(),
        };
        let more = format!("{difference}\n{NOT_DECIDED}");
        Ok(self.without_list(DIFFER, &more))
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// The file for the replay: `target/debug/schedules/program-1f2e/a__b.html`, with the program's
/// name because two programs may have tests of the same name. If the program isn't in cargo's
/// `target`, the file is in a new folder for temporary files.
fn page_for(test: &str) -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let deps = program.parent().filter(|folder| folder.ends_with("deps"));
    let folder = match deps.and_then(Path::parent) {
        Some(profile) => {
            let folder = profile.join("schedules").join(program.file_stem().unwrap_or_default());
            std::fs::create_dir_all(&folder)?;
            folder
        }
        None => private_folder()?,
    };
    Ok(folder.join(format!("{}.html", test.replace("::", "__"))))
}
