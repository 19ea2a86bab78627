//! Do programs that were written for tokio run on kettle, unchanged?
//!
//! `interop/tokio` is a package named tokio whose body is kettle, and a workspace of its own. Its
//! programs take published crates (hyper, axum, …) as they are; the workspace's `[patch.crates-io]`
//! says that tokio is kettle. Their tests run them, fold what was recorded and ask the doctor.
//!
//! `cargo xtask test patch` builds the small programs, in about a minute. `cargo xtask full` builds all.

use std::collections::BTreeSet;

use cargo_metadata::{Metadata, MetadataCommand};
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, tree};

/// The package, and the root of its workspace.
pub(crate) const FOLDER: &str = "interop/tokio";

const QUICK: &[&str] = &["-p", "quick-programs"];

/// For every change.
pub(crate) fn quick(report: &mut Report) {
    report.check("every feature of tokio is one of the patch's", features);
    report.long_check("small programs through the patch", "cargo test -p quick-programs", || {
        test(QUICK)
    });
}

/// For `cargo xtask full`.
pub(crate) fn whole(report: &mut Report) {
    report.long_check("the patch and its programs, formatted", "cargo fmt --check", || {
        run(&["fmt", "--all", "--check"]).map(|_| Tally::success())
    });
    let about = "cargo clippy --workspace --all-targets";
    report.long_check("clippy of the patch and its programs", about, || {
        run(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
            .map(|_| Tally::success())
    });
    let about = "cargo test --workspace";
    report.long_check("every program through the patch", about, || {
        test(&["--locked", "--workspace"])
    });
}

fn test(packages: &[&str]) -> Outcome {
    run(&[&["test", "--no-fail-fast"], packages].concat())
}

/// Cargo, as if the command were typed in the patch's folder.
fn run(args: &[&str]) -> Outcome {
    let folder = tree::root().join(FOLDER);
    let mut command = cargo::command(args);
    command.env("CARGO_TARGET_DIR", folder.join("target")).current_dir(folder);
    let finished = cargo::finish(&mut command, &format!("patch-{}", args[0]))?;
    Ok(Tally::read(&finished.transcript))
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
    let (theirs, ours) = (read("Cargo.toml")?, read(&format!("{FOLDER}/Cargo.toml"))?);
    let missing = theirs.difference(&ours).map(|name| format!("{FOLDER} has no feature `{name}`"));
    none_of(&missing.collect::<Vec<_>>())
}
