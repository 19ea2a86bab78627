//! How does an answer become a program that can be checked?
//!
//! As a package. A side dish is a binary of three modules: the answer, the checks, and a `main` of
//! one line that hands the checks to the judge. An answer of the spine stands in a copy of the
//! whole engine, in the place of its file, and the checks are one module more of that file's folder:
//! they see what the file's neighbours see, and its locks and atomics are the judge's. An engine as a whole ([`whole`]) is kettle itself, copied.
//!
//! Interface: [`side`], [`engine`], [`point_at`], [`whole`], [`workspace`], [`differing`]. Invariants: a
//! file is written only if it differs, so that cargo builds only what has changed; nothing outside
//! of the given folder is touched.

use std::fs;
use std::path::Path;

use kettle_kit::{files, tree};
use toml::{Table, Value};

use crate::places::{root, way};

/// How strict the compiler is with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Warnings {
    /// As everybody's.
    Shown,
    /// A solution has none.
    Denied,
    /// A starter has unused names, and a wrong answer may have.
    Hidden,
}

impl Warnings {
    /// The attribute without its brackets.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Warnings::Shown => "warn(unused)",
            Warnings::Denied => "deny(warnings)",
            Warnings::Hidden => "allow(warnings)",
        }
    }
}

const LINTS: &str = "[lints.rust]\nunsafe_code = \"forbid\"\n";

