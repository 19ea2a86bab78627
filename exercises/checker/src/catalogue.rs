//! Which exercises are there, and what belongs to each?
//!
//! A folder `exercises/NN-name/`, or `exercises/hunts/hN-name/`, with an `exercise.toml` that says
//! what can't be seen from its other files. A *side dish* stands on kettle's public API. The answer
//! to one of the *spine* replaces a file of the engine, its seam. A *hunt* is an engine with a
//! fault, seeded by a replacement in one file, and the program of whoever has met it.
//!
//! Interface: [`Exercise`], [`all`], [`find`]. Invariants: what is returned is complete: each file
//! that an exercise must have was there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::places::root;

/// `exercise.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) question: String,
    pub(crate) minutes: u32,
    /// 1 to 5.
    pub(crate) difficulty: u8,
    /// The file of `runtime/src` that the answer replaces.
    pub(crate) seam: Option<String>,
    /// Of a side dish: the file of `src/` that the answer can stand in for.
    pub(crate) part: Option<String>,
    /// The example whose replay shows this part at work.
    pub(crate) watch: Option<String>,
    /// Where kettle does it.
    pub(crate) kettle: Vec<String>,
    /// Where tokio does it.
    pub(crate) tokio: Vec<String>,
    /// What tokio does instead: told when the answer has passed.
    pub(crate) instead: String,
    /// The checks that fail at the start.
    pub(crate) starter: Vec<String>,
    /// Which check each wrong answer fails.
    #[serde(default)]
    pub(crate) wrong: BTreeMap<String, String>,
    /// Of a hunt: which sentence of the contract the fault breaks. Told when it is mended.
    pub(crate) broke: Option<String>,
    /// Of a hunt: what was done to the file `seam`.
    pub(crate) fault: Option<Change>,
    /// Of a hunt: mends that miss, each a change to the faulty file.
    #[serde(default)]
    pub(crate) miss: BTreeMap<String, Change>,
}

/// A text in a file that stands there once, and what stands there instead.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    pub(crate) find: String,
    pub(crate) replace: String,
    /// Of a mend that misses: the check that finds it out.
    #[serde(default)]
    pub(crate) fails: String,
}

impl Change {
    pub(crate) fn apply(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.find).count() {
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            count => Err(format!("stands there {count} times instead of once:\n{}", self.find)),
        }
    }
}

/// An exercise.
#[derive(Debug)]
pub(crate) struct Exercise {
    /// `06`, or `h2`.
    pub(crate) number: String,
    /// `06-run-queue`: its folder.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) sheet: Sheet,
}

/// How an answer is joined with kettle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// On the public API.
    Side,
    /// In place of a file of the engine.
    Spine,
    /// A mend of a file of the engine.
    Hunt,
}

