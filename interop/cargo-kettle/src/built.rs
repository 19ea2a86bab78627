//! What was built, and is kettle in it?
//!
//! Cargo tells of each package that it has compiled where that package's manifest is. So it isn't a lock
//! file that says which tokio is in a program, nor what was asked for: [`build`] refuses a program with a
//! real tokio 1 in it, and one with none at all.
//!
//! If the build fails because kettle lacks something, one sentence says what, before the compiler's own
//! words ([`hindrance`]). (Of a method the compiler may say its type without a path: then there are only
//! its words.)

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Artifact, CompilerMessage, Message};
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

    /// As Cargo runs it: tests in their package's folder, and anything else where we are. (The trace looks for
    /// its source in the folder of the variable; the one that we have is our own.)
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.env("CARGO_MANIFEST_DIR", &self.folder);
        if self.is_test {
            command.current_dir(&self.folder);
        }
        command
    }

    /// Its file's name. A test's ends in Cargo's hash, which tells it from another package's of that name.
    pub(crate) fn stem(&self) -> &OsStr {
        self.path.file_stem().unwrap_or_default()
    }
}

/// Builds what these words of Cargo's ask for; the programs that came of it, with kettle in each.
pub(crate) fn build(patched: &Patched, words: &[&str]) -> Result<Vec<Program>, Trouble> {
    let mut command = patched.command(words);
    command.arg("--message-format=json");
    // Cargo shows how far it is.
    command.env_remove("CARGO_TERM_COLOR").env_remove("CARGO_TERM_PROGRESS_WHEN");
    let output = command.stderr(Stdio::inherit()).output()?;
    let messages: Vec<Message> =
        Message::parse_stream(&output.stdout[..]).collect::<Result<_, _>>()?;
    if !output.status.success() {
        return Err(hindrance(patched, &messages).into());
    }
    let artifacts = || {
        messages.iter().filter_map(|message| match message {
            Message::CompilerArtifact(artifact) => Some(artifact),
            _ => None,
        })
    };
    has_kettle(artifacts(), &patched.checkout.stand_ins(), |manifest| patched.is_kettle(manifest))?;
    let is_test = words.contains(&"test");
    let program = |artifact: &Artifact| {
        let folder = patched.original(artifact.manifest_path.parent()?.as_std_path());
        Program::of(artifact, is_test, folder)
    };
    Ok(artifacts().filter_map(program).collect())
}

/// Is each tokio that was compiled one of the `stand_ins`, and is there one? (Or kettle itself, under its
/// own name: another package may have that name, too.)
fn has_kettle<'a>(
    compiled: impl Iterator<Item = &'a Artifact>,
    stand_ins: &Path,
    is_kettle: impl Fn(&Path) -> bool,
) -> Result<(), String> {
    let (mut kettle, mut real) = (false, BTreeSet::new());
    for artifact in compiled.filter(|it| it.target.is_lib()) {
        let is_ours = artifact.manifest_path.starts_with(stand_ins);
        match artifact.target.name.as_str() {
            "tokio" if is_ours => kettle = true,
            "kettle" if is_kettle(artifact.manifest_path.as_std_path()) => kettle = true,
            "tokio" if is_tokio_1(&artifact.package_id.repr) => {
                real.insert(artifact.package_id.repr.as_str());
            }
            _ => {}
        }
    }
    if !real.is_empty() {
        let real = Vec::from_iter(real).join(", ");
        return Err(format!(
            "the real tokio was built into it, not kettle ({real}). What does a `[patch]` or \
             `[replace]` in the project say of tokio?"
        ));
    }
    if !kettle {
        return Err("no tokio was built into it: nothing of it would run on kettle".to_owned());
    }
    Ok(())
}

/// `source#tokio@1.28.0`, or `source/tokio#1.28.0` where the folder has that name.
fn is_tokio_1(id: &str) -> bool {
    let version = id.rsplit_once(['#', '@']).map_or("", |(_, version)| version);
    version.starts_with("1.")
}

