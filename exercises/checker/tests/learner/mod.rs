//! A learner at this checkout, for tests: with a folder of its own (`KETTLE_LEARN`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// There is one learner at a time. What one has built is left to the next, because it takes a
/// minute.
pub(crate) struct Learner {
    pub(crate) folder: PathBuf,
    _alone: MutexGuard<'static, ()>,
}

impl Learner {
    pub(crate) fn new() -> Learner {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("learn");
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_file() {
                fs::remove_file(path).expect("a file of the last one");
            } else if !path.ends_with("target") {
                fs::remove_dir_all(path).expect("a folder of the last one");
            }
        }
        // Kettle and the judge are built once, for `cargo exercise prove`, too.
        #[cfg(unix)]
        {
            let shared = kettle_kit::tree::root().join("target/exercises/target");
            let _ = [&folder, &shared].map(fs::create_dir_all);
            let _ = std::os::unix::fs::symlink(shared, folder.join("target"));
        }
        Learner { folder, _alone: alone }
    }

    /// `cargo exercise WORDS`
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exercise"));
        command.args(words.split_whitespace()).env("KETTLE_LEARN", &self.folder);
        command.stdin(Stdio::null());
        command
    }

    /// How a command ended, and what it printed.
    pub(crate) fn types(&self, words: &str) -> (Option<i32>, String) {
        let output: Output = self.command(words).output().expect("it starts");
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).expect("text"))
    }

    /// The same for a command that ends with `code` and says all of `parts`.
    pub(crate) fn told(&self, words: &str, code: i32, parts: &[&str]) -> String {
        let (ended, said) = self.types(words);
        assert_eq!(ended, Some(code), "{words}:\n{said}");
        has(&said, parts);
        said
    }

    /// The whole file that `cargo exercise show WORDS` prints.
    pub(crate) fn shown(&self, words: &str) -> String {
        let output = self.command(&format!("show {words}")).output().expect("it starts");
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    pub(crate) fn answers(&self, exercise: &str, text: &str) {
        fs::write(self.folder.join(exercise).join("src/answer.rs"), text).expect("a folder");
    }

    pub(crate) fn answer(&self, exercise: &str) -> String {
        fs::read_to_string(self.folder.join(exercise).join("src/answer.rs")).expect("an answer")
    }
}

/// A file of `exercises/`.
pub(crate) fn of_the_set(path: &str) -> String {
    let exercises = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a folder");
    fs::read_to_string(exercises.join(path)).expect("a file of the set")
}

/// Fails unless all of it is there, wherever a line ends.
pub(crate) fn has(said: &str, all: &[&str]) {
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in all {
        assert!(joined(said).contains(&joined(part)), "no `{part}` in:\n{said}");
    }
}
