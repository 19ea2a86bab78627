//! How far is the learner, and what comes next?
//!
//! An answer is in `learn/passed/` only if it has passed, and `assemble` takes it from there. The
//! rest is in `learn/progress.toml` ([`Progress`]). [`after`] and [`at_hand`] say what comes next.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{self, PathBuf};

use kettle_kit::tree::{from_root, root};
use kettle_kit::{files, map};
use serde::{Deserialize, Serialize};

use crate::catalogue::Exercise;

/// The learner's own folder, which git ignores. `KETTLE_LEARN` puts it elsewhere, for tests.
pub(crate) fn learn() -> PathBuf {
    let elsewhere = env::var_os("KETTLE_LEARN").and_then(|learn| path::absolute(learn).ok());
    elsewhere.unwrap_or_else(|| root().join("learn"))
}

/// Where all exercises and the proof are built, so that they share what they have in common.
pub(crate) fn target() -> PathBuf {
    root().join("target/exercises/target")
}

/// `learn/progress.toml`.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Progress {
    /// The exercise that commands without a name mean.
    pub(crate) current: Option<String>,
    /// How many hints were given.
    #[serde(default)]
    pub(crate) hints: BTreeMap<String, usize>,
}

impl Progress {
    fn path() -> PathBuf {
        learn().join("progress.toml")
    }

    pub(crate) fn read() -> Result<Progress, String> {
        let path = Progress::path();
        if !path.exists() {
            return Ok(Progress::default());
        }
        let progress = toml::from_str(&files::read(&path)?);
        progress
            .map_err(|error| format!("{}: {error}\nCorrect it, or delete it.", from_root(&path)))
    }

    pub(crate) fn save(&self) -> Result<(), String> {
        let text = toml::to_string(self).map_err(|error| error.to_string())?;
        files::put(&Progress::path(), &text)
    }

    /// From now on commands without a name mean this one.
    pub(crate) fn start(&mut self, exercise: &Exercise) -> Result<(), String> {
        self.current = Some(exercise.name.clone());
        self.save()
    }
}

fn passed_path(name: &str) -> PathBuf {
    learn().join("passed").join(format!("{name}.rs"))
}

pub(crate) fn has_passed(name: &str) -> bool {
    passed_path(name).exists()
}

/// The answer as it was when it passed.
pub(crate) fn passed_answer(name: &str) -> Option<String> {
    fs::read_to_string(passed_path(name)).ok()
}

pub(crate) fn pass(name: &str, answer: &str) -> Result<(), String> {
    files::put(&passed_path(name), answer)
}

/// The next exercise after this one that has not passed; after the last comes the first.
pub(crate) fn after<'a>(all: &'a [Exercise], this: &Exercise) -> Option<&'a Exercise> {
    let path = in_order(all);
    let here = path.iter().position(|one| one.name == this.name).unwrap_or_default();
    let (before, after) = path.split_at(here);
    after.iter().chain(before).find(|one| !has_passed(&one.name)).copied()
}

/// The exercise at hand, if it has not passed; else the first that hasn't.
pub(crate) fn at_hand<'a>(all: &'a [Exercise], progress: &Progress) -> Option<&'a Exercise> {
    let open = || in_order(all).into_iter().filter(|one| !has_passed(&one.name));
    let current = open().find(|one| progress.current.as_ref() == Some(&one.name));
    current.or_else(|| open().next())
}

/// All that there is to do, in the order of the map: a chapter's rungs of the ladder, its
/// exercises, its hunts.
fn in_order(all: &[Exercise]) -> Vec<&Exercise> {
    let rows = map::read().unwrap_or_default().into_iter();
    let names = rows.flat_map(|row| [row.rungs, row.exercises].concat());
    names.filter_map(|name| all.iter().find(|one| one.name == name)).collect()
}