impl Exercise {
    fn read(folder: &Path) -> Result<Exercise, String> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.split('-').next().unwrap_or_default().to_owned();
        let text = read(&folder.join("exercise.toml"))?;
        let sheet =
            toml::from_str(&text).map_err(|error| format!("{name}/exercise.toml: {error}"))?;
        let exercise = Exercise { number, name, folder: folder.to_owned(), sheet };
        exercise.is_complete()?;
        Ok(exercise)
    }

    fn is_complete(&self) -> Result<(), String> {
        let further: &[&str] = match self.kind() {
            Kind::Hunt => &["program.rs"],
            Kind::Side | Kind::Spine => &["starter.rs", "solution.rs"],
        };
        let needed = [&["README.md", "check.rs", "hints.md"], further].concat();
        for file in needed {
            if !self.folder.join(file).is_file() {
                return Err(format!("{} has no {file}", self.name));
            }
        }
        if self.kind() == Kind::Hunt && self.sheet.seam.is_none() {
            return Err(format!(
                "{}/exercise.toml: a fault needs a `seam`, the file it is in",
                self.name
            ));
        }
        let hints = self.hints()?.len();
        if hints != 3 {
            return Err(format!("{}/hints.md has {hints} hints instead of 3", self.name));
        }
        Ok(())
    }

    pub(crate) fn kind(&self) -> Kind {
        match (&self.sheet.fault, &self.sheet.seam) {
            (Some(_), _) => Kind::Hunt,
            (None, Some(_)) => Kind::Spine,
            (None, None) => Kind::Side,
        }
    }

    /// The file of the repository that `assemble` replaces by the answer.
    pub(crate) fn replaces(&self) -> Option<String> {
        let seam = self.sheet.seam.as_ref().map(|seam| format!("runtime/src/{seam}"));
        let part = self.sheet.part.as_ref().map(|part| format!("src/{part}"));
        seam.or(part).filter(|_| self.kind() != Kind::Hunt)
    }

    /// The file of the repository that its wrong answers can stand in for: a fault of kettle's then.
    pub(crate) fn spoils(&self) -> Option<String> {
        let seam = self.sheet.seam.as_ref().map(|seam| format!("runtime/src/{seam}"));
        seam.filter(|_| self.kind() == Kind::Hunt).or_else(|| self.replaces())
    }

    pub(crate) fn check(&self) -> PathBuf {
        self.folder.join("check.rs")
    }

    /// Of a hunt: the program of whoever has met the fault. It becomes an example of this name.
    pub(crate) fn program(&self) -> Option<(String, PathBuf)> {
        let name = self.name.replace('-', "_");
        (self.kind() == Kind::Hunt).then(|| (name, self.folder.join("program.rs")))
    }

    /// The sections of `hints.md`, each without its heading.
    pub(crate) fn hints(&self) -> Result<Vec<String>, String> {
        let text = read(&self.folder.join("hints.md"))?;
        let sections = text.split("\n## ").map(|section| section.trim_start_matches("## "));
        let bodies = sections.filter_map(|section| section.split_once('\n'));
        Ok(bodies.map(|(_, body)| body.trim().to_owned()).collect())
    }

    pub(crate) fn readme(&self) -> Result<String, String> {
        read(&self.folder.join("README.md"))
    }

    /// What the learner begins with: the starter, or the file with the fault in it.
    pub(crate) fn beginning(&self) -> Result<String, String> {
        match &self.sheet.fault {
            Some(fault) => {
                fault.apply(&self.engine_file()?).map_err(|error| self.fault_gone(&error))
            }
            None => read(&self.folder.join("starter.rs")),
        }
    }

    /// The reference: the solution, or the engine's own file.
    pub(crate) fn solution(&self) -> Result<String, String> {
        match self.kind() {
            Kind::Hunt => self.engine_file(),
            Kind::Side | Kind::Spine => read(&self.folder.join("solution.rs")),
        }
    }

    /// Each wrong answer: its name, its text, the check that it fails.
    pub(crate) fn wrong(&self) -> Result<Vec<(String, String, String)>, String> {
        let mut answers = Vec::new();
        for (name, fails) in &self.sheet.wrong {
            let text = read(&self.folder.join("wrong").join(format!("{name}.rs")))?;
            answers.push((name.clone(), text, fails.clone()));
        }
        for (name, change) in &self.sheet.miss {
            let text = change.apply(&self.beginning()?).map_err(|error| self.fault_gone(&error))?;
            answers.push((name.clone(), text, change.fails.clone()));
        }
        Ok(answers)
    }

    /// The engine's file at the seam.
    pub(crate) fn engine_file(&self) -> Result<String, String> {
        let seam = self.sheet.seam.as_deref().unwrap_or_default();
        read(&root().join("runtime/src").join(seam))
    }

    fn fault_gone(&self, error: &str) -> String {
        format!("{}: the engine has changed; what its `find` names {error}", self.name)
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// All exercises, in their order; the hunts last.
pub(crate) fn all() -> Result<Vec<Exercise>, String> {
    let exercises = root().join("exercises");
    let mut folders = folders(&exercises);
    folders.extend(self::folders(&exercises.join("hunts")));
    folders.iter().map(|folder| Exercise::read(folder)).collect()
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(of) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> =
        paths.filter(|path| path.join("exercise.toml").is_file()).collect();
    folders.sort();
    folders
}

/// The exercise that is called so: by its number (`6`, `06`, `h2`), its folder's name, or the name
/// without the number.
pub(crate) fn find<'a>(exercises: &'a [Exercise], called: &str) -> Result<&'a Exercise, String> {
    let called = called.trim_end_matches('/').to_lowercase();
    let padded = format!("{called:0>2}");
    let fits = |exercise: &&Exercise| {
        exercise.number == called
            || exercise.number == padded
            || exercise.name == called
            || exercise.name.split_once('-').is_some_and(|(_, name)| name == called)
    };
    exercises
        .iter()
        .find(fits)
        .ok_or_else(|| format!("no exercise is called `{called}`; `cargo exercise` lists them"))
}
