//! Which exercises are there, and what belongs to each?
//!
//! A folder `exercises/NAME/`, or `exercises/hunts/NAME/`, with an `exercise.toml` that says
//! what can't be seen from its other files. The map of the book (`kettle_kit::map`) numbers them. A *side dish* uses kettle's public API. The answer
//! to one of the *spine* replaces a file of the engine, its seam; if it has no `solution.rs` of its
//! own, the engine's file is the solution. A *hunt* is an engine with a fault in one file, and the
//! program of the person who has met it. A *step* of the ladder (`exercises/ladder/stepN`) is a
//! runtime in one file, and its solution is the project's own in `examples/steps`.
//!
//! What differs little from the solution is kept as a patch against it (`patch.rs`). A [`Version`]
//! is the whole file again, whatever it is kept as.
//!
//! Interface: [`Exercise`], [`Version`], [`all`], [`find`]. Invariants: what is returned is
//! complete: each file that an exercise must have was there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kettle_kit::files::read;
use kettle_kit::map::{self, MAP};
use kettle_kit::patch::Patch;
use serde::Deserialize;

use crate::places::{root, shown};

/// `exercise.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) question: String,
    pub(crate) minutes: u32,
    /// 1 to 5.
    pub(crate) difficulty: u8,
    /// The file that the answer replaces: its path under `runtime/src`, such as `time/wheel.rs`.
    pub(crate) seam: Option<String>,
    /// Of a side dish: the file of `src/` that the answer can replace.
    pub(crate) part: Option<String>,
    /// Of a step of the ladder, and what makes it one: the project's own, in `examples/steps`.
    pub(crate) step: Option<String>,
    /// The example whose replay shows this part at work.
    pub(crate) watch: Option<String>,
    /// Where kettle does it.
    #[serde(default)]
    pub(crate) kettle: Vec<String>,
    /// Where tokio does it.
    #[serde(default)]
    pub(crate) tokio: Vec<String>,
    /// What tokio does instead: told when the answer has passed. Of a step, its flaw is told.
    #[serde(default)]
    pub(crate) instead: String,
    /// The checks that fail at the start.
    #[serde(default)]
    pub(crate) starter: Vec<String>,
    /// The answers that pass, although they are unlike the solution.
    #[serde(default)]
    pub(crate) right: Vec<String>,
    /// Which check each wrong answer fails.
    #[serde(default)]
    pub(crate) wrong: BTreeMap<String, String>,
    /// The wrong answers among these that, in kettle itself, only a model notices (`tests/models`).
    #[serde(default)]
    pub(crate) modelled: Vec<String>,
    /// Of a hunt, and what makes it one: which sentence of the contract the fault breaks. Told when
    /// it is fixed.
    pub(crate) broke: Option<String>,
    /// Of a hunt: which check each fix that misses fails.
    #[serde(default)]
    pub(crate) miss: BTreeMap<String, String>,
}

/// A file that takes the answer's place, as a whole.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) text: String,
    /// What it is kept as, if it is not kept as a whole.
    pub(crate) patch: Option<Patch>,
}

/// An exercise.
#[derive(Debug)]
pub(crate) struct Exercise {
    /// `14.2`: its chapter, and its place there.
    pub(crate) number: String,
    /// `run-queue`: its folder.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) sheet: Sheet,
    /// `runtime/src`.
    engine: PathBuf,
}

/// How an answer is joined with kettle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// On the public API.
    Side,
    /// In place of a file of the engine.
    Spine,
    /// A fix of a file of the engine.
    Hunt,
    /// A runtime in one file, with nothing of kettle's.
    Step,
}

