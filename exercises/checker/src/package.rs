//! How does an answer become a program that can be checked?
//!
//! As a package. A side dish is a binary of three modules: the answer, the checks, and a `main` of
//! one line that hands the checks to the judge. An answer of the spine is in a copy of the
//! whole engine, in the place of its file, and the checks are one module more of that file's
//! folder: they see what the file's neighbours see. Its locks and atomics, and what sees its
//! events, are the judge's. An engine as a whole ([`whole`]) is kettle itself, copied.
//!
//! Interface: [`side`], [`engine`], [`of_engines`], [`point_at`], [`engine_files`], [`differing`],
//! [`whole`], [`workspace`]. Invariants: a file is written only if it differs, so that cargo builds
//! only what has changed; nothing but the given folder is touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use kettle_kit::patch::{Patch, patches};
use kettle_kit::{files, tree};
use toml::{Table, Value};

use crate::places::{root, shown, way};

/// A package for answers on the public API, with `main` as its `src/main.rs`. The answers are put
/// beside it by the caller. `has_step`: one of them is a step of the ladder, which needs mio; and if it
/// is the only one, it is a program itself, called `play`.
pub(crate) fn side(folder: &Path, name: &str, main: &str, has_step: bool) -> Result<(), String> {
    make(folder)?;
    let judges = path_to(folder, "kettle-judge-std", "exercises/judge/std");
    let mut dependencies = Table::from_iter([path_to(folder, "kettle", ""), judges]);
    let mut targets = String::new();
    if has_step {
        dependencies.extend(engine_dependencies(folder)?.into_iter().filter(|one| one.0 == "mio"));
    }
    if folder.join("src/answer.rs").is_file() && has_step {
        targets = format!(
            "[[bin]]\nname = \"{name}\"\npath = \"src/main.rs\"\n\n\
             [[bin]]\nname = \"play\"\npath = \"src/answer.rs\"\n"
        );
    }
    put_manifest(folder, name, &targets, dependencies)?;
    files::put(&folder.join("src/main.rs"), main)
}

/// A package of the whole engine, with `text` in the place of its file `seam`, and the checks in
/// the same folder. Files that are in `kept`, as paths under `src`, are left as they are.
pub(crate) fn engine(
    folder: &Path,
    name: &str,
    (seam, text): (&str, &str),
    check: &Path,
    kept: &[String],
) -> Result<(), String> {
    make(folder)?;
    let library = name.replace('-', "_");
    let targets = format!(
        "[lib]\nname = \"{library}\"\ndoctest = false\n\n\
         [[bin]]\nname = \"{name}\"\npath = \"src/bin.rs\"\n"
    );
    put_manifest(folder, name, &targets, engine_dependencies(folder)?)?;
    let main = format!(
        "//! Runs the checks.\n\nfn main() -> std::process::ExitCode {{\n    \
         let arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         kettle_judge::main({library}::check::CHECKS, &arguments)\n}}\n"
    );
    files::put(&folder.join("src/bin.rs"), &main)?;
    let (floor, floor_map) = (floor(seam), floor_map(seam));
    for (within, own) in engine_files()? {
        let text = match within.as_str() {
            within if within == seam => text.to_owned(),
            within if kept.iter().any(|kept| kept == within) => continue,
            "lib.rs" => format!("{own}{CHECKS}pub use {floor}::check;\n"),
            within if within == floor_map => {
                let place = path_attribute(check);
                format!("{own}{CHECKS}#[allow(missing_docs)]\n{place}\npub mod check;\n")
            }
            _ => copied(&within, &own)?,
        };
        files::put(&folder.join("src").join(within), &text)?;
    }
    Ok(())
}

/// A package whose `main` knows these engines, which are packages beside it.
pub(crate) fn of_engines(
    folder: &Path,
    name: &str,
    engines: &[String],
    main: &str,
) -> Result<(), String> {
    make(folder)?;
    let beside = |engine: &String| {
        let path = Table::from_iter([("path".to_owned(), format!("../{engine}").into())]);
        (engine.clone(), path.into())
    };
    put_manifest(folder, name, "", engines.iter().map(beside).collect())?;
    files::put(&folder.join("src/main.rs"), main)
}

