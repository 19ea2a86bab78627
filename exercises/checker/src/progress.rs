//! How far is the learner?
//!
//! An answer that has passed is kept in `learn/passed/`: so what is put together later is what
//! passed, and that it is there says that it has. All else is in `learn/progress.toml`, in a form
//! that can be read and changed by hand.
//!
//! Interface: [`Progress`], [`pass`], [`has_passed`], [`passed_answer`]. Invariants: a change is
//! made to what is in the file now, because a `watch` lives for hours and other commands write
//! meanwhile; the file is replaced as a whole, so that none is half written; one that can't be read
//! is an error, and never taken for a beginning.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use kettle_kit::files;
use serde::{Deserialize, Serialize};

use crate::catalogue::Exercise;
use crate::package::replace;
use crate::places::{learn, shown};

/// The whole.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Progress {
    /// The exercise that commands without a name mean.
    current: Option<String>,
    #[serde(default)]
    exercise: BTreeMap<String, Standing>,
}

/// Of one exercise.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Standing {
    /// How many hints were given.
    pub(crate) hints: usize,
    /// The reference was shown before the answer had passed.
    pub(crate) gave_up: bool,
}

impl Progress {
    pub(crate) fn read() -> Result<Progress, String> {
        let path = path();
        if !path.exists() {
            return Ok(Progress::default());
        }
        toml::from_str(&files::read(&path)?).map_err(|error| {
            let (path, kept) = (shown(&path), shown(&learn().join("passed")));
            format!("{path}: {error}\nCorrect it, or delete it. {kept} has what has passed.")
        })
    }

    pub(crate) fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// What is noted of the exercise, or the step of the ladder, with this name.
    pub(crate) fn of(&self, name: &str) -> Standing {
        self.exercise.get(name).copied().unwrap_or_default()
    }

    /// From now on commands without a name mean this one.
    pub(crate) fn start(&mut self, exercise: &Exercise) -> Result<(), String> {
        self.update(|progress| {
            progress.current = Some(exercise.name.clone());
            progress.exercise.entry(exercise.name.clone()).or_default();
        })
    }

    pub(crate) fn change(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Standing),
    ) -> Result<(), String> {
        self.update(|progress| change(progress.exercise.entry(name.to_owned()).or_default()))
    }

    fn update(&mut self, change: impl FnOnce(&mut Progress)) -> Result<(), String> {
        *self = Progress::read()?;
        change(self);
        replace(&path(), &toml::to_string(self).map_err(|error| error.to_string())?)
    }
}

/// The answer has passed: keeps it.
pub(crate) fn pass(name: &str, answer: &str) -> Result<(), String> {
    replace(&kept(name), answer)
}

pub(crate) fn has_passed(name: &str) -> bool {
    kept(name).is_file()
}

/// The answer that has passed.
pub(crate) fn passed_answer(name: &str) -> Option<String> {
    fs::read_to_string(kept(name)).ok()
}

fn path() -> PathBuf {
    learn().join("progress.toml")
}

fn kept(name: &str) -> PathBuf {
    learn().join("passed").join(format!("{name}.rs"))
}
