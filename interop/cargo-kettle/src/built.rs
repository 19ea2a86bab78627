//! Which programs did Cargo build, and is kettle in them?
//!
//! For each package that Cargo compiles, it reports where the package's manifest is. This alone
//! proves which tokio is in a program; a lock file or a patch only says what was asked for.
//! [`build`] refuses a program with a real tokio 1 in it, and one with no tokio at all. The
//! compiler's errors are shown as they are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::{Artifact, Message};
use kettle_kit::report::Trouble;

use crate::patched::Patched;

/// A program that was built.
pub struct Program {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    /// The folder of its package, in the project itself.
    folder: PathBuf,
    is_test: bool,
}

impl Program {
    /// The program that Cargo reports here, if it is a test program (`is_test`) or an ordinary one,
    /// whichever is wanted. `folder` is its package's.
    pub fn of(artifact: &Artifact, is_test: bool, folder: PathBuf) -> Option<Program> {
        let path = artifact.executable.as_ref().filter(|_| artifact.profile.test == is_test)?;
        let (path, name) = (path.clone().into_std_path_buf(), artifact.target.name.clone());
        Some(Program { path, name, folder, is_test })
    }

    /// The command that runs it as Cargo would: a test program in its package's folder, any other
    /// in the current one. (The recorder looks for source files in the folder of the variable.)
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.env("CARGO_MANIFEST_DIR", &self.folder);
        if self.is_test {
            command.current_dir(&self.folder);
        }
        command
    }

    /// Its file's name. A test program's ends in Cargo's hash, so it differs from the name of
    /// another package's test program.
    pub(crate) fn stem(&self) -> &OsStr {
        self.path.file_stem().unwrap_or_default()
    }
}

/// Builds a project with these arguments of Cargo's. Returns the programs, all with kettle in them.
pub(crate) fn build(patched: &Patched, args: &[String]) -> Result<Vec<Program>, Trouble> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut command = patched.command(&args);
    command.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    // So that Cargo shows its progress. (`kettle_kit::cargo` turns this off.)
    command.env_remove("CARGO_TERM_COLOR").env_remove("CARGO_TERM_PROGRESS_WHEN");
    let output = command.output()?;
    if !output.status.success() {
        return Err(
            "Cargo has built nothing: its words are above. (If the project builds with the real \
             tokio, kettle lacks what they name: docs/tokio-map.md has the list)"
                .into(),
        );
    }
    let messages = Message::parse_stream(&output.stdout[..]).collect::<Result<Vec<_>, _>>()?;
    let artifacts = || {
        messages.iter().filter_map(|message| match message {
            Message::CompilerArtifact(artifact) => Some(artifact),
            _ => None,
        })
    };
    has_kettle(artifacts(), |manifest| patched.is_kettle(manifest))?;
    let is_test = args.first() == Some(&"test");
    let program = |artifact: &Artifact| {
        let folder = patched.original(artifact.manifest_path.parent()?.as_std_path());
        Program::of(artifact, is_test, folder)
    };
    Ok(artifacts().filter_map(program).collect())
}

/// Checks that each tokio 1 that was compiled is kettle, and that there is one.
fn has_kettle<'a>(
    compiled: impl Iterator<Item = &'a Artifact>,
    is_kettle: impl Fn(&Path) -> bool,
) -> Result<(), String> {
    let mut found = false;
    for artifact in compiled.filter(|it| it.target.is_lib() && it.target.name == "tokio") {
        let id = &artifact.package_id.repr;
        if is_kettle(artifact.manifest_path.as_std_path()) {
            found = true;
        } else if is_tokio_1(id) {
            return Err(format!(
                "the real tokio was built into it, not kettle ({id}). What does a `[patch]` or \
                 `[replace]` in the project say of tokio?"
            ));
        }
    }
    let none = "no tokio was built into it: nothing of it would run on kettle";
    if found { Ok(()) } else { Err(none.to_owned()) }
}

/// Is it the package id of a tokio 1: `source#tokio@1.28.0`, or `source/tokio#1.28.0` if the folder
/// is called so?
fn is_tokio_1(id: &str) -> bool {
    let version = id.rsplit_once(['#', '@']).map_or("", |(_, version)| version);
    version.starts_with("1.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cargo's report of a library named tokio that it has compiled.
    fn compiled(folder: &str, id: &str) -> Artifact {
        let text = format!(
            r#"{{"reason":"compiler-artifact","package_id":"{id}","manifest_path":"{folder}/Cargo.toml",
                "target":{{"kind":["lib"],"crate_types":["lib"],"name":"tokio","src_path":"/lib.rs",
                "edition":"2021","doc":true,"doctest":true,"test":true}},
                "profile":{{"opt_level":"0","debuginfo":2,"debug_assertions":true,"overflow_checks":true,
                "test":false}},"features":[],"filenames":[],"executable":null,"fresh":true}}"#
        );
        let text = text.replace('\n', "");
        let mut messages = Message::parse_stream(text.as_bytes());
        match messages.next() {
            Some(Ok(Message::CompilerArtifact(artifact))) => artifact,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_real_tokio_is_refused_and_so_is_none() {
        let is_kettle = |manifest: &Path| manifest.starts_with("/k/tokio");
        let error = |all: &[&Artifact]| has_kettle(all.iter().copied(), is_kettle).err();
        let kettle = compiled("/k/tokio/1.28.0", "path+file:///k/tokio/1.28.0#tokio@1.28.0");
        let id = |version| {
            format!("registry+https://github.com/rust-lang/crates.io-index#tokio@{version}")
        };
        let (old, real) = (compiled("/r", &id("0.2.25")), compiled("/r", &id("1.28.0")));
        let folder = compiled("/home/tokio", "path+file:///home/tokio#1.45.0");
        assert_eq!(error(&[&kettle]), None);
        assert_eq!(error(&[&kettle, &old]), None);
        assert!(error(&[&kettle, &real]).unwrap().contains("the real tokio was built into it"));
        assert!(error(&[&folder]).unwrap().contains("file:///home/tokio"));
        assert!(error(&[&old]).unwrap().contains("no tokio was built into it"));
    }
}
