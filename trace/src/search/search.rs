//! Which schedule breaks this test, and which of its decisions matter?
//!
//! A schedule is written as the list of its *decisions*: the places where it differs from the usual
//! order.
//!
//! 1. One process ([`Child`]) runs the usual schedule ("first branch, first task"), and then the
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

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::answer::{Ended, private_folder};
use super::child::Child;
use super::job::{Job, all_pass};
use super::run::{Failure, Kind};
use super::shrink::shrink;
use super::wanted::Wanted;
use crate::defaults::schedule::{CLOCK, FAULTS, REAL, Requested, SCHEDULE, SEED, on_real_clock};
use crate::schedules::decision::{Decision, list};

/// How many runs are made at most to shrink one list.
const SHRINK_RUNS: usize = 400;
/// With at most [`FEW`] decisions left, all shorter lists are tried, at most [`ALL_SHORTER`] of
/// them.
const FEW: usize = 4;
const ALL_SHORTER: u64 = 5_000;

/// Added to the result of a test that waits for sockets or other threads.
const ON_REAL: &str = " (on the real clock: a hang is noticed only if no other thread can run, and \
    no task waits for a socket)";

/// Why two runs of one schedule may differ.
const WHY: &str = "What no schedule decides (the order of a `HashMap`, `std::time::Instant`, \
    another thread) is in docs/schedules.md";

/// The schedule of a search's first run. (A run outside a search draws the branch.)
pub(super) const FIRST: &str = "\"first branch, first task\"";

/// How many seeds are tried with a test whose first run fails.
const OTHER_SEEDS: u64 = 16;

/// How often a failing run that didn't fail alone is repeated.
const REPEATS: usize = 5;

/// The result of a search.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// How many runs were made until one failed, or in all.
    pub(super) runs: u64,
    /// The failing seed, if seeds were tried.
    pub(super) seed: Option<u64>,
    /// The report, if the test fails.
    pub(super) report: Option<Report>,
    /// A line for a test that passes.
    pub(super) note: String,
}

/// The report on a test that fails.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) headline: String,
    pub(super) text: String,
    /// The file with the replay.
    pub(super) page: Option<PathBuf>,
    /// The decisions that matter, as `KETTLE_SCHEDULE` takes them.
    pub(super) schedule: Option<String>,
    /// Were the runs made on the real clock? Then the failure is seen only on that.
    pub(super) is_real: bool,
}

/// Makes the search that is asked for. `Err`: the test can't be run by itself.
///
/// The runs have a virtual clock, unless `KETTLE_CLOCK` says otherwise. If the test waits for a
/// socket or another thread, or if its first run fails, all is done again on the real clock: the
/// virtual clock itself may have made that run fail.
pub(super) fn search(test: &str, wanted: Wanted) -> io::Result<Found> {
    let on_virtual = || search_with(test, wanted, true);
    match if on_real_clock()? { None } else { on_virtual()? } {
        Some(found) => Ok(found),
        None => Ok(search_with(test, wanted, false)?.unwrap_or_default()),
    }
}

/// May this test be run on a virtual clock, also under this schedule?
pub(super) fn may_be_virtual(test: &str, requested: &Requested) -> io::Result<bool> {
    let child = Child::of(test, true);
    let usual = child.one(&Job::List(Vec::new()))?;
    if usual.failure.is_some() {
        return Ok(false);
    }
    let ended = child.one(&match requested {
        Requested::Seed(seed) => Job::Seeds { from: *seed, to: *seed },
        Requested::List(list) => Job::List(list.clone()),
    })?;
    Ok(ended.failure.is_none_or(|failure| failure.kind != Kind::Outside))
}

/// Searches on a virtual clock, or on the real one. `None`: the test needs the real one.
fn search_with(test: &str, wanted: Wanted, is_virtual: bool) -> io::Result<Option<Found>> {
    let child = Child::of(test, is_virtual);
    let searched = match wanted {
        Wanted::Seeds(seeds) => Job::Seeds { from: 0, to: seeds },
        Wanted::Explore { most, limit } => Job::Explore { most, limit, like: None },
    };
    let mut reported = child.work(&searched)?;
    let begun = reported.begun;
    let seeds = matches!(wanted, Wanted::Seeds(_));
    let runs = reported.done.unwrap_or(begun + 1);
    let Some(failed) = &reported.ended else {
        let note = match (reported.sentences.pop(), wanted) {
            (Some(sentence), _) => sentence,
            (None, Wanted::Seeds(seeds)) => format!("{FIRST} and {seeds} seeds pass"),
            (None, Wanted::Explore { most, .. }) => all_pass(runs, most),
        };
        let note = if is_virtual { note } else { note + ON_REAL };
        return Ok(Some(Found { runs, seed: None, report: None, note }));
    };
    let outside = failed.failure.as_ref().is_some_and(|failure| failure.kind == Kind::Outside);
    if is_virtual && (outside || begun == 0 && failed.failure.is_some()) {
        return Ok(None);
    }
    let seed = seeds.then_some(begun).filter(|seed| *seed > 0);
    let report = match (begun, failed.failure.clone()) {
        (0, Some(failure)) => fails_first(&child, &failure),
        (_, None) => mismatch(failed),
        (_, Some(failure)) => {
            let case = Case { test, child: &child, is_virtual, seed, runs, failure };
            let report = case.report(failed).unwrap_or_else(|error| case.after_error(&error));
            Report { is_real: !is_virtual, ..report }
        }
    };
    Ok(Some(Found { runs, seed, report: Some(report), note: String::new() }))
}

