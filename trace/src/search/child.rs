//! How is a test run again, in a process of its own?
//!
//! A [`Child`] starts the program that is running, which is a test program of libtest's, with the
//! test's name. With `--test-threads=1` libtest calls the test on its first thread, so that only
//! the run's own thread does anything, and the doctor can prove that a run hangs.
//!
//! If a process writes nothing for [`LIMIT`], it is asked what it waits for (`doctor/quit.rs`), and
//! then killed: its run is *stuck*.
//!
//! Interface: [`Child::work`] lets a process do a job, and returns what it reports; [`Child::one`]
//! is for a job of one run. Invariant: no process and no file is left behind.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{self, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::{Ended, JobFolder, Reported};
use super::job::{JOB, Job};
use super::run::{Failure, Kind};
use crate::defaults::schedule::{SCHEDULE, SEED};

/// How long a process may write nothing: on a busy machine even a short run takes long.
const LIMIT: Duration = Duration::from_mins(1);
/// How long it then has to print what it waits for.
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

    /// Lets a process do the job. `Err`: it couldn't be started, or it didn't find the test.
    pub(super) fn work(&self, job: &Job) -> io::Result<Reported> {
        let folder = JobFolder::new()?;
        let reported = self.work_in(&folder, job);
        folder.clear();
        reported
    }

    fn work_in(&self, folder: &JobFolder, job: &Job) -> io::Result<Reported> {
        fs::write(folder.job(), job.order(self.is_virtual))?;
        let printed = File::options().create(true).append(true).open(folder.printed())?;
        let mut child = Command::new(std::env::current_exe()?)
            .args([&self.test, "--exact", "--include-ignored", "--test-threads=1", "--quiet"])
            // libtest must not store what the runs print.
            .arg("--nocapture")
            .env(JOB, folder.job())
            .env("KETTLE_DOCTOR", "warn")
            .env_remove("KETTLE_TRACE")
            .env_remove(SEED)
            .env_remove(SCHEDULE)
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(printed)
            .spawn()?;
        let status = in_time(&mut child, &folder.answers(), LIMIT);
        // Unless it has ended, an error is the reason: then it must not be left behind.
        let _ = child.kill();
        let _ = child.wait();
        let status = status?;
        let text = fs::read_to_string(folder.answers()).unwrap_or_default();
        let mut reported = Reported::read(&text);
        let failure = match status {
            _ if reported.done.is_some() => return Ok(reported),
            None => {
                let printed = fs::read_to_string(folder.printed()).unwrap_or_default();
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

/// Waits for the process's end. `None`: it wrote nothing into `answers` for `limit`, and was ended.
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