impl Exercise {
    fn read(folder: &Path, engine: &Path, number: &str) -> Result<Exercise, String> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = number.to_owned();
        let text = read(&folder.join("exercise.toml"))?;
        let sheet =
            toml::from_str(&text).map_err(|error| format!("{name}/exercise.toml: {error}"))?;
        let (folder, engine) = (folder.to_owned(), engine.to_owned());
        let exercise = Exercise { number, name, folder, sheet, engine };
        exercise.is_complete()?;
        Ok(exercise)
    }

    fn is_complete(&self) -> Result<(), String> {
        let further: &[&[&str]] = match self.kind() {
            Kind::Hunt => &[&["program.rs"], &["fault.patch"]],
            Kind::Spine => &[&["starter.rs", "starter.patch"]],
            Kind::Side => &[&["starter.rs", "starter.patch"], &["solution.rs"]],
            Kind::Step => &[],
        };
        let always: &[&[&str]] = match self.kind() {
            Kind::Step => &[&["hints.md"]],
            _ => &[&["README.md"], &["check.rs"], &["hints.md"]],
        };
        for names in always.iter().chain(further) {
            if !names.iter().any(|name| self.folder.join(name).is_file()) {
                return Err(format!("{} has no {}", self.name, names.join(", and no ")));
            }
        }
        let sheet = format!("{}/exercise.toml", self.name);
        match &self.sheet.seam {
            Some(seam) if !self.engine.join(seam).is_file() => {
                let engine = shown(&self.engine);
                return Err(format!("{sheet}: the seam `{seam}` is no file under {engine}"));
            }
            None if self.kind() == Kind::Hunt => {
                return Err(format!("{sheet}: a fault needs a `seam`, the file it is in"));
            }
            _ => {}
        }
        let unknown = |name: &&String| !self.sheet.wrong.contains_key(*name);
        if let Some(name) = self.sheet.modelled.iter().find(unknown) {
            return Err(format!("{sheet}: no wrong answer is called `{name}`"));
        }
        let hints = self.hints()?.len();
        if hints != 3 {
            return Err(format!("{}/hints.md has {hints} hints instead of 3", self.name));
        }
        Ok(())
    }

    pub(crate) fn kind(&self) -> Kind {
        match &self.sheet {
            Sheet { step: Some(_), .. } => Kind::Step,
            Sheet { broke: Some(_), .. } => Kind::Hunt,
            Sheet { seam: Some(_), .. } => Kind::Spine,
            _ => Kind::Side,
        }
    }

    /// The file of the repository that `assemble` replaces by the answer.
    pub(crate) fn replaces(&self) -> Option<String> {
        let seam = self.sheet.seam.as_ref().map(|seam| format!("runtime/src/{seam}"));
        let part = self.sheet.part.as_ref().map(|part| format!("src/{part}"));
        seam.or(part).filter(|_| self.kind() != Kind::Hunt)
    }

    /// The file of the repository that its wrong answers can replace: a fault of kettle's then.
    pub(crate) fn spoils(&self) -> Option<String> {
        let seam = self.sheet.seam.as_ref().map(|seam| format!("runtime/src/{seam}"));
        seam.filter(|_| self.kind() == Kind::Hunt).or_else(|| self.replaces())
    }

    pub(crate) fn check(&self) -> PathBuf {
        self.folder.join("check.rs")
    }

    /// Of a hunt: the program of the person who has met the fault. It becomes an example of this name.
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

    /// How the command that starts it calls it: `run-queue`, `step 3`.
    pub(crate) fn called(&self) -> String {
        match self.kind() {
            Kind::Step => self.name.replace("step", "step "),
            _ => self.name.clone(),
        }
    }

    /// `14.2 The run queue`, `step 3 Tasks and a queue`.
    pub(crate) fn heading(&self) -> String {
        let number = if self.kind() == Kind::Step { self.called() } else { self.number.clone() };
        format!("{number} {}", self.sheet.title)
    }

    pub(crate) fn readme(&self) -> Result<String, String> {
        read(&self.folder.join("README.md"))
    }

    /// What the learner begins with: the starter, or the file with the fault in it. (A step begins as
    /// the step before.)
    pub(crate) fn beginning(&self) -> Result<String, String> {
        Ok(self.version(self.beginning_name())?.text)
    }

    /// The reference: the solution, or the engine's own file.
    pub(crate) fn solution(&self) -> Result<String, String> {
        read(&self.solution_path())
    }

    pub(crate) fn solution_path(&self) -> PathBuf {
        let own = self.folder.join("solution.rs");
        match &self.sheet {
            Sheet { step: Some(step), .. } => root().join("examples/steps").join(step),
            Sheet { seam: Some(seam), .. } if !own.is_file() => self.engine.join(seam),
            _ => own,
        }
    }

    /// The folder of the wrong answers, and which check each of them fails.
    pub(crate) fn wrong_ones(&self) -> (&'static str, &BTreeMap<String, String>) {
        match self.kind() {
            Kind::Hunt => ("miss", &self.sheet.miss),
            Kind::Side | Kind::Spine | Kind::Step => ("wrong", &self.sheet.wrong),
        }
    }

    /// `starter`, or of a hunt `fault`.
    pub(crate) fn beginning_name(&self) -> &'static str {
        if self.kind() == Kind::Hunt { "fault" } else { "starter" }
    }

    /// What [`version`](Self::version) knows.
    pub(crate) fn versions(&self) -> Vec<String> {
        let (folder, answers) = self.wrong_ones();
        // A step begins as the one before.
        let has_beginning = !self.sheet.starter.is_empty();
        let beginning = has_beginning.then(|| self.beginning_name().to_owned());
        let always = ["solution".to_owned()].into_iter().chain(beginning);
        let right = self.sheet.right.iter().map(|name| format!("right/{name}"));
        let wrong = answers.keys().map(|name| format!("{folder}/{name}"));
        always.chain(right).chain(wrong).collect()
    }

    /// The whole file that `what` names: `solution`, `starter`, `right/NAME`, `wrong/NAME`; of a hunt
    /// `fault`, `miss/NAME`.
    pub(crate) fn version(&self, what: &str) -> Result<Version, String> {
        let known = self.versions();
        if !known.iter().any(|name| name == what) {
            let name = &self.name;
            return Err(format!("{name} has no `{what}`; there is: {}", known.join(", ")));
        }
        let whole = self.folder.join("starter.rs");
        match what {
            "solution" => Ok(Version { text: self.solution()?, patch: None }),
            "starter" if whole.is_file() => Ok(Version { text: read(&whole)?, patch: None }),
            _ => {
                let patch = Patch::read(&self.folder.join(format!("{what}.patch")))?;
                let (base, name) = self.base_of(what)?;
                Ok(Version { text: patch.apply(&base, &name)?, patch: Some(patch) })
            }
        }
    }

    /// What the patch `what` is made against, and how that is called: the solution; of a fix that
    /// misses, the file with the fault.
    pub(crate) fn base_of(&self, what: &str) -> Result<(String, String), String> {
        if self.kind() == Kind::Hunt && what != "fault" {
            return Ok((
                self.beginning()?,
                format!("{} with its fault", shown(&self.solution_path())),
            ));
        }
        Ok((self.solution()?, shown(&self.solution_path())))
    }
}

