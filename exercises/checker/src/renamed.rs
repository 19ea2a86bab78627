//! What of a learner's own is called as the exercises once were?
//!
//! They had numbers, and the folders began with them (`06-run-queue`). Who asks for one by its number is told its
//! name. A learner's folders, kept answers and progress that still have the number are called by the name.
//!
//! Interface: [`of_number`], [`todays`], [`rename`]. Invariant: what has the name already is never replaced.

use std::fs;
use std::path::Path;

use anstream::eprintln;
use kettle_kit::files;

use crate::places::shown;

/// What the exercise is called now that once had this number (`6`, `06`, `06-run-queue`).
pub(crate) fn of_number(called: &str) -> Option<&'static str> {
    let number = called.split('-').next()?;
    let fits = |old: &str| old == number || old.strip_prefix('0') == Some(number);
    OLD_NUMBERS.iter().find(|(old, _)| fits(old)).map(|(_, name)| *name)
}

/// What the folder `06-run-queue` is called now.
pub(crate) fn todays(folder: &str) -> Option<&'static str> {
    let (_, name) = folder.split_once('-')?;
    of_number(folder).filter(|todays| *todays == name)
}

/// Gives the learner's packages, and the answers that have passed, today's names.
pub(crate) fn rename(learn: &Path) -> Result<(), String> {
    for (folder, ending) in [(learn.to_owned(), ""), (learn.join("passed"), ".rs")] {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, old) = (entry.path(), entry.file_name());
            let old = old.to_str().and_then(|old| old.strip_suffix(ending)).unwrap_or_default();
            let Some(name) = todays(old) else { continue };
            let new = folder.join(format!("{name}{ending}"));
            if new.exists() {
                continue;
            }
            rename_package(&path, old, name)?;
            fs::rename(&path, &new).map_err(|error| {
                format!("{} is to be {} now: {error}", shown(&path), shown(&new))
            })?;
            eprintln!("{} is {} now: exercises have no numbers.", shown(&path), shown(&new));
        }
    }
    Ok(())
}

/// The names of a package and its library. (In a hunt they are not written again at the next check.)
fn rename_package(folder: &Path, old: &str, name: &str) -> Result<(), String> {
    for file in ["Cargo.toml", "src/bin.rs"].map(|file| folder.join(file)) {
        if file.is_file() {
            let text = files::read(&file)?
                .replace(&format!("exercise-{old}"), &format!("exercise-{name}"));
            let library = |name: &str| format!("exercise_{}", name.replace('-', "_"));
            files::put(&file, text.replace(&library(old), &library(name)))?;
        }
    }
    Ok(())
}

pub(crate) const OLD_NUMBERS: &[(&str, &str)] = &[
    ("00", "first-steps"),
    ("01", "yield-now"),
    ("01b", "state-machine"),
    ("02", "block-on"),
    ("03", "join"),
    ("04", "timeout"),
    ("05", "sleep"),
    ("05b", "step 3"),
    ("06", "run-queue"),
    ("07", "task-state"),
    ("08", "waker"),
    ("09", "oneshot"),
    ("10", "join-handle"),
    ("11", "notify"),
    ("12", "mutex"),
    ("13", "channel"),
    ("14", "timer-wheel"),
    ("15", "io-source"),
    ("16", "budget"),
    ("17", "blocking"),
    ("18", "unordered"),
    ("19", "stealing"),
    ("h1", "twice"),
    ("h2", "silence"),
    ("h3", "unheard"),
    ("h4", "waiting-room"),
    ("h5", "insomnia"),
    ("h6", "last-words"),
    ("h7", "metronome"),
    ("h8", "overslept"),
];
