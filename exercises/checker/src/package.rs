//! How does an answer become a program that can be checked?
//!
//! It becomes a package. For a *side dish*, a program on kettle, that is a binary of three modules:
//! the answer, the checks, and a `main` that passes the checks to the judge. An answer of the
//! *spine* replaces its file in a copy of the whole engine ([`copy_engine`]), and the checks are
//! one more module of that file's folder, so that they see what the file's neighbours see.
//! [`copy_kettle`] copies kettle itself, with the learner's files in it.
//!
//! A file is written only if it differs, so that cargo builds only what has changed.

use std::fs;
use std::path::{Path, PathBuf};

use kettle_kit::files;
use kettle_kit::tree::{self, from_root, root};
use toml::{Table, Value};

use crate::catalogue::Kind;

/// A file of the repository, or a text to put in its place.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The manifest of an answer's package, whose program is `src/main.rs` and whose engine, if it has
/// one, is `src/lib.rs`. A rung of the ladder is also a program by itself: `play`.
pub(crate) fn manifest(
    folder: &Path,
    name: &str,
    kind: Kind,
    has_model: bool,
) -> Result<String, String> {
    let mut dependencies = Table::from_iter([judge(folder, has_model)]);
    let of_engine = engine_dependencies(folder)?.into_iter();
    match kind {
        Kind::Spine | Kind::Hunt => dependencies.extend(of_engine),
        Kind::Side => dependencies.extend([path_to(folder, "kettle", "")]),
        Kind::Rung => dependencies.extend(of_engine.filter(|(name, _)| name == "mio")),
    }
    let targets = match kind {
        // The engine checks its invariants. In a hunt that is the last hint.
        Kind::Spine => "\n[features]\ndefault = [\"verify\"]\nverify = []\n",
        Kind::Hunt => "\n[features]\nverify = []\n",
        Kind::Rung => "\n[[bin]]\nname = \"play\"\npath = \"src/answer.rs\"\n",
        Kind::Side => "",
    };
    Ok(manifest_with(name, targets, &dependencies))
}

fn manifest_with(name: &str, targets: &str, dependencies: &Table) -> String {
    // A line for each, so that a learner can add one at the end.
    let line = |(name, value): (&String, &Value)| format!("{name} = {value}\n");
    let dependencies: String = dependencies.iter().map(line).collect();
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [lints.rust]\nunsafe_code = \"forbid\"\n{targets}\n[dependencies]\n{dependencies}"
    )
}

/// The manifest of the package that proves all exercises: it depends on everything that an answer
/// may use, and on these engines, which are packages beside it.
pub(crate) fn manifest_of_proof<'a>(
    folder: &Path,
    engines: impl Iterator<Item = &'a str>,
    has_model: bool,
) -> Result<String, String> {
    let mut dependencies = engine_dependencies(folder)?;
    dependencies.extend([judge(folder, has_model), path_to(folder, "kettle", "")]);
    for engine in engines {
        let path = Table::from_iter([("path".to_owned(), format!("../{engine}").into())]);
        dependencies.insert(engine.to_owned(), path.into());
    }
    Ok(manifest_with("proof", "", &dependencies))
}

/// The dependency on the judge; with loom, if an exercise has a model
/// (`exercises/judge/src/model.rs`).
fn judge(folder: &Path, has_model: bool) -> (String, Value) {
    let (name, mut judge) = path_to(folder, "kettle-judge", "exercises/judge");
    if has_model {
        judge.as_table_mut().expect("a table").insert("features".to_owned(), vec!["model"].into());
    }
    (name, judge)
}

/// What an answer finds under `crate::base` when it is compiled for its model.
pub(crate) const BASE: &str = "mod base {\n    pub(crate) use kettle_judge::model::sync;\n}\n";

/// A module with checks, to put into an engine.
pub(crate) struct CheckModule<'a> {
    /// The folder in the engine's `src` with the file that they check.
    pub(crate) floor: &'a str,
    pub(crate) module: String,
    pub(crate) text: String,
}