/// The engine's files: their paths under `src`, and their texts.
pub(crate) fn engine_files() -> Result<Vec<(String, String)>, String> {
    let source = root().join("runtime/src");
    let read = |file: &PathBuf| {
        let within = file.strip_prefix(&source).expect("a file under it");
        Ok((tree::slashed(within), files::read(file)?))
    };
    tree::files(&source, "").iter().map(read).collect()
}

/// Writes a manifest. What the one that is there depends on besides is the learner's own, and
/// stays.
fn put_manifest(
    folder: &Path,
    name: &str,
    targets: &str,
    mut dependencies: Table,
) -> Result<(), String> {
    let path = folder.join("Cargo.toml");
    dependencies.extend([path_to(folder, "kettle-judge", "exercises/judge")]);
    let before = if path.is_file() { table(&path) } else { Ok(Table::new()) };
    let before = before.map_err(|error| {
        format!("{error}\nCorrect it, or delete it: it is made again, without what you have added.")
    })?;
    for (name, own) in before.get("dependencies").and_then(Value::as_table).into_iter().flatten() {
        if own.get("path").is_none() {
            dependencies.entry(name).or_insert_with(|| own.clone());
        }
    }
    // A line each: so one more can be put at the end.
    let line = |(name, dependency): (&String, &Value)| format!("{name} = {dependency}\n");
    let dependencies: String = dependencies.iter().map(line).collect();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [lints.rust]\nunsafe_code = \"forbid\"\n\n{targets}\n[dependencies]\n{dependencies}"
    );
    files::put(&path, &manifest)
}

/// A dependency on a folder of the repository. `folder` has to be there.
fn path_to(folder: &Path, name: &str, to: &str) -> (String, Value) {
    let path = Table::from_iter([("path".to_owned(), way(folder, to).into())]);
    (name.to_owned(), path.into())
}

/// What the program of a side dish or a step begins with: std with the judge's locks in it.
pub(crate) const STD: &str = "extern crate kettle_judge_std as std;\n\n";

/// Begins what is put at the end of a file of the engine for the checks.
const CHECKS: &str = "\n/// The exercise's checks.\n";

/// What a copy of the engine has in the place of kettle's own (`exercises/judge/engine`): the judge's
/// locks and atomics, so that a check can do between two of them what another thread would, and knows
/// what they order; and for a runtime without a sink (`Config::default`) the judge's.
static THE_JUDGES: LazyLock<Vec<Patch>> = LazyLock::new(|| {
    patches(&root().join("exercises/judge/engine")).expect("the judge's patches can be read")
});

fn the_judges(within: &str) -> impl Iterator<Item = &'static Patch> {
    let path = format!("runtime/src/{within}");
    THE_JUDGES.iter().filter(move |patch| patch.changes() == path)
}

/// A file of the engine as a copy has it.
fn copied(within: &str, text: &str) -> Result<String, String> {
    the_judges(within).try_fold(text.to_owned(), |text, patch| patch.apply(&text, within))
}

/// A file of a copy as kettle would have it. Where the learner has changed what is the judge's, it
/// stays the learner's.
pub(crate) fn original(within: &str, text: &str) -> String {
    let text = text.split_once(CHECKS).map_or(text, |(before, _)| before).to_owned();
    the_judges(within).fold(text, |text, patch| patch.undo(&text).unwrap_or(text))
}

/// The folder of the engine that a seam is in.
fn floor(seam: &str) -> &str {
    seam.split_once('/').map_or("", |(floor, _)| floor)
}

/// The file that lists this folder's modules.
fn floor_map(seam: &str) -> String {
    format!("{}/mod.rs", floor(seam))
}

/// Says where a module's file is. The path is a literal of Rust's: it may have a backslash, or a
/// quote.
pub(crate) fn path_attribute(file: &Path) -> String {
    format!("#[path = {:?}]", file.display().to_string())
}

/// Says again where the checks of an engine are, which is otherwise the learner's: the repository
/// may have been moved.
pub(crate) fn point_at(folder: &Path, seam: &str, check: &Path) -> Result<(), String> {
    let path = folder.join("src").join(floor_map(seam));
    let map = files::read(&path)?;
    let old = map.lines().find(|line| line.starts_with("#[path = "));
    old.map_or(Ok(()), |old| files::put(&path, map.replacen(old, &path_attribute(check), 1)))
}

