//! Which schedule breaks this test, and what is the least that does?
//!
//! ```text
//! first branch, first task: passes ─▶ seed 1, 2, … fails ─▶ fails again alone ─▶ shrunk ─▶ told
//! ```
//!
//! Each arrow is a process of its own ([`Child`]), so that no run is affected by earlier ones. If a
//! run fails only after others, the report says so. The list of the seed's decisions is what gets
//! shrunk, and each shorter list is again a process. Once few are left, all shorter lists are tried
//! (`explore.rs`), since a list from which no single decision can be left out may still not be the
//! shortest.
//!
//! Interface: [`search`], [`may_be_virtual`].

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

/// How many runs are made at most to make one list shorter.
const SHRINKS: usize = 400;
/// With at most so many decisions left, shorter lists are looked for among all, and at most so many
/// are tried.
const FEW: usize = 4;
const ALL_SHORTER: u64 = 5_000;

/// Added if the test waits for sockets or other threads.
const ON_REAL: &str = " (on the real clock: a hang is noticed only if no other thread can run, and no task waits \
                    for a socket)";

/// Why two runs of one schedule may differ.
const WHY: &str = "What no schedule decides (the order of a `HashMap`, `std::time::Instant`, another thread) is in \
                   docs/schedules.md";

/// The schedule of a search's first run. (A run outside a search draws the branch.)
pub(super) const FIRST: &str = "\"first branch, first task\"";

/// How many seeds are tried with a test whose first run fails.
const OTHERS: u64 = 16;

/// How often a run is tried again that didn't fail when it was run alone.
const AGAIN: usize = 5;

/// The result of a search.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// How many runs were made until one failed, or in all.
    pub(super) runs: u64,
    /// The failing seed, if seeds were tried.
    pub(super) seed: Option<u64>,
    /// The report if the test fails; its first line says which decisions matter.
    pub(super) report: Option<Report>,
    /// A line for a test that passes.
    pub(super) note: String,
}

#[derive(Debug)]
pub(super) struct Report {
    pub(super) headline: String,
    pub(super) text: String,
    pub(super) page: Option<PathBuf>,
    /// The decisions that matter, as `KETTLE_SCHEDULE` takes them.
    pub(super) schedule: Option<String>,
    /// Were its runs made on the real clock? Then it fails on that.
    pub(super) is_real: bool,
}

impl Report {
    /// There is no list that breaks the test.
    fn without_schedule(headline: String, text: String) -> Report {
        Report { headline, text, page: None, schedule: None, is_real: false }
    }
}

/// Searches as is wanted. `Err`: the test can't be run by itself.
///
/// On a virtual clock, unless `KETTLE_CLOCK` says otherwise, or the test waits for a socket or
/// another thread. If its first run fails on that, it may do so without our seeing it.
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
        Requested::Seed(seed) => Job::Seeds(*seed, *seed),
        Requested::List(list) => Job::List(list.clone()),
    })?;
    Ok(ended.failure.is_none_or(|failure| failure.kind != Kind::Outside))
}

/// `None`: it needs the real clock.
fn search_with(test: &str, wanted: Wanted, is_virtual: bool) -> io::Result<Option<Found>> {
    let child = Child::of(test, is_virtual);
    let searched = match wanted {
        Wanted::Seeds(seeds) => Job::Seeds(0, seeds),
        Wanted::Explore(most, limit) => Job::Explore(most, limit, None),
    };
    let mut reported = child.work(&searched)?;
    let begun = reported.begun;
    let seeds = matches!(wanted, Wanted::Seeds(_));
    let runs = reported.done.unwrap_or(begun + 1);
    let Some(failed) = &reported.ended else {
        let note = match (reported.said.pop(), wanted) {
            (Some(said), _) => said,
            (None, Wanted::Seeds(seeds)) => format!("{FIRST} and {seeds} seeds pass"),
            (None, Wanted::Explore(most, _)) => all_pass(runs, most),
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
            let report = case.report(failed).unwrap_or_else(|error| case.broken(&error));
            Report { is_real: !is_virtual, ..report }
        }
    };
    Ok(Some(Found { runs, seed, report: Some(report), note: String::new() }))
}

