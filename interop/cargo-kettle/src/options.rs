//! Which of Cargo's own options does `cargo kettle` have?
//!
//! Those that choose the project, what of it is built, and how. They have Cargo's names and
//! meanings, and are passed to Cargo as they are ([`Options::cargo_args`]), so Cargo itself reports
//! a name that doesn't exist. [`Options::project`] finds the project.

use std::env;
use std::fs;
use std::path::PathBuf;

use cargo_metadata::{Metadata, MetadataCommand};
use kettle_kit::cargo;

/// Options that both commands, `watch` and `test`, have.
#[derive(clap::Args, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Cargo's")]
#[command(next_help_heading = "Cargo's options")]
pub struct Options {
    /// Takes kettle from this checkout of it
    #[arg(long, value_name = "PATH", help_heading = "Options")]
    pub checkout: Option<PathBuf>,
    /// The project's folder or its Cargo.toml; otherwise it is looked for here, and above
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// Only this package of the workspace
    #[arg(short, long, value_name = "NAME")]
    pub package: Vec<String>,
    /// All packages of the workspace
    #[arg(long)]
    pub workspace: bool,
    /// The library
    #[arg(long)]
    pub lib: bool,
    /// The program of this name
    #[arg(long, value_name = "NAME")]
    pub bin: Vec<String>,
    /// All programs
    #[arg(long)]
    pub bins: bool,
    /// The example of this name
    #[arg(long, value_name = "NAME")]
    pub example: Vec<String>,
    /// All examples
    #[arg(long)]
    pub examples: bool,
    /// The file of tests in `tests/` of this name
    #[arg(long, value_name = "NAME")]
    pub test: Vec<String>,
    /// All that has tests
    #[arg(long)]
    pub tests: bool,
    /// Features to build it with
    #[arg(short = 'F', long, value_name = "NAMES")]
    pub features: Vec<String>,
    /// Builds it with all its features
    #[arg(long)]
    pub all_features: bool,
    /// Builds it without its default features
    #[arg(long)]
    pub no_default_features: bool,
}

/// A project, before anything is built or resolved.
pub(crate) struct Project {
    /// The manifest of the package or the workspace to build.
    pub(crate) manifest: PathBuf,
    /// Its packages, as Cargo describes them.
    pub(crate) metadata: Metadata,
    /// The checkout from which kettle is taken, if the user names one.
    pub(crate) checkout: Option<PathBuf>,
}

impl Options {
    pub(crate) fn project(&self) -> Result<Project, String> {
        let manifest = self.manifest()?;
        let metadata = MetadataCommand::new().manifest_path(&manifest).no_deps().exec();
        let metadata = metadata.map_err(|error| match error {
            cargo_metadata::Error::CargoMetadata { stderr } => without_prefix(&stderr),
            other => other.to_string(),
        })?;
        Ok(Project { manifest, metadata, checkout: self.checkout.clone() })
    }

    /// The manifest's path, in which no folder is a link. (The manifest itself may be one.)
    fn manifest(&self) -> Result<PathBuf, String> {
        let here = env::current_dir().map_err(|error| error.to_string())?;
        let mut command = cargo::command(&["locate-project", "--message-format", "plain"]);
        command.current_dir(&here);
        if let Some(path) = &self.manifest_path {
            let manifest = if path.is_dir() { path.join("Cargo.toml") } else { path.clone() };
            command.arg("--manifest-path").arg(manifest);
        }
        let output = command.output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(without_prefix(&String::from_utf8_lossy(&output.stderr)));
        }
        let found = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        let folder = found.parent().map(fs::canonicalize).transpose();
        let folder = folder.map_err(|error| error.to_string())?.unwrap_or_default();
        Ok(folder.join("Cargo.toml"))
    }

    /// Cargo's arguments, except where the project is.
    pub(crate) fn cargo_args(&self) -> Vec<String> {
        let named = [
            ("--package", &self.package),
            ("--bin", &self.bin),
            ("--example", &self.example),
            ("--test", &self.test),
        ];
        let flags = [
            ("--workspace", self.workspace),
            ("--lib", self.lib),
            ("--bins", self.bins),
            ("--examples", self.examples),
            ("--tests", self.tests),
        ];
        let mut args = Vec::new();
        for (option, names) in named {
            args.extend(names.iter().flat_map(|name| [option.to_owned(), name.clone()]));
        }
        args.extend(set_flags(&flags));
        args.extend(self.features());
        args
    }

    /// Those of Cargo's arguments that choose features.
    pub(crate) fn features(&self) -> Vec<String> {
        let flags = [
            ("--all-features", self.all_features),
            ("--no-default-features", self.no_default_features),
        ];
        let named = self.features.iter().flat_map(|names| ["--features".to_owned(), names.clone()]);
        named.chain(set_flags(&flags)).collect()
    }

    /// Does the user choose what is built?
    pub(crate) fn names_targets(&self) -> bool {
        let names = [&self.bin, &self.example, &self.test];
        self.lib
            || self.bins
            || self.examples
            || self.tests
            || names.into_iter().any(|names| !names.is_empty())
    }
}

fn set_flags(flags: &[(&str, bool)]) -> Vec<String> {
    flags.iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| (*flag).to_owned()).collect()
}

/// Cargo's error without its `error: `, which our own message begins with, too.
fn without_prefix(stderr: &str) -> String {
    stderr.trim().trim_start_matches("error: ").to_owned()
}
