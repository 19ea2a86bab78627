//! How is a package built, and what if the compiler refuses it?
//!
//! By cargo, without the network if what is needed is there, so that one can learn in a train.
//! What the compiler says is given as it stands: it explains better than we could.
//!
//! Interface: [`build`], [`Built`].

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What came of it.
pub(crate) enum Built {
    /// The folder with the programs.
    Programs(PathBuf),
    /// The compiler's words.
    Refused(String),
}

/// Builds packages of the workspace in `folder` (all if none is named) into `target`.
pub(crate) fn build(folder: &Path, target: &Path, packages: &[&str]) -> Result<Built, String> {
    let mut refused = run_cargo(folder, target, packages, true)?;
    if refused.as_ref().is_some_and(|words| words.contains("--offline")) {
        refused = run_cargo(folder, target, packages, false)?;
    }
    Ok(match refused {
        None => Built::Programs(target.join("debug")),
        Some(words) => Built::Refused(words),
    })
}

/// `None`: it is built.
fn run_cargo(
    folder: &Path,
    target: &Path,
    packages: &[&str],
    offline: bool,
) -> Result<Option<String>, String> {
    let mut command = cargo("build", folder, target);
    command.args(packages.iter().flat_map(|package| ["--package", package]));
    command.args(offline.then_some("--offline"));
    let output = command.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((!output.status.success()).then_some(words))
}

/// `cargo WORD` for the workspace in `folder`; it prints only what went wrong.
pub(crate) fn cargo(word: &str, folder: &Path, target: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    let colour = if anstream::AutoStream::choice(&std::io::stdout()) == anstream::ColorChoice::Never
    {
        "never"
    } else {
        "always"
    };
    command.args([word, "--quiet", "--color", colour]).current_dir(folder).stdin(Stdio::null());
    command.arg("--target-dir").arg(target);
    command
}