/// What hinders the build: all of the compiler's own words, and before them one sentence if they come
/// to what kettle has not.
fn hindrance(patched: &Patched, messages: &[Message]) -> String {
    let (mut lacking, mut others, mut words) = (BTreeSet::new(), BTreeSet::new(), String::new());
    let mut unstable = false;
    for message in messages {
        let Message::CompilerMessage(of) = message else { continue };
        let CompilerMessage { message: error, target, package_id, .. } = of;
        if error.level != DiagnosticLevel::Error {
            continue;
        }
        words += error.rendered.as_deref().unwrap_or_default();
        let is_ours = target.src_path.starts_with(patched.checkout.root())
            && !target.src_path.starts_with(patched.checkout.place());
        let code = error.code.as_ref().map_or("", |code| code.code.as_str());
        if is_ours {
            unstable |= error.message.contains("--cfg tokio_unstable");
        } else if is_missing(code, &error.message) {
            lacking.insert(error.message.as_str());
        }
        // A package that was fetched: Cargo tells from where.
        if let Some((_, package)) = package_id.repr.rsplit_once("index#") {
            others.insert(package);
        }
    }
    if unstable {
        return "it is built with `--cfg tokio_unstable`, and kettle has none of the items under that \
                flag: build it without (RUSTFLAGS, or `rustflags` in a `.cargo/config.toml`)"
            .to_owned();
    }
    if !lacking.is_empty() {
        let lacking = Vec::from_iter(lacking).join("; ");
        return format!("the program needs what kettle lacks: {lacking}\n{words}");
    }
    if words.is_empty() {
        return "Cargo could not build it: its words are above".to_owned();
    }
    let below = match Vec::from_iter(others) {
        below if below.is_empty() => String::new(),
        below => format!(", because of {} (would it with the real tokio?)", below.join(", ")),
    };
    format!("the program does not compile{below}\n{words}")
}

/// Does an error say that a name is not there in `tokio`? Any other error that names `tokio` may be the
/// program's own mistake: a private item, a trait's bound, a package that is not among its dependencies.
fn is_missing(code: &str, message: &str) -> bool {
    let codes = ["E0412", "E0425", "E0432", "E0433", "E0599"];
    let mut places = ["`tokio::", "in `tokio`", "in crate `tokio`"].into_iter();
    // E0599 is also said of a method that is there, for other types.
    codes.contains(&code)
        && places.any(|place| message.contains(place))
        && !message.contains("trait bounds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_not_there_is_told_from_the_programs_mistakes() {
        for (code, message) in [
            ("E0432", "unresolved import `tokio::tea`"),
            ("E0433", "cannot find `tea` in `tokio`"),
            ("E0425", "cannot find function `brew` in module `tokio::time`"),
            ("E0412", "cannot find type `Tea` in crate `tokio`"),
            ("E0599", "no method named `pour` found for struct `tokio::net::TcpStream`"),
        ] {
            assert!(is_missing(code, message), "{message}");
        }
        for (code, message) in [
            ("E0603", "struct `tokio::task::Tea` is private"),
            ("E0277", "the trait bound `Tea: tokio::io::AsyncRead` is not satisfied"),
            ("E0308", "expected `tokio::time::Instant`, found `std::time::Instant`"),
            ("E0432", "unresolved import `tokio_tea::Pot`"),
            ("E0433", "cannot find module or crate `tokio` in this scope"),
            ("E0599", "`tokio::task::JoinSet<Tea>`: its trait bounds were not satisfied"),
            ("", "`tokio::time::brew` has no code"),
        ] {
            assert!(!is_missing(code, message), "{message}");
        }
    }

    /// As Cargo tells of a library that it has compiled.
    fn compiled(name: &str, folder: &str, id: &str) -> Artifact {
        let text = format!(
            r#"{{"reason":"compiler-artifact","package_id":"{id}","manifest_path":"{folder}/Cargo.toml",
                "target":{{"kind":["lib"],"crate_types":["lib"],"name":"{name}","src_path":"/lib.rs",
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
        let is_kettle = |manifest: &Path| manifest == Path::new("/k/Cargo.toml");
        let said =
            |all: &[Artifact]| has_kettle(all.iter(), Path::new("/k/tokio"), is_kettle).err();
        let kettle =
            || compiled("tokio", "/k/tokio/1.28.0", "path+file:///k/tokio/1.28.0#tokio@1.28.0");
        let of = |version| {
            format!("registry+https://github.com/rust-lang/crates.io-index#tokio@{version}")
        };
        let (old, real) =
            (compiled("tokio", "/r", &of("0.2.25")), compiled("tokio", "/r", &of("1.28.0")));
        let folder = compiled("tokio", "/home/tokio", "path+file:///home/tokio#1.45.0");
        assert_eq!(said(&[kettle()]), None);
        assert_eq!(said(&[compiled("kettle", "/k", "path+file:///k#kettle@0.1.0")]), None);
        assert_eq!(said(&[kettle(), old.clone()]), None);
        assert!(
            said(std::slice::from_ref(&real)).unwrap().contains("the real tokio was built into it")
        );
        assert!(said(&[kettle(), real]).unwrap().contains("#tokio@1.28.0"));
        assert!(said(&[folder]).unwrap().contains("file:///home/tokio"));
        assert!(said(&[old]).unwrap().contains("no tokio was built into it"));
        let namesake = compiled("kettle", "/r", "registry+https://x/index#kettle@0.1.0");
        assert!(said(&[namesake]).unwrap().contains("no tokio was built into it"));
    }
}