/// Copies the engine's files, except the one that the answer replaces, and adds the checks. The
/// answer's path begins below the engine's `src`.
pub(crate) fn copy_engine(
    folder: &Path,
    answer: Option<&SourceFile>,
    checks: &[CheckModule<'_>],
) -> Result<(), String> {
    let source = folder.join("src");
    for own in engine_files()? {
        let SourceFile { path, text } = answer.filter(|it| it.path == own.path).unwrap_or(&own);
        let mut text = text.replace(SINK, JUDGES_SINK);
        for CheckModule { floor, module, .. } in checks {
            if path == "lib.rs" {
                text += &[CHECKS, "pub use ", floor, "::", module, ";\n"].concat();
            } else if *path == format!("{floor}/mod.rs") {
                text += &[CHECKS, "#[allow(missing_docs)]\npub mod ", module, ";\n"].concat();
            }
        }
        files::put(&source.join(path), &text)?;
    }
    for CheckModule { floor, module, text } in checks {
        files::put(&source.join(format!("{floor}/{module}.rs")), text)?;
    }
    Ok(())
}

/// The line of `Config::default` by which a runtime has no sink for its events. In a copy, they go
/// to the judge.
const SINK: &str = "            sink: None,\n";
const JUDGES_SINK: &str = "            sink: kettle_judge::sink(),\n";

/// The folder of a file of the engine: `time` for `time/wheel.rs`.
pub(crate) fn floor(seam: &str) -> &str {
    seam.split_once('/').map_or("", |(floor, _)| floor)
}

/// Begins the lines that are added for the checks at the end of a file of the engine.
const CHECKS: &str = "\n/// The exercise's checks.\n";

/// The engine's files. Their paths begin below its `src`.
fn engine_files() -> Result<Vec<SourceFile>, String> {
    let source = root().join("runtime/src");
    let read = |file: &PathBuf| {
        let path = tree::with_slashes(file.strip_prefix(&source).expect("a file under it"));
        Ok(SourceFile { path, text: files::read(file)? })
    };
    tree::files(&source, "").iter().map(read).collect()
}

/// The files in `source`, a copy of the engine, that differ from the engine's own: as kettle would
/// have them, without the checks. Their paths begin at the root.
pub(crate) fn differing(source: &Path) -> Result<Vec<SourceFile>, String> {
    let mut found = Vec::new();
    for own in engine_files()? {
        let text = files::read(&source.join(&own.path))?;
        let text = text.split_once(CHECKS).map_or(&*text, |(before, _)| before);
        let text = text.replace(JUDGES_SINK, SINK);
        if own.text != text {
            found.push(SourceFile { path: format!("runtime/src/{}", own.path), text });
        }
    }
    Ok(found)
}

/// Copies kettle as a whole, except the files that these parts replace.
pub(crate) fn copy_kettle(folder: &Path, parts: &[SourceFile]) -> Result<(), String> {
    for tree in ["src", "examples", "runtime", "trace"] {
        for file in tree::files(&root().join(tree), "") {
            let path = file.strip_prefix(root()).expect("a file of the repository");
            if parts.iter().all(|part| path != Path::new(&part.path)) {
                files::copy(&file, &folder.join(path))?;
            }
        }
    }
    for SourceFile { path, text } in parts {
        files::put(&folder.join(path), text)?;
    }
    for file in ["README.md", "Cargo.lock"] {
        files::copy(&root().join(file), &folder.join(file))?;
    }
    let mut manifest = table(&root().join("Cargo.toml"))?;
    manifest.remove("test");
    let members = [".", "runtime", "runtime/events", "runtime/macros", "trace"];
    manifest["workspace"]["members"] = Value::from(members.to_vec());
    let manifest = toml::to_string(&manifest).map_err(|error| error.to_string())?;
    files::put(&folder.join("Cargo.toml"), &manifest)
}

/// Makes `folder` a workspace of `member`, with the repository's own choice of versions.
pub(crate) fn workspace(folder: &Path, member: &str) -> Result<(), String> {
    let manifest = format!(
        "# Made by `cargo exercise`.\n[workspace]\nresolver = \"3\"\nmembers = [\"{member}\"]\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n\n\
         [profile.dev.package.\"*\"]\ndebug = false\n"
    );
    files::put(&folder.join("Cargo.toml"), &manifest)?;
    let lock = folder.join("Cargo.lock");
    if lock.exists() { Ok(()) } else { files::copy(&root().join("Cargo.lock"), &lock) }
}

/// The engine's dependencies, as a manifest in `folder` names them.
fn engine_dependencies(folder: &Path) -> Result<Table, String> {
    let workspace = table(&root().join("Cargo.toml"))?;
    let versions = &workspace["workspace"]["dependencies"];
    let runtime = table(&root().join("runtime/Cargo.toml"))?;
    let mut dependencies = Table::new();
    for name in runtime["dependencies"].as_table().expect("a table").keys() {
        let mut dependency = versions[name].clone();
        if let Some(path) = dependency.get_mut("path") {
            *path = up_to(folder, path.as_str().expect("a path is a string")).into();
        }
        dependencies.insert(name.clone(), dependency);
    }
    Ok(dependencies)
}

/// A dependency on a folder of the repository.
fn path_to(folder: &Path, name: &str, to: &str) -> (String, Value) {
    let path = Table::from_iter([("path".to_owned(), up_to(folder, to).into())]);
    (name.to_owned(), path.into())
}

/// How a manifest in `folder` names the file `to` of the repository. Within the repository the path
/// is relative, so that it stays right when all of it is moved.
fn up_to(folder: &Path, to: &str) -> String {
    match folder.strip_prefix(root()) {
        Ok(within) => "../".repeat(within.components().count()) + to,
        Err(_) => root().join(to).display().to_string(),
    }
}

fn table(path: &Path) -> Result<Table, String> {
    files::read(path)?.parse().map_err(|error| format!("{}: {error}", from_root(path)))
}

/// Moves a file or folder to an unused name beside it, so that what was kept before stays, too.
pub(crate) fn keep(path: &Path, name: &str) -> Result<PathBuf, String> {
    let numbered = |number: u32| path.with_file_name(format!("{name}-{number}"));
    let kept = (1..u32::MAX).map(numbered).find(|kept| !kept.exists()).expect("a free name");
    fs::rename(path, &kept).map_err(|error| format!("{}: {error}", from_root(path)))?;
    Ok(kept)
}
