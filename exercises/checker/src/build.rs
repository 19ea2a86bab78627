//! How is a package built, and what if the compiler refuses it?
//!
//! By cargo, without the network if what is needed is there, so that one can learn in a train.
//! What the compiler says is passed on as it is: it explains better than we could. But each message
//! with the files that it is about: not all of them are the learner's.
//!
//! Interface: [`build`], [`Built`], [`Said`], [`program`].

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;
use indicatif::ProgressBar;

/// What came of it.
pub(crate) enum Built {
    /// The folder with the programs, and the compiler's warnings.
    Programs(PathBuf, Vec<Said>),
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
    let waiting = ProgressBar::new_spinner().with_message(message.to_owned());
    waiting.enable_steady_tick(Duration::from_millis(120));
    let (mut done, mut said) = run_cargo(folder, target, chosen, true)?;
    if !done && said.iter().any(|said| said.words.contains("--offline")) {
        (done, said) = run_cargo(folder, target, chosen, false)?;
    }
    waiting.finish_and_clear();
    Ok(if done { Built::Programs(target.join("debug"), said) } else { Built::Refused(said) })
}

/// The program of this name in `folder`.
pub(crate) fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Is it built? And what was said.
fn run_cargo(
    folder: &Path,
    target: &Path,
    chosen: &[&str],
    offline: bool,
) -> Result<(bool, Vec<Said>), String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--quiet", "--message-format", rendered()]).args(chosen);
    command.args(offline.then_some("--offline")).arg("--target-dir").arg(target);
    command.current_dir(folder).stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    let mut said = Vec::new();
    for message in Message::parse_stream(output.stdout.as_slice()).flatten() {
        let Message::CompilerMessage(message) = message else { continue };
        let message = message.message;
        // Without a place it only counts the others.
        let is_error = message.level == DiagnosticLevel::Error;
        let causes = message.spans.into_iter().filter(|span| span.is_primary);
        let files: Vec<String> = causes.map(|span| span.file_name).collect();
        if let Some(words) = message.rendered.filter(|_| !files.is_empty()) {
            said.push(Said { words, is_error, files });
        }
    }
    let done = output.status.success();
    if !done && !said.iter().any(|said| said.is_error) {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        said.push(Said { words, is_error: true, files: vec![] });
    }
    Ok((done, said))
}

/// rustc's words in colour, if ours are.
fn rendered() -> &'static str {
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => "json",
        _ => "json-diagnostic-rendered-ansi",
    }
}