/// All exercises and hunts, in the order of the map; then the steps of the ladder.
pub(crate) fn all() -> Result<Vec<Exercise>, String> {
    let (exercises, engine) = (root().join("exercises"), root().join("runtime/src"));
    let map = map::read()?;
    let numbers = map::numbers(&map);
    let mut found = folders(&exercises);
    found.extend(folders(&exercises.join("hunts")));
    let mut all = Vec::new();
    for (number, name) in numbers {
        let place = found.iter().position(|folder| folder.ends_with(name));
        let place = place.ok_or(format!("{MAP} names `{name}` twice, or it is no exercise"))?;
        all.push(Exercise::read(&found.swap_remove(place), &engine, &number)?);
    }
    if let Some(folder) = found.first() {
        return Err(format!("{MAP} does not name {}", shown(folder)));
    }
    for step in folders(&exercises.join("ladder")) {
        all.push(Exercise::read(&step, &engine, "")?);
    }
    Ok(all)
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(of) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> =
        paths.filter(|path| path.join("exercise.toml").is_file()).collect();
    folders.sort();
    folders
}

/// The exercise that is called so: by its number (`3.1`) or its folder's name (`yield-now`, `step3`).
pub(crate) fn find<'a>(exercises: &'a [Exercise], called: &str) -> Result<&'a Exercise, String> {
    let called = called.trim_end_matches('/').to_lowercase();
    let fits = |exercise: &&Exercise| [&exercise.number, &exercise.name].contains(&&called);
    let found = (!called.is_empty()).then(|| exercises.iter().find(fits)).flatten();
    found.ok_or_else(|| {
        let is_step = exercises.iter().any(|one| one.name == format!("step{called}"));
        let step = format!(" (step {called} is `cargo exercise step {called}`)");
        format!(
            "no exercise is called `{called}`{}; `cargo exercise` lists them, \
             `cargo exercise --help` the commands",
            if is_step { &step } else { "" }
        )
    })
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
