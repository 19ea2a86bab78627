//! Where does everything stand?
//!
//! The exercises in the repository; the learner's answers in `learn/`, a workspace of its own that
//! git ignores; everything built under `target/`.

use std::env;
use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Path::parent).expect("exercises/checker stands in the repository")
}

/// The learner's own. `KETTLE_LEARN` puts it elsewhere: two learners at one checkout, or a test.
pub(crate) fn learn() -> PathBuf {
    env::var_os("KETTLE_LEARN").map_or_else(|| root().join("learn"), PathBuf::from)
}

/// What is built of the learner's own. A learner elsewhere has his own: the programs have the same
/// names.
pub(crate) fn learn_target() -> PathBuf {
    env::var_os("KETTLE_LEARN")
        .map_or_else(|| root().join("target/learn"), |learn| PathBuf::from(learn).join("target"))
}

/// A path as one would type it, seen from the repository.
pub(crate) fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
