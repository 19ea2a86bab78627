//! How is a package built, and what if the compiler refuses it?
//!
//! By cargo, without the network if what is needed is there, so that one can learn in a train.
//! What the compiler says is passed on as it is: it explains better than we could. But each message
//! with the files that it is about: not all of them are the learner's.
//!
//! Interface: [`build`], [`Built`], [`Said`].

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{Artifact, Message};
use indicatif::ProgressBar;
use kettle_kit::cargo;

/// What came of it.
pub(crate) enum Built {
    /// The programs by their names, and the compiler's warnings.
    Programs(BTreeMap<String, PathBuf>, Vec<Said>),
    /// Why there are none. If the compiler has seen no error, cargo's own words.
    Refused(Vec<Said>),
}

/// One message of the compiler's.
pub(crate) struct Said {
    pub(crate) words: String,
    pub(crate) is_error: bool,
    /// The files in which it sees the cause, as seen from the folder that was built.
    pub(crate) files: Vec<String>,
}

impl Said {
    /// `None`: it has no place, because it only counts the others.
    fn of(message: Diagnostic) -> Option<Said> {
        let is_error = message.level == DiagnosticLevel::Error;
        let causes = message.spans.into_iter().filter(|span| span.is_primary);
        let files: Vec<String> = causes.map(|span| span.file_name).collect();
        message.rendered.filter(|_| !files.is_empty()).map(|words| Said { words, is_error, files })
    }

    pub(crate) fn is_about(&self, file: &str) -> bool {
        self.files.iter().any(|other| Path::new(other).ends_with(file))
    }
}

/// Builds the workspace in `folder` into `target`; `chosen` are further arguments of cargo's. The
/// message is shown meanwhile.
pub(crate) fn build(
    message: &str,
    folder: &Path,
    target: &Path,
    chosen: &[&str],
) -> Result<Built, String> {
    meanwhile(message, || {
        let built = run_cargo(folder, target, chosen, true)?;
        let wants_more = |one: &Said| one.words.contains("--offline");
        if matches!(&built, Built::Refused(said) if said.iter().any(wants_more)) {
            return run_cargo(folder, target, chosen, false);
        }
        Ok(built)
    })
}

/// Does `work`. Meanwhile there is a spinner; or, where standard error is no terminal, a line now and then.
fn meanwhile<R>(message: &str, work: impl FnOnce() -> R) -> R {
    let spinner = ProgressBar::new_spinner().with_message(message.to_owned());
    if spinner.is_hidden() {
        return spoken_of(message, PAUSES, |line| eprintln!("{line}"), work);
    }
    spinner.enable_steady_tick(Duration::from_millis(120));
    let done = work();
    spinner.finish_and_clear();
    done
}

/// What takes longer is spoken of; and then each minute.
const PAUSES: [Duration; 2] = [Duration::from_secs(3), Duration::from_mins(1)];

fn spoken_of<R>(
    message: &str,
    [first, next]: [Duration; 2],
    say: impl Fn(String) + Send,
    work: impl FnOnce() -> R,
) -> R {
    let (working, over) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            for minutes in 0.. {
                let pause = if minutes == 0 { first } else { next };
                if over.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let since =
                    if minutes == 0 { String::new() } else { format!(" for {minutes} min") };
                say(format!("{message}{since} ..."));
            }
        });
        let _until_here = working;
        work()
    })
}

fn run_cargo(
    folder: &Path,
    target: &Path,
    chosen: &[&str],
    offline: bool,
) -> Result<Built, String> {
    let mut command = cargo::command(&["build", "--quiet", "--message-format", rendered()]);
    command.args(chosen).args(offline.then_some("--offline"));
    command.arg("--target-dir").arg(target).current_dir(folder).stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    let (mut programs, mut said) = (BTreeMap::new(), Vec::new());
    for message in Message::parse_stream(output.stdout.as_slice()).flatten() {
        match message {
            Message::CompilerArtifact(Artifact { target, executable: Some(path), .. }) => {
                programs.insert(target.name, path.into_std_path_buf());
            }
            Message::CompilerMessage(message) => said.extend(Said::of(message.message)),
            _ => {}
        }
    }
    if output.status.success() {
        return Ok(Built::Programs(programs, said));
    }
    if !said.iter().any(|said| said.is_error) {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        said.push(Said { words, is_error: true, files: vec![] });
    }
    Ok(Built::Refused(said))
}

/// rustc's words in colour, if ours are.
fn rendered() -> &'static str {
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => "json",
        _ => "json-diagnostic-rendered-ansi",
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use kettle_kit::files::put;

    use super::*;

    #[test]
    fn a_long_build_is_spoken_of() {
        let (say, said) = mpsc::channel();
        let say = |line| say.send(line).expect("a listener");
        let hears = || [(); 2].map(|()| said.recv_timeout(Duration::from_mins(1)).expect("a line"));
        let lines = spoken_of("building tea", [Duration::ZERO; 2], say, hears);
        assert_eq!(lines, ["building tea ...", "building tea for 1 min ..."]);
    }

    #[test]
    fn a_program_is_found_wherever_cargo_puts_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let write = |name: &str, text: &str| put(&folder.join(name), text).expect("a file");
        write("Cargo.toml", "[package]\nname = \"tea\"\n[workspace]\n");
        write("src/main.rs", "fn main() {}");
        // As the settings of a learner's own may have it.
        write(".cargo/config.toml", "[build]\ntarget = \"host-tuple\"\n");
        let built = build("building", folder, &folder.join("target"), &[]).expect("cargo");
        let Built::Programs(programs, _) = built else { panic!("it is refused") };
        assert!(Command::new(&programs["tea"]).status().expect("a program").success());
    }
}
