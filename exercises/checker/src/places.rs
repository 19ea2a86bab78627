//! Where is everything?
//!
//! The exercises in the repository; the learner's answers in `learn/`, a workspace of its own that
//! git ignores; everything built under `target/`.

use std::env;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{self, Path, PathBuf};

pub(crate) use kettle_kit::tree::{root, shown};

/// The learner's own. `KETTLE_LEARN` puts it elsewhere: two learners at one checkout, or a test.
pub(crate) fn learn() -> PathBuf {
    elsewhere().unwrap_or_else(|| root().join("learn"))
}

/// What is built of the learner's own. A learner elsewhere has a folder of built programs, too: the
/// programs have the same names.
pub(crate) fn learn_target() -> PathBuf {
    elsewhere().map_or_else(|| root().join("target/learn"), |learn| learn.join("target"))
}

/// What is built of all exercises, to prove them.
pub(crate) fn proof_target() -> PathBuf {
    root().join("target/exercises/target")
}

/// As seen from here: cargo is started in other folders.
fn elsewhere() -> Option<PathBuf> {
    let learn = env::var_os("KETTLE_LEARN").filter(|learn| !learn.is_empty())?;
    Some(path::absolute(&learn).unwrap_or_else(|_| PathBuf::from(learn)))
}

/// The folder of `learn/` in which the command was typed.
pub(crate) fn folder_here() -> Option<String> {
    let real = |path: PathBuf| fs::canonicalize(&path).unwrap_or(path);
    let (here, learn) = (real(env::current_dir().ok()?), real(learn()));
    Some(here.strip_prefix(learn).ok()?.iter().next()?.to_string_lossy().into_owned())
}

/// What of the repository a manifest in `folder`, which exists, names. Within the repository the way
/// is told from there, so that it stays right when all of it is moved.
pub(crate) fn way(folder: &Path, to: &str) -> String {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match real(folder).strip_prefix(real(&root())) {
        Ok(within) => "../".repeat(within.components().count()) + to,
        Err(_) => root().join(to).display().to_string(),
    }
}

/// Waits until no other command works in `folder`; as long as the file is kept, none begins.
pub(crate) fn alone(folder: &Path) -> Result<File, String> {
    let failed = |error: io::Error| format!("{}: {error}", shown(folder));
    fs::create_dir_all(folder).map_err(failed)?;
    let options = File::options().create(true).truncate(false).write(true).clone();
    let lock = options.open(folder.join(".lock")).map_err(failed)?;
    // Where there are no locks, no command waits.
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        anstream::eprintln!("Another command is using {}; this one waits.", shown(folder));
        lock.lock().map_err(failed)?;
    }
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_told_from_within_the_repository_alone() {
        assert_eq!(way(&root().join("exercises/checker"), "runtime"), "../../runtime");
        let outside = root().join("runtime").display().to_string();
        assert_eq!(way(&env::temp_dir(), "runtime"), outside);
    }
}
