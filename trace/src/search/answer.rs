//! How does a process that runs schedules tell the one that started it?
//!
//! By lines in a file: what the test prints is its own matter. Each line is a word and fields with tabs between
//! them, and is written at once, so that also of a process that dies it is known how far it got.
//!
//! Interface: [`Desk`], the files of a job; [`Answers`] to write, [`read`] to read, [`Line`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::run::{Failure, Kind};
use crate::schedules::decision::{Decision, list, parse};

/// The files of one job, side by side: the job (a list may be too long for a variable), the answers, and what the test
/// prints on standard error.
pub(super) struct Desk(PathBuf);

impl Desk {
    pub(super) fn new() -> Desk {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("kettle-schedules-{}-{number}.job", std::process::id());
        Desk(std::env::temp_dir().join(name))
    }

    /// The one with this job.
    pub(super) fn of(job: PathBuf) -> Desk {
        Desk(job)
    }

    pub(super) fn job(&self) -> &Path {
        &self.0
    }

    pub(super) fn answers(&self) -> PathBuf {
        self.0.with_extension("answers")
    }

    pub(super) fn printed(&self) -> PathBuf {
        self.0.with_extension("printed")
    }

    pub(super) fn clear(&self) {
        for file in [self.0.clone(), self.answers(), self.printed()] {
            let _ = fs::remove_file(file);
        }
    }
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The run with this number begins: a seed, or a count.
    Begin(u64),
    /// A run's end, with the number of its steps and its decisions. Only the failing ones are told, unless
    /// there is but one.
    Ended(Ended),
    /// So many runs with this number of decisions follow.
    Level(usize, u64),
    /// There are too many with one decision more than this: so many.
    TooMany(usize, u64),
    /// A sentence for the report.
    Say(String),
    /// All is done, in so many runs.
    Done(u64),
}

/// The end of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) failure: Option<Failure>,
    pub(super) steps: u64,
    pub(super) decisions: Vec<Decision>,
    /// Where it has left its list.
    pub(super) parted: Option<String>,
}

/// The file, as the child writes it.
pub(super) struct Answers(File);

impl Answers {
    pub(super) fn create(path: &Path) -> io::Result<Answers> {
        OpenOptions::new().append(true).create(true).open(path).map(Answers)
    }

    /// If the file can't be written, the parent notes that the end is missing.
    pub(super) fn tell(&mut self, line: &Line) {
        let _ = self.0.write_all(written(line).as_bytes());
    }
}

fn written(line: &Line) -> String {
    let fields = match line {
        Line::Begin(number) => vec!["begin".to_owned(), number.to_string()],
        Line::Level(decisions, runs) => {
            vec!["level".to_owned(), decisions.to_string(), runs.to_string()]
        }
        Line::TooMany(decisions, runs) => {
            vec!["many".to_owned(), decisions.to_string(), runs.to_string()]
        }
        Line::Say(text) => vec!["say".to_owned(), text.clone()],
        Line::Done(runs) => vec!["done".to_owned(), runs.to_string()],
        Line::Ended(Ended { failure, steps, decisions, parted }) => {
            let Failure { kind, place, text } = failure.clone().unwrap_or_default();
            let kind =
                Kind::ALL.iter().find(|(known, _)| *known == kind).map_or("", |(_, word)| word);
            let kind = if failure.is_some() { kind } else { "passed" };
            let (parted, steps) = (parted.clone().unwrap_or_default(), steps.to_string());
            vec!["ended".to_owned(), kind.to_owned(), place, text, steps, list(decisions), parted]
        }
    };
    let escaped =
        |field: &String| field.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t");
    let fields: Vec<String> = fields.iter().map(escaped).collect();
    fields.join("\t") + "\n"
}

/// The lines of a file; a last one that is not whole is left out.
pub(super) fn read(text: &str) -> Vec<Line> {
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().filter_map(line).collect()
}

fn line(text: &str) -> Option<Line> {
    let fields: Vec<String> = text.split('\t').map(plain).collect();
    let number = |at: usize| fields.get(at)?.parse().ok();
    Some(match fields[0].as_str() {
        "begin" => Line::Begin(number(1)?),
        "level" => Line::Level(usize::try_from(number(1)?).ok()?, number(2)?),
        "many" => Line::TooMany(usize::try_from(number(1)?).ok()?, number(2)?),
        "say" => Line::Say(fields.get(1)?.clone()),
        "done" => Line::Done(number(1)?),
        "ended" => {
            let [_, kind, place, text, _, decisions, parted] = &fields[..] else { return None };
            let kind = Kind::ALL.iter().find(|(_, word)| word == kind).map(|(kind, _)| *kind);
            let (place, text) = (place.clone(), text.clone());
            Line::Ended(Ended {
                failure: kind.map(|kind| Failure { kind, place, text }),
                steps: number(4)?,
                decisions: parse(decisions).ok()?,
                parted: Some(parted.clone()).filter(|parted| !parted.is_empty()),
            })
        }
        _ => return None,
    })
}

fn plain(field: &str) -> String {
    let mut plain = String::new();
    let mut letters = field.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                other => other.unwrap_or('\\'),
            },
            other => other,
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written() {
        let failure = Failure {
            kind: Kind::Panic,
            place: "src/a.rs:1:2".to_owned(),
            text: "left:\t1\nright: \\n".to_owned(),
        };
        let ended = Ended {
            failure: Some(failure),
            steps: 40,
            decisions: parse("3:task:1/2").unwrap(),
            parted: None,
        };
        let lines = [
            Line::Begin(17),
            Line::Ended(ended.clone()),
            Line::Ended(Ended { failure: None, parted: Some("there".to_owned()), ..ended }),
            Line::Level(2, 38),
            Line::TooMany(1, 99),
            Line::Say("two lines\nof text".to_owned()),
            Line::Done(18),
        ];
        let text: String = lines.iter().map(written).collect();
        assert_eq!(read(&text), lines);
        assert_eq!(
            read(&text[..text.len() - 1]).len(),
            lines.len() - 1,
            "the last one is cut short"
        );
    }
}
