//! Which exercises are there, and what belongs to each?
//!
//! Each is a folder `exercises/NAME/`, or `exercises/hunts/NAME/`. Its `exercise.toml` says what
//! its other files don't show ([`Sheet`]), and the map of the book (`kettle_kit::map`) numbers it.
//! There are four kinds ([`Kind`]), each with its solution in a different place.
//!
//! A file that differs little from the solution is kept as a patch against it. A [`Version`] is
//! always the whole file. [`all`] reads all exercises.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kettle_kit::files::read;
use kettle_kit::map::{self, MAP};
use kettle_kit::patch::Patch;
use kettle_kit::tree::{self, from_root, root};
use serde::Deserialize;

/// `exercise.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) question: String,
    pub(crate) minutes: u32,
    /// 1 to 5.
    pub(crate) difficulty: usize,
    /// The file of the engine that the answer replaces, such as `time/wheel.rs` for
    /// `runtime/src/time/wheel.rs`.
    pub(crate) seam: Option<String>,
    /// For a side dish, the file of `src/` that the answer can replace.
    pub(crate) part: Option<String>,
    /// Makes it a rung of the ladder: the project's own file in `examples/rungs`.
    pub(crate) rung: Option<String>,
    /// Makes it a hunt: the sentence of the contract that the bug breaks. The learner reads it when
    /// the bug is fixed.
    pub(crate) broke: Option<String>,
    /// In a hunt, the exercise about the same file, whose checks judge the fix.
    pub(crate) checks: Option<String>,
    /// Where kettle does it.
    #[serde(default)]
    pub(crate) kettle: Vec<String>,
    /// Where tokio does it.
    #[serde(default)]
    pub(crate) tokio: Vec<String>,
    /// What tokio does instead. The learner reads it when the answer has passed.
    #[serde(default)]
    pub(crate) instead: String,
    /// Which check each wrong answer fails, or in a hunt each fix that misses.
    #[serde(default, alias = "miss")]
    pub(crate) wrong: BTreeMap<String, String>,
}

/// How an answer is joined with kettle, and where the solution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A program on the public API. The solution is `solution.rs`.
    Side,
    /// A file in place of one of the engine's, the seam. The solution is `solution.rs`, or the
    /// engine's own file.
    Spine,
    /// A fix of a file of the engine. The solution is the engine's own file.
    Hunt,
    /// A runtime in one file, without kettle. The solution is the project's, in `examples/rungs`.
    Rung,
}

#[derive(Debug)]
pub(crate) struct Exercise {
    /// `14.2`: its chapter, and its place there. A rung has none.
    pub(crate) number: String,
    /// `run-queue`: its folder's name.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) sheet: Sheet,
}

/// Checks for which the answer is compiled a second time, with loom's atomics.
pub(crate) struct Model {
    /// The module that the answer is.
    pub(crate) module: String,
    pub(crate) text: String,
}

/// A file that takes the answer's place, as a whole.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) text: String,
    /// What the author of this answer believes, from the head of its patch.
    pub(crate) belief: String,
}

