//! How does a process that runs schedules report to the process that started it?
//!
//! It writes lines into a file, because the test itself may print anything. Each line is a word and
//! its fields, and is written at once, so that the file shows how far a process got before it died.
//! Control characters separate fields and lines, so texts may contain tabs and newlines.
//!
//! Interface: [`JobFolder`] has the paths of a job's files; [`Answers`] writes the lines,
//! [`Reported`] reads them; [`Ended`] is how a run ended; [`private_folder`] makes a folder for a
//! job.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::run::{Failure, Kind};
use crate::schedules::decision::{Decision, list, parse};

/// The files of one job, in a folder of their own: the job (it may be too long for a variable), the
/// answers, and what the test prints on standard error. The process that created them removes them.
pub(super) struct JobFolder(PathBuf);

impl JobFolder {
    pub(super) fn new() -> io::Result<JobFolder> {
        private_folder().map(JobFolder)
    }

    /// The folder that this job's file is in.
    pub(super) fn of(job: &Path) -> JobFolder {
        JobFolder(job.parent().unwrap_or(job).to_path_buf())
    }

    pub(super) fn job(&self) -> PathBuf {
        self.0.join("job")
    }

    pub(super) fn answers(&self) -> PathBuf {
        self.0.join("answers")
    }

    pub(super) fn printed(&self) -> PathBuf {
        self.0.join("printed")
    }

    /// Removes the folder.
    pub(super) fn clear(&self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A new folder for temporary files. No other user can guess its name or enter it, so what is in it
/// comes from this user's processes.
pub(super) fn private_folder() -> io::Result<PathBuf> {
    let nonce = RandomState::new().build_hasher().finish();
    let folder = std::env::temp_dir().join(format!("kettle-schedules-{nonce:016x}"));
    let mut new = DirBuilder::new();
    new.recursive(false); // an error if the folder exists
    #[cfg(unix)]
    new.mode(0o700);
    new.create(&folder).map(|()| folder)
}

/// How a run ended. It is written only for a failing run, or for the only run of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) failure: Option<Failure>,
    pub(super) decisions: Vec<Decision>,
    /// Where the run and its list didn't match, in words.
    pub(super) mismatch: Option<String>,
}

/// The file into which the child writes.
pub(super) struct Answers(File);

const FIELD: &str = "\x1f";
const LINE: &str = "\x1e";

impl Answers {
    pub(super) fn create(path: &Path) -> io::Result<Answers> {
        OpenOptions::new().append(true).create(true).open(path).map(Answers)
    }

    /// A run begins. Its number is the seed, or counts the runs.
    pub(super) fn begin(&mut self, run: u64) {
        self.line(&["begin", &run.to_string()]);
    }

    pub(super) fn end(&mut self, Ended { failure, decisions, mismatch }: &Ended) {
        let kind = failure.as_ref().map_or("passed", |failure| failure.kind.word());
        let Failure { place, text, .. } = failure.clone().unwrap_or_default();
        let mismatch = mismatch.as_deref().unwrap_or_default();
        self.line(&["ended", kind, &place, &text, &list(decisions), mismatch]);
    }

    /// A sentence for the report.
    pub(super) fn say(&mut self, sentence: &str) {
        self.line(&["say", sentence]);
    }

    /// The job is done, in so many runs.
    pub(super) fn done(&mut self, runs: u64) {
        self.line(&["done", &runs.to_string()]);
    }

    /// If the file can't be written, the parent process notices that the end is missing.
    fn line(&mut self, fields: &[&str]) {
        let plain = |field: &&str| field.replace(FIELD, " ").replace(LINE, " ");
        let fields: Vec<String> = fields.iter().map(plain).collect();
        let _ = self.0.write_all((fields.join(FIELD) + LINE).as_bytes());
    }
}

/// What a process has reported so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reported {
    /// The number of the run that began last.
    pub(super) begun: u64,
    pub(super) ended: Option<Ended>,
    pub(super) sentences: Vec<String>,
    /// In how many runs the job was done, if it was.
    pub(super) done: Option<u64>,
}

impl Reported {
    /// Reads the lines of a file, without a last line that isn't complete.
    pub(super) fn read(text: &str) -> Reported {
        let mut reported = Reported::default();
        let whole = text.rsplit_once(LINE).map_or("", |(whole, _)| whole);
        whole.split(LINE).for_each(|line| _ = reported.add(line));
        reported
    }

    fn add(&mut self, line: &str) -> Option<()> {
        match line.split(FIELD).collect::<Vec<_>>()[..] {
            ["begin", run] => self.begun = run.parse().ok()?,
            ["say", sentence] => self.sentences.push(sentence.to_owned()),
            ["done", runs] => self.done = runs.parse().ok(),
            ["ended", kind, place, text, decisions, mismatch] => {
                let (place, text) = (place.to_owned(), text.to_owned());
                self.ended = Some(Ended {
                    failure: Kind::of(kind).map(|kind| Failure { kind, place, text }),
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
        assert_ne!(folders[0].0, folders[1].0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&folders[0].0).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
        for folder in folders {
            fs::write(folder.job(), "a job").unwrap();
            assert_eq!(JobFolder::of(&folder.job()).0, folder.0);
            folder.clear();
            assert!(!folder.0.exists());
        }
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let folder = JobFolder::new().unwrap();
        let mut answers = Answers::create(&folder.answers()).unwrap();
        let (place, text) = ("src/a.rs:1:2".to_owned(), "left:\t1\nright: \\n".to_owned());
        let failure = Some(Failure { kind: Kind::Panic, place, text });
        let decisions = parse("3:task:1/2").unwrap();
        let ended = Ended { failure, decisions, mismatch: Some("there".to_owned()) };
        answers.begin(17);
        answers.end(&ended);
        answers.say("two lines\nof text");
        answers.done(18);
        let text = fs::read_to_string(folder.answers()).unwrap();
        folder.clear();
        let sentences = vec!["two lines\nof text".to_owned()];
        let reported = Reported { begun: 17, ended: Some(ended), sentences, done: Some(18) };
        assert_eq!(Reported::read(&text), reported);
        let cut_short = Reported::read(&text[..text.len() - 1]);
        assert_eq!(cut_short, Reported { done: None, ..reported });
    }
}