/// Writes to standard error directly, because libtest hides the `eprintln!`s of a test that passes.
pub(super) fn say(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// The report on a test whose first run fails. Some seeds are tried, to see whether it passes under
/// another schedule.
fn fails_first(child: &Child, failure: &Failure) -> Report {
    let tried = if matches!(failure.kind, Kind::Stuck | Kind::Died) { 0 } else { OTHER_SEEDS };
    let run = |seed: u64| child.one(&Job::Seeds { from: seed, to: seed });
    let passes = |seed: &u64| run(*seed).is_ok_and(|ended| ended.failure.is_none());
    let (headline, again) = match (1..=tried).find(passes) {
        Some(seed) => {
            let headline = format!("it fails with {FIRST}, but not under every schedule");
            (headline, format!("\nto see it pass:                   {SEED}={seed}\n"))
        }
        None if tried > 0 => {
            (format!("it fails with {FIRST} and with {tried} seeds"), String::new())
        }
        None => (format!("it fails with {FIRST}"), String::new()),
    };
    let text = format!("{headline}\n{}{again}", indented(&failure.text));
    Report { headline, text, ..Report::default() }
}

/// The report on a run that did not follow its list, or whose repetition was different.
fn mismatch(ended: &Ended) -> Report {
    let headline = "two runs of one schedule differ".to_owned();
    let words = ended.mismatch.as_deref().unwrap_or_default();
    let text = format!("{headline}\n{}\n{WHY}", indented(words));
    Report { headline, text, ..Report::default() }
}

/// A run that failed, after the first one passed.
struct Case<'a> {
    test: &'a str,
    child: &'a Child,
    is_virtual: bool,
    seed: Option<u64>,
    runs: u64,
    failure: Failure,
}

