//! How does a process that runs schedules report to the process that started it?
//!
//! A process is started for one *job*, such as a search by seeds (`job.rs`), and *runs* the test
//! many times. What differs from run to run is its *decisions*: the answers, other than the usual
//! ones, to questions such as which task comes next. A run may be told to follow a *list* of them.
//!
//! The process writes lines into a file, because the test itself may print anything. Each line is a
//! word and its fields, and is written at once, so that the file shows how far the process got.
//! Fields and lines end with control characters, so a text in them may have tabs and newlines.
//!
//! Interface: [`JobFolder`] has the paths of a job's files; [`Answers`] writes the lines,
//! [`Reported`] reads them; [`Ended`] is how a run ended; [`private_folder`] is for one user.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::failure::{Failure, FailureKind};
use crate::schedules::decision::{Decision, list, parse};

/// The files of one job, in a folder of their own. The process that created them removes them.
pub(super) struct JobFolder {
    path: PathBuf,
    /// The job, which may be too long for a variable.
    pub(super) job: PathBuf,
    pub(super) answers: PathBuf,
    /// What the test prints on standard error.
    pub(super) printed: PathBuf,
}

impl JobFolder {
    pub(super) fn new() -> io::Result<JobFolder> {
        private_folder().map(JobFolder::at)
    }

    /// The folder that this job's file is in.
    pub(super) fn of(job: &Path) -> JobFolder {
        JobFolder::at(job.parent().unwrap_or(job).to_path_buf())
    }

    fn at(path: PathBuf) -> JobFolder {
        let [job, answers, printed] = ["job", "answers", "printed"].map(|name| path.join(name));
        JobFolder { path, job, answers, printed }
    }

    /// Removes the folder.
    pub(super) fn clear(&self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// A new folder for temporary files. No other user can guess its name or enter it, so what is in it
/// comes from this user's processes.
pub(super) fn private_folder() -> io::Result<PathBuf> {
    let nonce = RandomState::new().build_hasher().finish();
    let folder = std::env::temp_dir().join(format!("kettle-schedules-{nonce:016x}"));
    let mut builder = DirBuilder::new();
    builder.recursive(false); // an error if the folder exists
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(&folder).map(|()| folder)
}

/// How a run ended. It is written only for a failing run, or for the only run of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) failure: Option<Failure>,
    pub(super) decisions: Vec<Decision>,
    /// Where the run and the list that it followed didn't match, in words.
    pub(super) mismatch: Option<String>,
}

/// The file into which a process that runs schedules writes.
pub(super) struct Answers(File);

const FIELD_END: char = '\x1f';
const LINE_END: char = '\x1e';

impl Answers {
    pub(super) fn create(path: &Path) -> io::Result<Answers> {
        OpenOptions::new().append(true).create(true).open(path).map(Answers)
    }

    /// A run begins. Its number is the seed, or counts the runs.
    pub(super) fn run_begins(&mut self, run: u64) {
        self.line(&["begin", &run.to_string()]);
    }

    pub(super) fn run_ended(&mut self, Ended { failure, decisions, mismatch }: &Ended) {
        let kind = failure.as_ref().map_or("passed".to_owned(), |failure| failure.kind.word());
        let texts = failure.as_ref().map(|failure| [&*failure.fingerprint, &failure.text]);
        let [fingerprint, text] = texts.unwrap_or_default();
        let mismatch = mismatch.as_deref().unwrap_or_default();
        self.line(&["ended", &kind, fingerprint, text, &list(decisions), mismatch]);
    }

    /// A sentence for the report.
    pub(super) fn sentence(&mut self, sentence: &str) {
        self.line(&["say", sentence]);
    }

    /// The job is done, in so many runs.
    pub(super) fn job_done(&mut self, runs: u64) {
        self.line(&["done", &runs.to_string()]);
    }

    /// If the file can't be written, the parent process notices that the end is missing.
    fn line(&mut self, fields: &[&str]) {
        let without_ends = |field: &&str| field.replace([FIELD_END, LINE_END], " ");
        let fields: Vec<String> = fields.iter().map(without_ends).collect();
        let line = fields.join(&FIELD_END.to_string());
        let _ = self.0.write_all(format!("{line}{LINE_END}").as_bytes());
    }
}

/// What a process has reported so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reported {
    /// The number of the run that began last, from 0; in a search by seeds, its seed.
    pub(super) last_run: u64,
    /// The run that failed or didn't match its list, or the only run of the job.
    pub(super) ended: Option<Ended>,
    pub(super) sentences: Vec<String>,
    /// In how many runs the job was done. `None`: its process ended before that.
    pub(super) runs_of_done_job: Option<u64>,
}

impl Reported {
    /// Reads the lines of a file. It skips any line that can't be read, such as an incomplete one.
    pub(super) fn read(text: &str) -> Reported {
        let mut reported = Reported::default();
        let (complete, _) = text.rsplit_once(LINE_END).unwrap_or_default();
        for line in complete.split(LINE_END) {
            let _ = reported.add(line);
        }
        reported
    }

    /// Adds what a line says. `None`: a number or a list in it can't be read, so nothing is added.
    fn add(&mut self, line: &str) -> Option<()> {
        match line.split(FIELD_END).collect::<Vec<_>>()[..] {
            ["begin", run] => self.last_run = run.parse().ok()?,
            ["say", sentence] => self.sentences.push(sentence.to_owned()),
            ["done", runs] => self.runs_of_done_job = runs.parse().ok(),
            ["ended", kind, fingerprint, text, decisions, mismatch] => {
                let (fingerprint, text) = (fingerprint.to_owned(), text.to_owned());
                let kind = FailureKind::from_word(kind);
                self.ended = Some(Ended {
                    failure: kind.map(|kind| Failure { kind, fingerprint, text }),
                    decisions: parse(decisions).ok()?,
                    mismatch: Some(mismatch.to_owned()).filter(|mismatch| !mismatch.is_empty()),
                });
            }
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_new_and_nobody_else_may_enter_it() {
        let folders = [JobFolder::new().unwrap(), JobFolder::new().unwrap()];
        assert_ne!(folders[0].path, folders[1].path);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&folders[0].path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
        for folder in folders {
            fs::write(&folder.job, "a job").unwrap();
            assert_eq!(JobFolder::of(&folder.job).path, folder.path);
            folder.clear();
            assert!(!folder.path.exists());
        }
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let folder = JobFolder::new().unwrap();
        let mut answers = Answers::create(&folder.answers).unwrap();
        let (fingerprint, text) = ("src/a.rs:1:2".to_owned(), "left:\t1\nright: \\n".to_owned());
        let failure = Some(Failure { kind: FailureKind::Panic, fingerprint, text });
        let decisions = parse("3:task:1/2").unwrap();
        let ended = Ended { failure, decisions, mismatch: Some("there".to_owned()) };
        answers.run_begins(17);
        answers.run_ended(&ended);
        answers.sentence("two lines\nof text");
        answers.job_done(18);
        let text = fs::read_to_string(&folder.answers).unwrap();
        folder.clear();
        let sentences = vec!["two lines\nof text".to_owned()];
        let (ended, runs_of_done_job) = (Some(ended), Some(18));
        let reported = Reported { last_run: 17, ended, sentences, runs_of_done_job };
        assert_eq!(Reported::read(&text), reported);
        let cut_short = Reported::read(&text[..text.len() - 1]);
        assert_eq!(cut_short, Reported { runs_of_done_job: None, ..reported });
    }
}
