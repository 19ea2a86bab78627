//! Do programs that were written for tokio run on kettle, unchanged?
//!
//! `interop/tokio` is a package named tokio whose body is kettle, and a workspace of its own. Its
//! programs take published crates (hyper, axum, …) as they are; the workspace's `[patch.crates-io]`
//! says that tokio is kettle. Their tests run them, fold what was recorded and ask the doctor. The
//! tests of kettle's API (`tests/api`) are compiled there too: is the package complete?
//!
//! `cargo xtask test patch` builds the small programs, in about a minute. The part
//! `programs` builds all.

use std::collections::BTreeSet;

use cargo_kettle::checkout::PATCH;
use cargo_metadata::{Metadata, MetadataCommand};
use kettle_kit::cargo::check;
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tree;

use crate::cargo::elsewhere;
use crate::peers;

/// All but the tests of the API, which are kettle's own and linted there.
const LINTED: &[&str] =
    &["-p", "tokio", "-p", "closed-programs", "-p", "quick-programs", "-p", "whole-programs"];

/// For every change.
pub(crate) fn quick(report: &mut Report) {
    report.check("every feature of tokio is one of the patch's", features);
    let args = ["test", "--no-fail-fast", "--locked", "-p", "quick-programs"];
    check(report, "small programs through the patch", elsewhere(PATCH, &args));
}

/// All of them, and real peers.
pub(crate) fn whole(report: &mut Report) {
    let args =
        [&["clippy", "--locked", "--all-targets"], LINTED, &["--", "-D", "warnings"]].concat();
    check(report, "clippy of the patch and its programs", elsewhere(PATCH, &args));
    let args = ["test", "--no-fail-fast", "--locked", "--workspace"];
    // Else what lies there was built of something else.
    if check(report, "every program through the patch", elsewhere(PATCH, &args)) {
        peers::peers(report);
    }
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
