//! How is a package built, and what if the compiler refuses it?
//!
//! [`build`] lets Cargo build it, and Cargo shows its progress on standard error. The compiler's
//! messages are returned as they are, because they explain better than we could. Each comes with
//! the files that it is about, since not all of these are the learner's.

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
    pub(crate) messages: Vec<RustcMessage>,
}

/// One message of the compiler's.
pub(crate) struct RustcMessage {
    /// The text for the terminal.
    pub(crate) text: String,
    pub(crate) is_error: bool,
    /// The files in which it sees the cause, as seen from the folder that was built.
    pub(crate) files: Vec<String>,
}

impl RustcMessage {
    /// `None` if the message only counts others. In the text, the files are named from the
    /// project's root, and not from `folder`, so that a terminal opens them.
    fn of(message: Diagnostic, folder: &Path) -> Option<RustcMessage> {
        let is_error = message.level == DiagnosticLevel::Error;
        let causes = message.spans.into_iter().filter(|span| span.is_primary);
        let files: Vec<String> = causes.map(|span| span.file_name).collect();
        // A linker's error has no file, either.
        let only_counts = !is_error || message.message.starts_with("aborting due to");
        if files.is_empty() && only_counts {
            return None;
        }
        let mut text = message.rendered?;
        for file in BTreeSet::from_iter(&files) {
            text = text.replace(file.as_str(), &from_root(&folder.join(file)));
        }
        Some(RustcMessage { text, is_error, files })
    }
}

/// The texts of the errors among these messages.
pub(crate) fn errors<'a>(messages: impl IntoIterator<Item = &'a RustcMessage>) -> String {
    let errors = messages.into_iter().filter(|message| message.is_error);
    errors.map(|message| message.text.as_str()).collect()
}

/// Builds the workspace in `folder` into `target`, with further arguments of cargo's.
pub(crate) fn build(folder: &Path, target: &Path, args: &[&str]) -> Result<Built, String> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--message-format", message_format()]).args(args);
    command.arg("--target-dir").arg(target).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("cannot start cargo: {error}"))?;
    let (mut programs, mut messages) = (BTreeMap::new(), Vec::new());
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    for message in Message::parse_stream(output).flatten() {
        match message {
            Message::CompilerArtifact(Artifact { target, executable: Some(path), .. }) => {
                programs.insert(target.name, path.into_std_path_buf());
            }
            Message::CompilerMessage(message) => {
                messages.extend(RustcMessage::of(message.message, folder));
            }
            _ => {}
        }
    }
    let status = child.wait().map_err(|error| format!("cargo: {error}"))?;
    Ok(Built { programs: status.success().then_some(programs), messages })
}

/// JSON, with rustc's text in colour if ours is.
fn message_format() -> &'static str {
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => "json",
        _ => "json-diagnostic-rendered-ansi",
    }
}