/// What the engine depends on, and the judge.
fn engine_dependencies(folder: &Path) -> Result<Table, String> {
    let workspace = table(&root().join("Cargo.toml"))?;
    let versions = &workspace["workspace"]["dependencies"];
    let runtime = table(&root().join("runtime/Cargo.toml"))?;
    let mut dependencies = Table::new();
    for name in runtime["dependencies"].as_table().expect("a table").keys() {
        let mut dependency = versions[name].clone();
        if let Some(path) = dependency.get_mut("path") {
            let to = path.as_str().expect("a path is a string");
            *path = Value::String(way(folder, to));
        }
        dependencies.insert(name.clone(), dependency);
    }
    Ok(dependencies)
}

/// Copies kettle as a whole, with each `(path, text)` in the place of that file.
pub(crate) fn whole(folder: &Path, parts: &[(String, String)]) -> Result<(), String> {
    for tree in ["src", "examples", "runtime", "trace"] {
        for file in tree::files(&root().join(tree), "") {
            let within = file.strip_prefix(root()).expect("a file of the repository");
            if parts.iter().all(|(path, _)| within != Path::new(path)) {
                files::copy(&file, &folder.join(within))?;
            }
        }
    }
    for (path, text) in parts {
        files::put(&folder.join(path), text)?;
    }
    files::copy(&root().join("README.md"), &folder.join("README.md"))?;
    files::copy(&root().join("Cargo.lock"), &folder.join("Cargo.lock"))?;
    let mut manifest = table(&root().join("Cargo.toml"))?;
    manifest.remove("test");
    let members = [".", "runtime", "runtime/events", "runtime/macros", "trace"];
    let members = members.iter().map(|member| Value::String((*member).to_owned())).collect();
    manifest["workspace"]["members"] = Value::Array(members);
    let manifest = toml::to_string(&manifest).map_err(|error| error.to_string())?;
    files::put(&folder.join("Cargo.toml"), &manifest)
}

/// Makes `folder` a workspace of `members`, with the repository's own choice of versions.
pub(crate) fn workspace(folder: &Path, members: &[&str]) -> Result<(), String> {
    let members: Vec<String> = members.iter().map(|member| format!("\"{member}\"")).collect();
    let manifest = format!(
        "# Made by `cargo exercise`.\n[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n\n[profile.dev.package.\"*\"]\ndebug = false\n",
        members.join(", ")
    );
    files::put(&folder.join("Cargo.toml"), &manifest)?;
    let lock = folder.join("Cargo.lock");
    if lock.exists() { Ok(()) } else { files::copy(&root().join("Cargo.lock"), &lock) }
}

/// The files in `source` that differ from the engine's of the same name: as kettle itself would
/// have them.
pub(crate) fn differing(source: &Path) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    for (within, own) in engine_files()? {
        // An editor may have taken it away, and put it back in a moment.
        let Ok(text) = fs::read_to_string(source.join(&within)) else { continue };
        let text = original(&within, &text);
        if within != "lib.rs" && own != text {
            found.push((within, text));
        }
    }
    Ok(found)
}

fn table(path: &Path) -> Result<Table, String> {
    files::read(path)?.parse().map_err(|error| format!("{}: {error}", shown(path)))
}

/// Writes `text` so that the file is never there in part, whenever the command is ended.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), String> {
    let part = path.with_extension(format!("{}.part", std::process::id()));
    files::put(&part, text)?;
    fs::rename(&part, path).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn make(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_literal_whatever_is_in_it() {
        let file = Path::new(r#"C:\Users\Jörg "J" O'Hara\check.rs"#);
        let written = r#"#[path = "C:\\Users\\Jörg \"J\" O'Hara\\check.rs"]"#;
        assert_eq!(path_attribute(file), written);
    }

    #[test]
    fn what_is_the_judges_is_undone() {
        let engine = engine_files().expect("an engine");
        for patch in THE_JUDGES.iter() {
            let of = |(within, _): &&(String, String)| patch.changes().ends_with(within.as_str());
            let (within, text) = engine.iter().find(of).expect("a file of the engine");
            let copy = copied(within, text).expect("it applies");
            assert_ne!(copy, *text);
            assert_eq!(original(within, &copy), *text);
        }
    }
}
