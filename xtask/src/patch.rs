//! Do programs that were written for tokio run on kettle, unchanged?
//!
//! `interop/tokio` is a package named tokio whose body is kettle, and a workspace of its own. Its
//! programs take published crates (hyper, axum, …) as they are; the workspace's `[patch.crates-io]`
//! says that tokio is kettle. Their tests run them, fold what was recorded and ask the doctor. The tests
//! of kettle's API (`tests/api`) are compiled there too: is the package complete?
//!
//! `cargo xtask test patch` builds the small programs, in about a minute. The part
//! `programs` builds all.

use std::collections::BTreeSet;
use std::fs;

use crate::watch::{self, PATCH};
use cargo_metadata::{Metadata, MetadataCommand};
use kettle_kit::cargo::check;
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tree;

use crate::cargo::elsewhere;
use crate::peers;

/// All but the tests of the API, which are kettle's own and linted there.
const LINTED: &[&str] = &["-p", "tokio", "-p", "quick-programs", "-p", "whole-programs"];

/// For every change.
pub(crate) fn quick(report: &mut Report) {
    report.check("every feature of tokio is one of the patch's", features);
    let args = ["test", "--no-fail-fast", "-p", "quick-programs"];
    check(report, "small programs through the patch", elsewhere(PATCH, &args));
}

/// All of them, and real peers.
pub(crate) fn whole(report: &mut Report) {
    let args = [&["clippy", "--all-targets"], LINTED, &["--", "-D", "warnings"]].concat();
    check(report, "clippy of the patch and its programs", elsewhere(PATCH, &args));
    let about = "cargo xtask watch, on a package made for it";
    report.long_check("any package can be watched", about, watched);
    let args = ["test", "--no-fail-fast", "--locked", "--workspace"];
    check(report, "every program through the patch", elsewhere(PATCH, &args));
    peers::peers(report);
}

/// A package outside of the project, in a workspace, is watched and left as it was, and the page shows
/// its source. If it needs what is not there, one sentence says so.
fn watched() -> Outcome {
    let workspace = tempfile::tempdir()?;
    fs::write(
        workspace.path().join("Cargo.toml"),
        "[workspace]\nmembers = [\"pot\"]\nresolver = \"3\"\n",
    )?;
    let package = &workspace.path().join("pot");
    fs::create_dir_all(package.join("src"))?;
    fs::write(
        package.join("Cargo.toml"),
        "[package]\nname = \"a-pot\"\nedition = \"2024\"\n\
         [dependencies]\ntokio = { version = \"1\", features = [\"full\"] }\n",
    )?;
    let program = |line: &str| {
        let text = format!("#[tokio::main]\nasync fn main() {{\n    {line};\n}}\n");
        fs::write(package.join("src/main.rs"), text)
    };
    program("tokio::task::yield_now().await")?;
    let page = fs::read_to_string(watch::page(package)?)?;
    let mut faults = Vec::new();
    if !page.starts_with("<!doctype html>") {
        faults.push("the page is none".to_owned());
    }
    if !page.contains("tokio::task::yield_now().await") {
        faults.push("the page lacks the program's source".to_owned());
    }
    program("tokio::time::brew().await")?;
    let words = watch::page(package).err().map_or_else(String::new, |it| it.to_string());
    let expected = "cannot find function `brew` in module `tokio::time`";
    if !words.starts_with(&format!("the program needs what kettle lacks: {expected}\n")) {
        faults.push(format!("of a missing item it says: {words}"));
    }
    for folder in [workspace.path(), package] {
        let left = fs::read_dir(folder)?.count();
        if left != 2 {
            faults.push(format!("{left} entries in {}, where there were 2", folder.display()));
        }
    }
    none_of(&faults)
}

/// A manifest may ask for any of tokio's features, and Cargo refuses one that is not there.
fn features() -> Outcome {
    let all = |metadata: &Metadata| -> Option<BTreeSet<String>> {
        let tokio = metadata.packages.iter().find(|package| package.name == "tokio")?;
        Some(tokio.features.keys().cloned().collect())
    };
    let read = |manifest: &str| {
        let mut command = MetadataCommand::new();
        let metadata = command.manifest_path(tree::root().join(manifest)).exec();
        let metadata = metadata.map_err(|error| error.to_string())?;
        all(&metadata).ok_or_else(|| format!("{manifest} has no tokio below it"))
    };
    let (theirs, ours) = (read("Cargo.toml")?, read(&format!("{PATCH}/Cargo.toml"))?);
    let missing = theirs.difference(&ours).map(|name| format!("{PATCH} has no feature `{name}`"));
    none_of(&missing.collect::<Vec<_>>())
}
