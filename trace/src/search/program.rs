//! How is a test run again, in a process of its own?
//!
//! A [`TestProgram`] starts the program that is running, which is a test program of libtest's, with
//! the test's name. With `--test-threads=1` libtest calls the test on its first thread, so that
//! only the run's own thread does anything, and the doctor can prove that a run hangs.
//!
//! If a process reports nothing for [`MAX_SILENCE`], it is asked what it waits for
//! (`doctor/quit.rs`), and then killed: its run is *stuck*.
//!
//! Interface: [`TestProgram::do_job`] lets a process do a job, and returns what it reports;
//! [`TestProgram::run_once`] lets it make one run. Invariant: no process or file is left behind.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::{Ended, JobFolder, Reported};
use super::failure::{Failure, FailureKind};
use super::job::{JOB, Job};
use crate::defaults::schedule::{Requested, SCHEDULE, SEED};

/// How long a process may report nothing: on a busy machine even a short run takes long.
const MAX_SILENCE: Duration = Duration::from_mins(1);
/// How long it then has to print what it waits for.
const TIME_TO_ANSWER: Duration = Duration::from_secs(1);
const STUCK: &str = "the run got no further for a minute, and no proof was found that it hangs";
/// How the doctor's answer to `SIGQUIT` begins.
const OPEN_WAITS: &str = "note[kettle::open_waits]: ";

/// How long this thread sleeps before it looks at the process again. Most runs take longer.
const PAUSE: Duration = Duration::from_millis(5);

/// The program that is running, to be started again for one of its tests.
#[derive(Clone, Debug)]
pub(super) struct TestProgram {
    /// The test's path, as libtest has it.
    test: String,
    /// Do the test's runs have a virtual clock?
    is_virtual: bool,
}

impl TestProgram {
    pub(super) fn new(test: &str, is_virtual: bool) -> TestProgram {
        TestProgram { test: test.to_owned(), is_virtual }
    }

    /// Lets a process do the job. `Err`: it couldn't be started, or it didn't find the test.
    pub(super) fn do_job(&self, job: &Job) -> io::Result<Reported> {
        let folder = JobFolder::new()?;
        let reported = self.do_job_in(&folder, job);
        folder.clear();
        reported
    }

    /// Makes one run under this schedule.
    pub(super) fn run_once(&self, schedule: Requested) -> io::Result<Ended> {
        Ok(self.do_job(&Job::Run(schedule))?.ended.unwrap_or_default())
    }

    fn do_job_in(&self, folder: &JobFolder, job: &Job) -> io::Result<Reported> {
        fs::write(&folder.job, job.order(self.is_virtual))?;
        let mut child = self.start(folder)?;
        let status = wait(&mut child, &folder.answers, MAX_SILENCE);
        if let Ok(None) = status {
            ask(&mut child);
        }
        // Whether it got no further, or waiting for it has failed: it must not be left behind.
        let _ = child.kill();
        let _ = child.wait();
        let status = status?;
        let answers = fs::read_to_string(&folder.answers).unwrap_or_default();
        let mut reported = Reported::read(&answers);
        if reported.runs_of_done_job.is_some() {
            return Ok(reported);
        }
        let failure = match status {
            None => stuck(&fs::read_to_string(&folder.printed).unwrap_or_default()),
            Some(status) if status.success() && answers.is_empty() => {
                let text = format!("{} did not run as a test of its own", self.test);
                return Err(io::Error::new(io::ErrorKind::NotFound, text));
            }
            Some(status) => {
                let text = format!("the process ended: {status}");
                Failure::without_fingerprint(FailureKind::Died, text)
            }
        };
        reported.ended.get_or_insert(Ended { failure: Some(failure), ..Ended::default() });
        Ok(reported)
    }

    fn start(&self, folder: &JobFolder) -> io::Result<Child> {
        let printed = File::options().create(true).append(true).open(&folder.printed)?;
        Command::new(std::env::current_exe()?)
            .args([&self.test, "--exact", "--include-ignored", "--test-threads=1", "--quiet"])
            // libtest must not store what the runs print.
            .arg("--nocapture")
            .env(JOB, &folder.job)
            .env("KETTLE_DOCTOR", "warn")
            .env_remove("KETTLE_TRACE")
            .env_remove(SEED)
            .env_remove(SCHEDULE)
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(printed)
            .spawn()
    }
}

/// The failure of a run that got no further, with the process's answer to what it waits for.
fn stuck(printed: &str) -> Failure {
    let answer = printed.rfind(OPEN_WAITS).map_or("", |at| &printed[at..]);
    let text = format!("{STUCK}\n{answer}");
    Failure::without_fingerprint(FailureKind::Stuck, text.trim_end())
}

/// Waits for the process's end. `None`: it wrote nothing into `answers` for `max_silence`.
fn wait(
    child: &mut Child,
    answers: &Path,
    max_silence: Duration,
) -> io::Result<Option<ExitStatus>> {
    let (mut size, mut silent_since) = (0, Instant::now());
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let new_size = fs::metadata(answers).map_or(0, |file| file.len());
        if new_size != size {
            (size, silent_since) = (new_size, Instant::now());
        } else if silent_since.elapsed() > max_silence {
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}

/// Asks the process what it waits for, and gives it time to print that.
fn ask(child: &mut Child) {
    let asked = Command::new("kill").args(["-QUIT", &child.id().to_string()]).status();
    let asked_at = Instant::now();
    while asked.is_ok()
        && asked_at.elapsed() < TIME_TO_ANSWER
        && child.try_wait().is_ok_and(|status| status.is_none())
    {
        thread::sleep(PAUSE);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_gets_no_further_is_asked_before_it_is_killed() {
        /// The status with which the shell ends if it was asked.
        const ASKED: i32 = 7;
        let shell = |script| {
            let mut shell = Command::new("sh");
            shell.args(["-c", script]).stdout(Stdio::piped()).spawn().expect("a shell")
        };
        // If the signal was ignored when this test was started, no shell can handle it.
        let status = shell("trap 'exit 7' QUIT; kill -QUIT $$").wait().expect("an end");
        let can_be_asked = status.code() == Some(ASKED);
        let mut child = shell("trap 'exit 7' QUIT; echo up; while :; do sleep 0.02; done");
        io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut [0; 2])
            .expect("it is up");
        let status = wait(&mut child, Path::new("none"), Duration::ZERO);
        assert_eq!(status.expect("an answer"), None);
        ask(&mut child);
        child.kill().expect("a process of ours");
        assert_eq!(child.wait().expect("an end").code(), can_be_asked.then_some(ASKED));
    }
}
