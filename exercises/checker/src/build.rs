//! How is a package built, and what if the compiler refuses it?
//!
//! By cargo, without the network if what is needed is there, so that one can learn in a train.
//! What the compiler says is given as it stands: it explains better than we could.
//!
//! Interface: [`build`], [`build_example`], [`Built`], [`program`], [`showing`].

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use indicatif::ProgressBar;

/// What came of it.
pub(crate) enum Built {
    /// The folder with the programs, and the compiler's warnings.
    Programs(PathBuf, String),
    /// The compiler's words.
    Refused(String),
}

/// Builds packages of the workspace in `folder` (all if none is named) into `target`.
pub(crate) fn build(folder: &Path, target: &Path, packages: &[&str]) -> Result<Built, String> {
    let chosen: Vec<&str> = packages.iter().flat_map(|package| ["--package", package]).collect();
    build_with(folder, target, &chosen)
}

/// Builds one example of the package in `folder`.
pub(crate) fn build_example(folder: &Path, target: &Path, name: &str) -> Result<Built, String> {
    build_with(folder, target, &["--example", name])
}

fn build_with(folder: &Path, target: &Path, chosen: &[&str]) -> Result<Built, String> {
    let (mut done, mut words) = run_cargo(folder, target, chosen, true)?;
    if !done && words.contains("--offline") {
        (done, words) = run_cargo(folder, target, chosen, false)?;
    }
    Ok(if done { Built::Programs(target.join("debug"), words) } else { Built::Refused(words) })
}

/// Shows that `work`, which takes a while, goes on.
pub(crate) fn showing<R>(message: String, work: impl FnOnce() -> R) -> R {
    let waiting = ProgressBar::new_spinner().with_message(message);
    waiting.enable_steady_tick(Duration::from_millis(120));
    let result = work();
    waiting.finish_and_clear();
    result
}

/// The program of this name in `folder`.
pub(crate) fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Is it built? And what the compiler has said.
fn run_cargo(
    folder: &Path,
    target: &Path,
    chosen: &[&str],
    offline: bool,
) -> Result<(bool, String), String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--quiet", "--color", colour()]).args(chosen);
    command.args(offline.then_some("--offline")).arg("--target-dir").arg(target);
    command.current_dir(folder).stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((output.status.success(), words))
}

/// rustc's words in colour, if ours are.
fn colour() -> &'static str {
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => "never",
        _ => "always",
    }
}
