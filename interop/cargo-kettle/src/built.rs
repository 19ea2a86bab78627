//! What was built, and is kettle in it?
//!
//! Cargo tells of each package that it has compiled where that package's manifest is. So it isn't a
//! lock file that says which tokio is in a program, nor what was asked for: [`build`] refuses a
//! program with a real tokio 1 in it, and one with none at all. The compiler's errors are shown as
//! they are.

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
    /// Its package's, as the project has it.
    folder: PathBuf,
    is_test: bool,
}

impl Program {
    /// The one that Cargo tells of here, if it is one of this sort, of the package in this folder.
    pub fn of(artifact: &Artifact, is_test: bool, folder: PathBuf) -> Option<Program> {
        let path = artifact.executable.as_ref().filter(|_| artifact.profile.test == is_test)?;
        let (path, name) = (path.clone().into_std_path_buf(), artifact.target.name.clone());
        Some(Program { path, name, folder, is_test })
    }

    /// As Cargo runs it: tests in their package's folder, and anything else where we are. (The
    /// trace looks for its source in the folder of the variable; the one that we have is our own.)
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.env("CARGO_MANIFEST_DIR", &self.folder);
        if self.is_test {
            command.current_dir(&self.folder);
        }
        command
    }

    /// Its file's name. A test's ends in Cargo's hash, which tells it from another package's of
    /// that name.
    pub(crate) fn stem(&self) -> &OsStr {
        self.path.file_stem().unwrap_or_default()
    }
}

/// Builds what these words of Cargo's ask for; the programs that came of it, with kettle in each.
pub(crate) fn build(patched: &Patched, words: &[String]) -> Result<Vec<Program>, Trouble> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut command = patched.command(&words);
    command.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    // Cargo shows how far it is.
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
    let is_test = words.first() == Some(&"test");
    let program = |artifact: &Artifact| {
        let folder = patched.original(artifact.manifest_path.parent()?.as_std_path());
        Program::of(artifact, is_test, folder)
    };
    Ok(artifacts().filter_map(program).collect())
}

/// Is each tokio 1 that was compiled kettle's, and is there one?
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

/// `source#tokio@1.28.0`, or `source/tokio#1.28.0` where the folder has that name.
fn is_tokio_1(id: &str) -> bool {
    let version = id.rsplit_once(['#', '@']).map_or("", |(_, version)| version);
    version.starts_with("1.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Cargo tells of a library named tokio that it has compiled.
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
    fn what_was_built_is_known_by_what_is_in_it() {
        let is_kettle = |manifest: &Path| manifest.starts_with("/k/tokio");
        let said = |all: &[&Artifact]| has_kettle(all.iter().copied(), is_kettle).err();
        let kettle = compiled("/k/tokio/1.28.0", "path+file:///k/tokio/1.28.0#tokio@1.28.0");
        let of = |version| {
            format!("registry+https://github.com/rust-lang/crates.io-index#tokio@{version}")
        };
        let (old, real) = (compiled("/r", &of("0.2.25")), compiled("/r", &of("1.28.0")));
        let folder = compiled("/home/tokio", "path+file:///home/tokio#1.45.0");
        assert_eq!(said(&[&kettle]), None);
        assert_eq!(said(&[&kettle, &old]), None);
        assert!(said(&[&kettle, &real]).unwrap().contains("the real tokio was built into it"));
        assert!(said(&[&folder]).unwrap().contains("file:///home/tokio"));
        assert!(said(&[&old]).unwrap().contains("no tokio was built into it"));
    }
}
