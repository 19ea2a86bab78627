//! How is a test run again, in a process of its own?
//!
//! By the program that is running: `cargo test` has built it from this package's tests, and takes a
//! test's name. `--test-threads=1` lets libtest call the test on its first thread; so the run's own
//! thread is the only one that does anything, which the doctor must know to prove that a run hangs.
//!
//! A process that gets no further for [`LIMIT`] is asked what it waits for (`doctor/quit.rs`), and
//! ended: its run is *stuck*.
//!
//! Interface: [`Child`]. Invariant: no process and no file of ours is left behind.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{self, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::{Desk, Ended, Reported};
use super::job::{JOB, Job};
use super::run::{Failure, Kind};
use crate::defaults::schedule::{SCHEDULE, SEED};

/// A run that takes longer is ended. (Other programs may have the processors meanwhile.)
const LIMIT: Duration = Duration::from_mins(1);
/// How long it may answer before that.
const ANSWER: Duration = Duration::from_secs(1);
const STUCK: &str = "the run got no further for a minute, and no proof was found that it hangs";

/// Starts processes for one test.
#[derive(Clone, Debug)]
pub(super) struct Child {
    /// The test's path, as libtest has it.
    test: String,
    /// Do its runs have a virtual clock?
    is_virtual: bool,
}

impl Child {
    pub(super) fn of(test: &str, is_virtual: bool) -> Child {
        Child { test: test.to_owned(), is_virtual }
    }

    /// Lets a process do the job. `Err`: it could not be started, or did not find the test.
    pub(super) fn work(&self, job: &Job) -> io::Result<Reported> {
        let files = Files(Desk::new()?);
        let desk = &files.0;
        fs::write(desk.job(), job.order(self.is_virtual))?;
        let printed = File::options().create(true).append(true).open(desk.printed())?;
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
        let status = in_time(&mut child, &desk.answers(), LIMIT)?;
        let text = fs::read_to_string(desk.answers()).unwrap_or_default();
        let mut reported = Reported::read(&text);
        let failure = match status {
            _ if reported.done.is_some() => return Ok(reported),
            None => {
                let printed = fs::read_to_string(desk.printed()).unwrap_or_default();
                let at = printed.rfind("note[kettle::open_waits]: ").unwrap_or(printed.len());
                let text = format!("{STUCK}\n{}", &printed[at..]);
                Failure::of(Kind::Stuck, text.trim_end())
            }
            Some(status) if status.success() && text.is_empty() => {
                let text = format!("{} did not run as a test of its own", self.test);
                return Err(io::Error::new(io::ErrorKind::NotFound, text));
            }
            Some(status) => Failure::of(Kind::Died, format!("the process ended: {status}")),
        };
        let died = || Ended { failure: Some(failure), ..Ended::default() };
        reported.ended.get_or_insert_with(died);
        Ok(reported)
    }

    /// Makes one run with this list or seed.
    pub(super) fn one(&self, job: &Job) -> io::Result<Ended> {
        Ok(self.work(job)?.ended.unwrap_or_default())
    }
}

/// How it has ended. `None`: it wrote nothing new in time.
fn in_time(
    child: &mut process::Child,
    answers: &Path,
    limit: Duration,
) -> io::Result<Option<ExitStatus>> {
    let (mut size, mut since, mut pause) = (0, Instant::now(), Duration::from_millis(1));
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let now = fs::metadata(answers).map_or(0, |file| file.len());
        if now != size {
            (size, since) = (now, Instant::now());
        } else if since.elapsed() > limit {
            let asked = Command::new("kill").args(["-QUIT", &child.id().to_string()]).status();
            let since = Instant::now();
            while asked.is_ok() && since.elapsed() < ANSWER && child.try_wait()?.is_none() {
                thread::sleep(pause);
            }
            let _ = child.kill();
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// The files of a job, gone when this is dropped.
struct Files(Desk);

impl Drop for Files {
    fn drop(&mut self) {
        self.0.clear();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_gets_no_further_is_asked_before_it_is_ended() {
        let shell = |script| {
            let mut shell = Command::new("sh");
            shell.args(["-c", script]).stdout(Stdio::piped()).spawn().expect("a shell")
        };
        // Behind `nohup` it can't handle the signal.
        let handles = shell("trap 'exit 7' QUIT; kill -QUIT $$").wait().expect("an end").code();
        let mut child = shell("trap 'exit 7' QUIT; echo up; while :; do sleep 0.02; done");
        io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut [0; 2])
            .expect("it is up");
        assert_eq!(in_time(&mut child, Path::new("none"), Duration::ZERO).expect("an end"), None);
        assert_eq!(child.wait().expect("the same").code(), handles.filter(|code| *code == 7));
    }
}