/// A package for answers on the public API, with `main` as its `src/main.rs`. The answers are put
/// beside it by the caller.
pub(crate) fn side(folder: &Path, name: &str, main: &str) -> Result<(), String> {
    make(folder)?;
    let [kettle, judge] = ["", "exercises/judge"].map(|to| Value::String(way(folder, to)));
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         {LINTS}\n[dependencies]\nkettle = {{ path = {kettle} }}\n\
         kettle-judge = {{ path = {judge}, features = [\"kettle\"] }}\n"
    );
    write(&folder.join("Cargo.toml"), &manifest)?;
    write(&folder.join("src/main.rs"), main)
}

/// A package that is the engine, with `seam` as given, the checks as a module more, and a binary of
/// the package's name that runs them.
pub(crate) fn engine(
    folder: &Path,
    name: &str,
    (seam, text): (&str, &str),
    check: &Path,
    warnings: Warnings,
) -> Result<(), String> {
    make(folder)?;
    let library = name.replace('-', "_");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         {LINTS}\n[lib]\nname = \"{library}\"\ndoctest = false\n\n[[bin]]\nname = \"{name}\"\n\
         path = \"src/bin.rs\"\n\n{}",
        engine_dependencies(folder)?
    );
    write(&folder.join("Cargo.toml"), &manifest)?;
    let main = format!(
        "//! Runs the checks.\n\nfn main() -> std::process::ExitCode {{\n    \
         let arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         kettle_judge::main({library}::check::CHECKS, &arguments)\n}}\n"
    );
    write(&folder.join("src/bin.rs"), &main)?;
    let (source, floor, floor_map) = (root().join("runtime/src"), floor(seam), floor_map(seam));
    for file in tree::files(&source, "") {
        let within = file.strip_prefix(&source).expect("a file under it");
        let made = [Path::new("lib.rs"), Path::new(seam), Path::new(&floor_map)];
        if made.contains(&within) {
            continue;
        }
        write(&folder.join("src").join(within), &copied(within, files::read(&file)?))?;
    }
    let rooms = files::read(&source.join(&floor_map))?;
    let module = format!("#[allow(missing_docs)]\n{}\npub mod check;\n", path_attribute(check));
    write(&folder.join("src").join(&floor_map), &format!("{rooms}{CHECKS}{module}"))?;
    let map = files::read(&source.join("lib.rs"))?;
    let map = format!("#![{}]\n{map}{CHECKS}pub use {floor}::check;\n", warnings.attribute());
    // An inner attribute must not stand before the file's own words.
    let map = move_attribute(&map);
    write(&folder.join("src/lib.rs"), &map)?;
    write(&folder.join("src").join(seam), text)
}

/// What an engine's copy has in the place of this file. Its locks and atomics are the judge's, so that
/// a check can do what another thread would, between two of them, and knows what they order.
fn copied(within: &Path, text: String) -> String {
    if within != Path::new("base/sync.rs") {
        return text;
    }
    let judges = [
        ("pub(crate) use parking_lot::Mutex;", "pub(crate) use kettle_judge::lock::Mutex;"),
        (
            "pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};",
            "pub(crate) use kettle_judge::atomic::{AtomicBool, AtomicUsize};\n\
             pub(crate) use std::sync::atomic::Ordering;",
        ),
    ];
    judges.iter().fold(text, |text, (own, judges)| {
        debug_assert!(text.contains(own), "base/sync.rs takes something from somewhere else");
        text.replace(own, &format!("// For the checks, in the place of kettle's own.\n{judges}"))
    })
}

/// Begins what is put at the end of a file of the engine for the checks.
const CHECKS: &str = "\n/// The exercise's checks.\n";

/// The folder of the engine that a seam is in.
fn floor(seam: &str) -> &str {
    seam.split_once('/').map_or("", |(floor, _)| floor)
}

/// The file that lists this folder's modules.
fn floor_map(seam: &str) -> String {
    format!("{}/mod.rs", floor(seam))
}

/// Says where a module's file is. The path is a literal of Rust's: it may have a backslash, or a quote.
pub(crate) fn path_attribute(file: &Path) -> String {
    format!("#[path = {:?}]", file.display().to_string())
}

/// Says anew where the checks of an engine are, which is otherwise the learner's: the repository may
/// have been moved.
pub(crate) fn point_at(folder: &Path, seam: &str, check: &Path) -> Result<(), String> {
    let path = folder.join("src").join(floor_map(seam));
    let map = files::read(&path)?;
    let old = map.lines().find(|line| line.starts_with("#[path = "));
    old.map_or(Ok(()), |old| write(&path, &map.replacen(old, &path_attribute(check), 1)))
}

/// Puts the first line behind the `//!` lines that follow it.
fn move_attribute(map: &str) -> String {
    let (first, rest) = map.split_once('\n').unwrap_or((map, ""));
    let head = rest.lines().take_while(|line| line.starts_with("//!")).count();
    let lines: Vec<&str> = rest.lines().collect();
    [&lines[..head], &["", first], &lines[head..], &[""]].concat().join("\n")
}

/// What the engine depends on, and the judge.
fn engine_dependencies(folder: &Path) -> Result<String, String> {
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
    let judge = Value::String(way(folder, "exercises/judge"));
    let path = Table::from_iter([("path".to_owned(), judge)]);
    dependencies.insert("kettle-judge".to_owned(), Value::Table(path));
    let whole = Table::from_iter([("dependencies".to_owned(), Value::Table(dependencies))]);
    toml::to_string(&whole).map_err(|error| error.to_string())
}

/// Copies kettle as a whole, with each `(path, text)` in the place of that file.
pub(crate) fn whole(folder: &Path, parts: &[(String, String)]) -> Result<(), String> {
    for tree in ["src", "examples", "runtime"] {
        for file in tree::files(&root().join(tree), "") {
            let within = file.strip_prefix(root()).expect("a file of the repository");
            match parts.iter().find(|(path, _)| within == Path::new(path)) {
                Some((_, text)) => write(&folder.join(within), text)?,
                None => files::copy(&file, &folder.join(within))?,
            }
        }
    }
    files::copy(&root().join("README.md"), &folder.join("README.md"))?;
    files::copy(&root().join("Cargo.lock"), &folder.join("Cargo.lock"))?;
    let mut manifest = table(&root().join("Cargo.toml"))?;
    manifest.remove("test");
    let members = [".", "runtime", "runtime/events", "runtime/macros", "trace"];
    let members = members.iter().map(|member| Value::String((*member).to_owned())).collect();
    manifest["workspace"]["members"] = Value::Array(members);
    let manifest = toml::to_string(&manifest).map_err(|error| error.to_string())?;
    write(&folder.join("Cargo.toml"), &manifest)
}

/// Makes `folder` a workspace of `members`, with the repository's own choice of versions.
pub(crate) fn workspace(folder: &Path, members: &[String]) -> Result<(), String> {
    let members: Vec<String> = members.iter().map(|member| format!("\"{member}\"")).collect();
    let manifest = format!(
        "# Made by `cargo exercise`.\n[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n\
         [profile.dev]\ndebug = \"line-tables-only\"\n\n[profile.dev.package.\"*\"]\ndebug = false\n",
        members.join(", ")
    );
    write(&folder.join("Cargo.toml"), &manifest)?;
    let lock = folder.join("Cargo.lock");
    if lock.exists() { Ok(()) } else { files::copy(&root().join("Cargo.lock"), &lock) }
}

/// The files under `source` that differ from the engine's file of the same name.
pub(crate) fn differing(source: &Path) -> Result<Vec<(String, String)>, String> {
    let engine = root().join("runtime/src");
    let mut found = Vec::new();
    for file in tree::files(source, "") {
        let within = file.strip_prefix(source).expect("a file under it");
        // An editor keeps files of its own beside those that it has open.
        let Ok(own) = fs::read_to_string(engine.join(within)) else { continue };
        let own = copied(within, own);
        let text = files::read(&file)?;
        let text = text.split_once(CHECKS).map_or(&*text, |(before, _)| before);
        if within != Path::new("lib.rs") && own != text {
            found.push((within.display().to_string(), text.to_owned()));
        }
    }
    Ok(found)
}

fn table(path: &Path) -> Result<Table, String> {
    files::read(path)?.parse().map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes `text`, unless it stands there.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    files::put(path, text.as_bytes())
}

/// Writes `text` so that the file is never there in part, whenever the command is ended.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), String> {
    let part = path.with_extension(format!("{}.part", std::process::id()));
    write(&part, text)?;
    fs::rename(&part, path).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn make(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_literal_whatever_stands_in_it() {
        let file = Path::new(r#"C:\Users\Jörg "J" O'Hara\check.rs"#);
        let written = r#"#[path = "C:\\Users\\Jörg \"J\" O'Hara\\check.rs"]"#;
        assert_eq!(path_attribute(file), written);
    }
}
