//! How is a test run again, in a process of its own?
//!
//! By the program that is running: `cargo test` has built it from this package's tests, and takes a test's name.
//! `--test-threads=1` lets libtest call the test on its first thread; so the run's own thread is the only one
//! that does anything, which the doctor must know to prove that a run hangs.
//!
//! A process that gets no further for [`LIMIT`] is ended: its run is *stuck*. Time in which it was ready, and other
//! programs had the processors, doesn't count, or a busy machine would make a run fail.
//!
//! Interface: [`Child`]. Invariant: no process and no file of ours is left behind.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::{Desk, Ended, Line, read};
use super::job::{JOB, Job};
use super::run::{Failure, Kind};
use crate::asked::schedule::{SCHEDULE, SEED};
use crate::doctor::ready_times;

/// A run that takes longer is ended.
const LIMIT: Duration = Duration::from_secs(30);
/// However busy the machine is, it gets so many times as long at most.
const MOST: u32 = 20;

/// What a process has told.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) lines: Vec<Line>,
    /// How many runs, if it got to its end.
    pub(super) done: Option<u64>,
}

/// Starts processes for one test.
#[derive(Clone, Debug)]
pub(super) struct Child {
    /// As libtest knows it.
    test: String,
    /// On a virtual clock?
    is_virtual: bool,
}

impl Child {
    pub(super) fn of(test: &str, is_virtual: bool) -> Child {
        Child { test: test.to_owned(), is_virtual }
    }

    /// Lets a process do the job. `Err`: it could not be started, or did not find the test.
    pub(super) fn work(&self, job: &Job) -> io::Result<Told> {
        self.work_heard(job, |_| {})
    }

    /// The same; `hear` is told each line when it comes.
    pub(super) fn work_heard(&self, job: &Job, mut hear: impl FnMut(&Line)) -> io::Result<Told> {
        let files = Files(Desk::new());
        let desk = &files.0;
        fs::write(desk.job(), job.order(&self.test, self.is_virtual))?;
        let printed = File::options().create(true).append(true).open(desk.printed())?;
        let mut heard = 0;
        let mut child = Command::new(std::env::current_exe()?)
            .args([&self.test, "--exact", "--include-ignored", "--test-threads=1", "--quiet"])
            // Not kept in memory by libtest: of a run only the end is asked for.
            .arg("--nocapture")
            .env(JOB, desk.job())
            .env("KETTLE_DOCTOR", "warn")
            .env_remove("KETTLE_TRACE")
            .env_remove(SEED)
            .env_remove(SCHEDULE)
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(printed)
            .spawn()?;
        let process = child.id();
        let (mut size, mut since, mut pause) = (0, Moment::now(process), Duration::from_millis(1));
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            let now = fs::metadata(desk.answers()).map_or(0, |file| file.len());
            if now != size {
                (size, since) = (now, Moment::now(process));
                heard += pass_on(desk, heard, &mut hear);
            } else if since.is_over(process) {
                let _ = child.kill();
                child.wait()?;
                break None;
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        };
        pass_on(desk, heard, &mut hear);
        let text = fs::read_to_string(desk.answers()).unwrap_or_default();
        ended(read(&text), status).ok_or_else(|| {
            let text = format!("{} did not run as a test of its own", self.test);
            io::Error::new(io::ErrorKind::NotFound, text)
        })
    }

    /// One run with this list or seed.
    pub(super) fn one(&self, job: &Job) -> io::Result<Ended> {
        Ok(self.work(job)?.end().cloned().unwrap_or_default())
    }
}

/// `None`: it has told nothing.
fn ended(mut lines: Vec<Line>, status: Option<ExitStatus>) -> Option<Told> {
    if let Some(Line::Done(runs)) = lines.last() {
        let runs = *runs;
        lines.pop();
        return Some(Told { lines, done: Some(runs) });
    }
    let failure = match status {
        None => {
            let text = format!(
                "the run got no further for {} s, and no proof was found that it hangs",
                LIMIT.as_secs()
            );
            Failure::of(Kind::Stuck, text)
        }
        Some(status) if status.success() && lines.is_empty() => return None,
        Some(status) => Failure::of(Kind::Died, format!("the process ended: {status}")),
    };
    lines.push(Line::Ended(Ended { failure: Some(failure), ..Ended::default() }));
    Some(Told { lines, done: None })
}

impl Told {
    pub(super) fn end(&self) -> Option<&Ended> {
        self.lines.iter().find_map(|line| match line {
            Line::Ended(ended) => Some(ended),
            _ => None,
        })
    }

    /// The number of the run that began last.
    pub(super) fn last_begun(&self) -> Option<u64> {
        self.lines.iter().rev().find_map(|line| match line {
            Line::Begin(number) => Some(*number),
            _ => None,
        })
    }

    pub(super) fn said(&self) -> Vec<String> {
        let said = self.lines.iter().filter_map(|line| match line {
            Line::Say(text) => Some(text.clone()),
            _ => None,
        });
        said.collect()
    }
}

/// The files of a job, gone when this is dropped.
struct Files(Desk);

impl Drop for Files {
    fn drop(&mut self) {
        self.0.clear();
    }
}

/// Tells the whole lines of the answers that begin at this byte, and gives back how long they are.
fn pass_on(desk: &Desk, from: u64, hear: &mut impl FnMut(&Line)) -> u64 {
    let mut text = String::new();
    let read_on = File::open(desk.answers()).and_then(|mut file| {
        file.seek(SeekFrom::Start(from))?;
        file.read_to_string(&mut text)
    });
    let whole = read_on.ok().and_then(|_| text.rfind('\n')).map_or(0, |end| end + 1);
    read(&text[..whole]).iter().for_each(hear);
    whole as u64
}

/// For how long each thread was ready without a processor, since it was started.
type Ready = BTreeMap<u64, Duration>;

/// When a process got further.
struct Moment {
    at: Instant,
    ready: Ready,
}

impl Moment {
    fn now(process: u32) -> Moment {
        Moment { at: Instant::now(), ready: ready_times(process) }
    }

    /// Has it had its time since?
    fn is_over(&self, process: u32) -> bool {
        let passed = self.at.elapsed();
        passed > LIMIT
            && (passed > MOST * LIMIT
                || counted(passed, &self.ready, &ready_times(process)) > LIMIT)
    }
}

/// The time that counts: without that in which the thread that fared worst was held up.
fn counted(passed: Duration, before: &Ready, now: &Ready) -> Duration {
    let since = |(thread, ready): (&u64, &Duration)| {
        ready.saturating_sub(before.get(thread).copied().unwrap_or_default())
    };
    passed.saturating_sub(now.iter().map(since).max().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_without_a_processor_does_not_count() {
        let ready = |times: &[(u64, u64)]| -> Ready {
            times.iter().map(|(id, secs)| (*id, Duration::from_secs(*secs))).collect()
        };
        let counts = |before: &[_], now: &[_]| {
            counted(Duration::from_secs(40), &ready(before), &ready(now)).as_secs()
        };
        assert_eq!(counts(&[], &[]), 40, "it sleeps, or the system doesn't tell");
        assert_eq!(counts(&[(7, 5)], &[(7, 8)]), 37);
        assert_eq!(counts(&[(7, 5)], &[(7, 8), (9, 35)]), 5, "a thread that was made since");
        assert_eq!(counts(&[(7, 5), (8, 9)], &[(7, 35)]), 10, "one has ended");
        assert_eq!(counts(&[], &[(7, 20), (8, 30), (9, 30)]), 10, "not more than has passed");
    }
}
