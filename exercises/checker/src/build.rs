//! How is a package built, and what if the compiler refuses it?
//!
//! Cargo builds it, and shows its progress on standard error. The compiler's messages are passed on
//! as they are, because they explain better than we could, each with the files that it is about,
//! since not all of these are the learner's.
//!
//! Interface: [`build`], [`Built`], [`Said`].

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anstream::{AutoStream, ColorChoice};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use cargo_metadata::{Artifact, Message};
use kettle_kit::tree::from_root;

/// The result of a build.
pub(crate) struct Built {
    /// The programs by their names. `None`: the compiler refused them.
    pub(crate) programs: Option<BTreeMap<String, PathBuf>>,
    /// The compiler's messages. If it refused a program and there is none, cargo has said why.
    pub(crate) said: Vec<Said>,
}

/// One message of the compiler's.
pub(crate) struct Said {
    pub(crate) words: String,
    pub(crate) is_error: bool,
    /// The files in which it sees the cause, as seen from the folder that was built.
    pub(crate) files: Vec<String>,
}

impl Said {
    /// `None` if it only counts other messages. (A linker's error has no place, but is kept.) The
    /// words name files as seen from the project, not from `folder`, so that a terminal opens them.
    fn of(message: Diagnostic, folder: &Path) -> Option<Said> {
        let is_error = message.level == DiagnosticLevel::Error;
        let causes = message.spans.into_iter().filter(|span| span.is_primary);
        let files: Vec<String> = causes.map(|span| span.file_name).collect();
        let counts = !is_error || message.message.starts_with("aborting due to");
        let is_kept = !files.is_empty() || !counts;
        let words = message.rendered.filter(|_| is_kept)?;
        let from_project = |words: String, file: &&String| {
            words.replace(file.as_str(), &from_root(&folder.join(file)))
        };
        let words = BTreeSet::from_iter(&files).iter().fold(words, from_project);
        Some(Said { words, is_error, files })
    }
}

/// Builds the workspace in `folder` into `target`; `chosen` are further arguments of cargo's.
pub(crate) fn build(folder: &Path, target: &Path, chosen: &[&str]) -> Result<Built, String> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["build", "--message-format", rendered()])
        .args(chosen)
        .arg("--target-dir")
        .arg(target)
        .current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("cannot start cargo: {error}"))?;
    let (mut programs, mut said) = (BTreeMap::new(), Vec::new());
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    for message in Message::parse_stream(output).flatten() {
        match message {
            Message::CompilerArtifact(Artifact { target, executable: Some(path), .. }) => {
                programs.insert(target.name, path.into_std_path_buf());
            }
            Message::CompilerMessage(message) => said.extend(Said::of(message.message, folder)),
            _ => {}
        }
    }
    let status = child.wait().map_err(|error| format!("cargo: {error}"))?;
    Ok(Built { programs: status.success().then_some(programs), said })
}

/// rustc's words in colour, if ours are.
fn rendered() -> &'static str {
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => "json",
        _ => "json-diagnostic-rendered-ansi",
    }
}