impl Case<'_> {
    fn report(&self, failed: &Ended) -> io::Result<Report> {
        // A process that died or was ended has not written its decisions.
        let has_ended = !matches!(self.failure.kind, Kind::Stuck | Kind::Died);
        if self.seed.is_none() && !has_ended {
            return Ok(self.without_a_list());
        }
        let again = self.alone(failed)?;
        if !again.failure.as_ref().is_some_and(|again| again.is_like(&self.failure)) {
            return self.unconfirmed(&again);
        }
        if !has_ended {
            return Ok(self.without_a_list());
        }
        if again.decisions.is_empty() {
            return self.not_repeated(&[]); // as in the first run, which has passed
        }
        let all = again.decisions.len();
        if self.fails(&again.decisions)?.is_none() {
            return self.not_repeated(&again.decisions);
        }
        let shrunk = self.shortest(again.decisions)?;
        if shrunk.is_empty() {
            return self.not_repeated(&[]);
        }
        self.explain(&shrunk, all)
    }

    /// The report, if an error ends the search.
    fn after_error(&self, error: &io::Error) -> Report {
        let headline = format!("its decisions could not be looked for: {error}");
        let Report { headline, text, .. } = self.without_schedule(headline, "");
        Report { headline, text: self.with_seed(text), ..Report::default() }
    }

    /// The report without a list: the failure, a headline, and more text.
    fn without_schedule(&self, headline: impl Into<String>, more: &str) -> Report {
        let (headline, failure) = (headline.into(), indented(&self.failure.text));
        let text = format!("{}{failure}\n{headline}{more}", self.opening());
        Report { headline, text, ..Report::default() }
    }

    fn without_a_list(&self) -> Report {
        self.without_schedule("what its decisions were is not known: the run did not end", "")
    }

    fn with_seed(&self, text: String) -> String {
        let Some(seed) = self.seed else { return text };
        format!("{text}\nagain, as it was found:           {}{SEED}={seed}\n", self.clock())
    }

    /// The variables that give a run outside of the search the same clock and faults.
    fn clock(&self) -> String {
        let faults = std::env::var(FAULTS).ok().filter(|faults| !faults.is_empty());
        let faults = faults.map(|faults| format!("{FAULTS}={faults} "));
        let clock = if self.is_virtual { String::new() } else { format!("{CLOCK}={REAL} ") };
        clock + &faults.unwrap_or_default()
    }

    /// Makes the failing run in a process of its own.
    fn alone(&self, failed: &Ended) -> io::Result<Ended> {
        match self.seed {
            Some(seed) => self.child.one(&Job::Seeds { from: seed, to: seed }),
            None => self.child.one(&Job::List(failed.decisions.clone())),
        }
    }

    /// Runs a list. If that fails in the same way: the part of the list that the run has followed.
    fn fails(&self, decisions: &[Decision]) -> io::Result<Option<Vec<Decision>>> {
        let ended = self.child.one(&Job::List(decisions.to_vec()))?;
        let like = ended.failure.as_ref().is_some_and(|failure| failure.is_like(&self.failure));
        Ok(like.then_some(ended.decisions))
    }

    /// The shortest list that fails in the same way, as far as it can be found.
    fn shortest(&self, failing: Vec<Decision>) -> io::Result<Vec<Decision>> {
        let mut failed = None;
        let shrunk = shrink(failing, SHRINK_RUNS, |decisions| {
            self.fails(decisions).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        if shrunk.len() < 2 || shrunk.len() > FEW {
            return Ok(shrunk);
        }
        let (most, like) = (shrunk.len() - 1, Some(self.failure.clone()));
        let reported = self.child.work(&Job::Explore { most, limit: ALL_SHORTER, like })?;
        match reported.ended {
            Some(shorter) if self.fails(&shorter.decisions)?.is_some() => Ok(shorter.decisions),
            _ => Ok(shrunk),
        }
    }

    /// The report with a list: what each decision does, the replay, and how to repeat the run.
    fn explain(&self, shrunk: &[Decision], all: usize) -> io::Result<Report> {
        let page = page_for(self.test)?;
        let reported =
            self.child.work(&Job::Explain { decisions: shrunk.to_vec(), page: page.clone() })?;
        let failure = reported.ended.and_then(|ended| ended.failure);
        let Some(Failure { text, .. }) = failure.filter(|failure| failure.is_like(&self.failure))
        else {
            return self.not_repeated(shrunk);
        };
        let matter = if shrunk.len() == 1 { "matters" } else { "matter" };
        let headline = format!("{} of {all} decisions {matter}", shrunk.len());
        let mark = |(decision, sentence): (&Decision, &String)| {
            format!("    at choice {}: {sentence}", decision.choice)
        };
        let marks = shrunk.iter().zip(&reported.sentences).map(mark).collect::<Vec<_>>().join("\n");
        let (schedule, clock) = (list(shrunk), self.clock());
        let report = self.with_seed(format!(
            "{}{}\n{headline}:\n{marks}\n\
             the page of this schedule:        {}\n\
             again, with nothing else:         {clock}{SCHEDULE}='{schedule}'",
            self.opening(),
            indented(&text),
            page.display()
        ));
        let headline = match &reported.sentences[..] {
            [only] => format!("{headline}: {only}"),
            _ => headline,
        };
        let (page, schedule) = (Some(page), Some(schedule));
        Ok(Report { headline, text: report, page, schedule, is_real: false })
    }

    fn opening(&self) -> String {
        match self.seed {
            Some(1) => format!("seed 1 fails; {FIRST} passes\n"),
            Some(seed) => format!("seed {seed} fails; the seeds before it pass\n"),
            None => format!("schedule {} fails; those before it pass\n", self.runs),
        }
    }

    /// The report on a run that ended differently alone. It is repeated, to see whether it does so
    /// each time.
    fn unconfirmed(&self, again: &Ended) -> io::Result<Report> {
        for _ in 0..REPEATS {
            let once_more = self.alone(again)?;
            if once_more.failure.is_some_and(|failure| failure.is_like(&self.failure)) {
                return self.not_repeated(&again.decisions);
            }
        }
        let alone = match &again.failure {
            None => "passes".to_owned(),
            Some(failure) => format!("fails in another way:\n{}", indented(&failure.text)),
        };
        let more = format!(
            ": in a process of its own the same run {alone}\nA static, a file or another process \
             may have kept something."
        );
        Ok(self.without_schedule("it depends on what earlier runs left", &more))
    }

    /// The report, if the run fails and the list of its decisions doesn't.
    fn not_repeated(&self, decisions: &[Decision]) -> io::Result<Report> {
        let mismatch = match &self.child.work(&Job::Differ(decisions.to_vec()))?.sentences[..] {
            [one, other] => {
                format!(", first in this event:\n    one:    {one}\n    other:  {other}")
            }
            _ => ": the same decisions came out otherwise the second time".to_owned(),
        };
        Ok(self.without_schedule("two runs of one schedule differ", &format!("{mismatch}\n{WHY}")))
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
