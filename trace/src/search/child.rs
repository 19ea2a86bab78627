//! How is a test run again, in a process of its own?
//!
//! By the program that is running: `cargo test` has built it from this package's tests, and takes a test's name.
//! `--test-threads=1` lets libtest call the test on its first thread; so the run's own thread is the only one
//! that does anything, which the doctor must know to prove that a run hangs.
//!
//! A process that gets no further for [`LIMIT`] is ended: its run is *stuck*.
//!
//! Interface: [`Child`]. Invariant: no process and no file of ours is left behind.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::{Ended, Line, read};
use super::job::{ANSWERS, CLOCK, JOB, Job, VIRTUAL};
use super::run::{Failure, Kind};
use crate::asked::schedule::{SCHEDULE, SEED};

/// A run that takes longer by the machine's clock is ended.
const LIMIT: Duration = Duration::from_secs(30);

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
        let answers = Answers::new();
        fs::write(answers.job(), job.order(&self.test))?;
        let mut heard = 0;
        let mut child = Command::new(std::env::current_exe()?)
            .args([&self.test, "--exact", "--include-ignored", "--test-threads=1", "--quiet"])
            .env(JOB, answers.job())
            .env(CLOCK, if self.is_virtual { VIRTUAL } else { "real" })
            .env(ANSWERS, &answers.0)
            .env("KETTLE_DOCTOR", "warn")
            .env_remove("KETTLE_TRACE")
            .env_remove(SEED)
            .env_remove(SCHEDULE)
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let (mut size, mut since, mut pause) = (0, Instant::now(), Duration::from_millis(1));
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            let now = fs::metadata(&answers.0).map_or(0, |file| file.len());
            if now != size {
                (size, since) = (now, Instant::now());
                heard += answers.pass_on(heard, &mut hear);
            } else if since.elapsed() > LIMIT {
                let _ = child.kill();
                child.wait()?;
                break None;
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        };
        answers.pass_on(heard, &mut hear);
        let text = fs::read_to_string(&answers.0).unwrap_or_default();
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
                "the run did not end within {} s, and no proof was found that it hangs",
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

/// A file for the answers, and one for the job beside it (a list may be too long for a variable); gone when this is
/// dropped.
struct Answers(PathBuf);

impl Answers {
    fn new() -> Answers {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("kettle-schedules-{}-{number}", std::process::id());
        Answers(std::env::temp_dir().join(name))
    }

    fn job(&self) -> PathBuf {
        self.0.with_extension("job")
    }

    /// Tells the whole lines that begin at this byte, and gives back how long they are.
    fn pass_on(&self, from: u64, hear: &mut impl FnMut(&Line)) -> u64 {
        let mut text = String::new();
        let read_on = File::open(&self.0).and_then(|mut file| {
            file.seek(SeekFrom::Start(from))?;
            file.read_to_string(&mut text)
        });
        let whole = read_on.ok().and_then(|_| text.rfind('\n')).map_or(0, |end| end + 1);
        read(&text[..whole]).iter().for_each(hear);
        whole as u64
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        let _ = fs::remove_file(self.job());
    }
}