/// On standard error itself: what goes there by `eprintln!` is not shown of a test that passes.
pub(super) fn say(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// The first run fails. Do others pass? Then a `select!` may decide, or an order.
fn fails_first(child: &Child, failure: &Failure) -> Report {
    let tried = if matches!(failure.kind, Kind::Stuck | Kind::Died) { 0 } else { OTHERS };
    let run = |seed: u64| child.one(&Job::Seeds(seed, seed));
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
    Report::without_schedule(headline, text)
}

/// A run that did not follow its list, or did not repeat itself.
fn mismatch(ended: &Ended) -> Report {
    let headline = "two runs of one schedule differ".to_owned();
    let words = ended.mismatch.as_deref().unwrap_or_default();
    let text = format!("{headline}\n{}\n{WHY}", indented(words));
    Report::without_schedule(headline, text)
}

/// A run that failed.
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
        self.tell(&shrunk, all)
    }

    /// No more can be found out.
    fn broken(&self, error: &io::Error) -> Report {
        let headline = format!("its decisions could not be looked for: {error}");
        let report = self.without_schedule(headline, "");
        Report { text: self.with_seed(report.text.clone()), ..report }
    }

    /// The report without a list: the failure, a headline, and further text.
    fn without_schedule(&self, headline: impl Into<String>, more: &str) -> Report {
        let headline = headline.into();
        let text = format!("{}{}\n{headline}{more}", self.opening(), indented(&self.failure.text));
        Report::without_schedule(headline, text)
    }

    fn without_a_list(&self) -> Report {
        self.without_schedule("what its decisions were is not known: the run did not end", "")
    }

    fn with_seed(&self, text: String) -> String {
        match self.seed {
            Some(seed) => {
                format!("{text}\nagain, as it was found:           {}{SEED}={seed}\n", self.clock())
            }
            None => text,
        }
    }

    /// The variables that give a run outside of the search the same clock and faults.
    fn clock(&self) -> String {
        let faults = std::env::var(FAULTS).ok().filter(|faults| !faults.is_empty());
        let faults = faults.map(|faults| format!("{FAULTS}={faults} "));
        let clock = if self.is_virtual { String::new() } else { format!("{CLOCK}={REAL} ") };
        clock + &faults.unwrap_or_default()
    }

    /// The same run in a process of its own.
    fn alone(&self, failed: &Ended) -> io::Result<Ended> {
        match self.seed {
            Some(seed) => self.child.one(&Job::Seeds(seed, seed)),
            None => self.child.one(&Job::List(failed.decisions.clone())),
        }
    }

    /// The part of the list that was followed, if it fails in the same way.
    fn fails(&self, decisions: &[Decision]) -> io::Result<Option<Vec<Decision>>> {
        let ended = self.child.one(&Job::List(decisions.to_vec()))?;
        let like = ended.failure.as_ref().is_some_and(|failure| failure.is_like(&self.failure));
        Ok(like.then_some(ended.decisions))
    }

    fn shortest(&self, failing: Vec<Decision>) -> io::Result<Vec<Decision>> {
        let mut broken = None;
        let shrunk = shrink(failing, SHRINKS, |decisions| {
            self.fails(decisions).unwrap_or_else(|error| {
                broken = Some(error);
                None
            })
        });
        if let Some(error) = broken {
            return Err(error);
        }
        if shrunk.len() < 2 || shrunk.len() > FEW {
            return Ok(shrunk);
        }
        let fewer = Job::Explore(shrunk.len() - 1, ALL_SHORTER, Some(self.failure.clone()));
        let reported = self.child.work(&fewer)?;
        match reported.ended {
            Some(shorter) if self.fails(&shorter.decisions)?.is_some() => Ok(shorter.decisions),
            _ => Ok(shrunk),
        }
    }

    fn tell(&self, shrunk: &[Decision], all: usize) -> io::Result<Report> {
        let page = page_for(self.test)?;
        let reported = self.child.work(&Job::Tell(shrunk.to_vec(), page.clone()))?;
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
        let marks = shrunk.iter().zip(&reported.said).map(mark).collect::<Vec<_>>().join("\n");
        let (schedule, clock) = (list(shrunk), self.clock());
        let report = self.with_seed(format!(
            "{}{}\n{headline}:\n{marks}\n\
             the page of this schedule:        {}\n\
             again, with nothing else:         {clock}{SCHEDULE}='{schedule}'",
            self.opening(),
            indented(&text),
            page.display()
        ));
        let headline = match &reported.said[..] {
            [only] => format!("{headline}: {only}"),
            _ => headline,
        };
        let (page, schedule) = (Some(page), Some(schedule));
        Ok(Report { page, schedule, ..Report::without_schedule(headline, report) })
    }

    fn opening(&self) -> String {
        match self.seed {
            Some(1) => format!("seed 1 fails; {FIRST} passes\n"),
            Some(seed) => format!("seed {seed} fails; the seeds before it pass\n"),
            None => format!("schedule {} fails; those before it pass\n", self.runs),
        }
    }

    /// Run alone, it ended differently. Does it each time?
    fn unconfirmed(&self, again: &Ended) -> io::Result<Report> {
        for _ in 0..AGAIN {
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
            ": in a process of its own the same run {alone}\nA static, a file or another process may \
             have kept something."
        );
        Ok(self.without_schedule("it depends on what earlier runs left", &more))
    }

    /// The seed fails, the list of its decisions does not.
    fn not_repeated(&self, decisions: &[Decision]) -> io::Result<Report> {
        let mismatch = match &self.child.work(&Job::Differ(decisions.to_vec()))?.said[..] {
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

/// `target/debug/schedules/program-1f2e/a__b.html`, since two programs may have a test of one name;
/// for a program elsewhere, in a folder of its own among the passing things.
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