impl Exercise {
    fn read(folder: PathBuf, number: String) -> Result<Exercise, String> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = read(&folder.join("exercise.toml"))?;
        let sheet = toml::from_str(&text);
        let sheet = sheet.map_err(|error| format!("{name}/exercise.toml: {error}"))?;
        Ok(Exercise { number, name, folder, sheet })
    }

    pub(crate) fn kind(&self) -> Kind {
        match &self.sheet {
            Sheet { rung: Some(_), .. } => Kind::Rung,
            Sheet { broke: Some(_), .. } => Kind::Hunt,
            Sheet { seam: Some(_), .. } => Kind::Spine,
            _ => Kind::Side,
        }
    }

    /// The file of the engine that it is about; empty if it is about none.
    pub(crate) fn seam(&self) -> &str {
        self.sheet.seam.as_deref().unwrap_or_default()
    }

    /// The file of the repository that `assemble` replaces by the answer.
    pub(crate) fn replaces(&self) -> Option<String> {
        match self.kind() {
            Kind::Hunt => None,
            Kind::Spine => Some(format!("runtime/src/{}", self.seam())),
            Kind::Side | Kind::Rung => self.sheet.part.as_ref().map(|part| format!("src/{part}")),
        }
    }

    /// What `cargo exercise` calls it: `run-queue`, `rung 3`.
    pub(crate) fn called(&self) -> String {
        if self.kind() == Kind::Rung {
            self.name.replace("rung", "rung ")
        } else {
            self.name.clone()
        }
    }

    /// `14.2 The run queue`, `rung 3 Tasks and a queue`.
    pub(crate) fn heading(&self) -> String {
        let called = self.called();
        let number = if self.kind() == Kind::Rung { &called } else { &self.number };
        format!("{number} {}", self.sheet.title)
    }

    /// The sections of `hints.md`, each without its heading.
    pub(crate) fn hints(&self) -> Result<Vec<String>, String> {
        let text = read(&self.folder.join("hints.md"))?;
        let sections = text.split("## ").filter_map(|section| section.split_once('\n'));
        Ok(sections.map(|(_, body)| body.trim().to_owned()).collect())
    }

    /// The text of `check.rs`.
    pub(crate) fn checks(&self) -> Result<String, String> {
        let others = self.sheet.checks.as_ref().map(|name| root().join("exercises").join(name));
        read(&others.as_ref().unwrap_or(&self.folder).join("check.rs"))
    }

    /// The model, if there is one.
    pub(crate) fn model(&self) -> Result<Option<Model>, String> {
        let path = self.folder.join("model.rs");
        if !path.is_file() {
            return Ok(None);
        }
        let file = self.seam().rsplit('/').next().unwrap_or_default();
        let module = file.trim_end_matches(".rs").to_owned();
        Ok(Some(Model { module, text: read(&path)? }))
    }

    pub(crate) fn solution_path(&self) -> PathBuf {
        let own = self.folder.join("solution.rs");
        match &self.sheet {
            Sheet { rung: Some(rung), .. } => root().join("examples/rungs").join(rung),
            Sheet { seam: Some(seam), .. } if !own.is_file() => {
                root().join("runtime/src").join(seam)
            }
            _ => own,
        }
    }

    /// What the learner begins with: `starter`, or `fault` in a hunt. Every rung but the first
    /// begins as the rung before it.
    pub(crate) fn beginning(&self) -> &'static str {
        if self.kind() == Kind::Hunt { "fault" } else { "starter" }
    }

    /// The names that [`version`](Self::version) knows.
    pub(crate) fn versions(&self) -> Vec<String> {
        let files = tree::files(&self.folder, "");
        let within = files.iter().filter_map(|file| file.strip_prefix(&self.folder).ok());
        let mut versions = vec!["solution".to_owned()];
        versions.extend(within.map(tree::with_slashes).filter_map(|name| match name.as_str() {
            "starter.rs" => Some("starter".to_owned()),
            _ => name.strip_suffix(".patch").map(str::to_owned),
        }));
        versions
    }

    /// The whole file that `what` names: `solution`, `starter`, `right/NAME` or `wrong/NAME`; in a
    /// hunt also `fault` or `miss/NAME`.
    pub(crate) fn version(&self, what: &str) -> Result<Version, String> {
        let known = self.versions();
        if !known.iter().any(|name| name == what) {
            let name = &self.name;
            return Err(format!("{name} has no `{what}`; there is: {}", known.join(", ")));
        }
        let whole = self.folder.join(format!("{what}.rs"));
        if what == "solution" {
            Ok(Version { text: read(&self.solution_path())?, belief: String::new() })
        } else if whole.is_file() {
            Ok(Version { text: read(&whole)?, belief: String::new() })
        } else {
            let patch = Patch::read(&self.folder.join(format!("{what}.patch")))?;
            // A fix that misses is made of the file with the fault.
            let base = if what.starts_with("miss/") { "fault" } else { "solution" };
            let name = format!("the {base} of {}", self.name);
            let text = patch.apply(&self.version(base)?.text, &name)?;
            Ok(Version { text, belief: patch.belief })
        }
    }
}

/// All exercises and hunts, in the order of the map; then the rungs of the ladder.
pub(crate) fn all() -> Result<Vec<Exercise>, String> {
    let exercises = root().join("exercises");
    let mut found = folders(&exercises);
    found.extend(folders(&exercises.join("hunts")));
    let mut all = Vec::new();
    for (number, name) in map::numbers(&map::read()?) {
        let place = found.iter().position(|folder| folder.ends_with(name));
        let place = place.ok_or(format!("{MAP} names `{name}` twice, or it is no exercise"))?;
        all.push(Exercise::read(found.swap_remove(place), number)?);
    }
    if let Some(folder) = found.first() {
        return Err(format!("{MAP} does not name {}", from_root(folder)));
    }
    for rung in folders(&exercises.join("ladder")) {
        all.push(Exercise::read(rung, String::new())?);
    }
    Ok(all)
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = of.read_dir().into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.join("exercise.toml").is_file())
        .collect();
    folders.sort();
    folders
}

/// The exercise with this number (`3.1`) or folder's name (`yield-now`, `rung3`).
pub(crate) fn find<'a>(exercises: &'a [Exercise], called: &str) -> Result<&'a Exercise, String> {
    let fits = |one: &&Exercise| !called.is_empty() && (one.number == called || one.name == called);
    exercises.iter().find(fits).ok_or_else(|| {
        format!(
            "no exercise is called `{called}`; `cargo exercise` lists them, \
             `cargo exercise --help` the commands (a rung is `cargo exercise rung 3`)"
        )
    })
}
