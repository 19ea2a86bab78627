//! How does rustdoc say what is public?
//!
//! In JSON, one file a crate: every item with its number, and where another crate's items are. That
//! output is not stable yet, so a stable rustdoc has to be told (`RUSTC_BOOTSTRAP`) that we know,
//! and each version of it writes one version of the format. The crate `rustdoc-types` reads exactly
//! one, too ([`FORMAT_VERSION`]).
//!
//! Interface: [`document`]. It builds into a folder of its own: the variable would make Cargo build
//! everything else again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kettle_kit::cargo::{command, finish};
use kettle_kit::report::Trouble;
use kettle_kit::tree;
use rustdoc_types::{Crate, FORMAT_VERSION};
use serde_json::Value;

/// Crates by their names.
pub(crate) type Crates = BTreeMap<String, Crate>;

/// Documents these packages, with `features` of theirs.
///
/// `--document-hidden-items`: a type may be public by a `pub use` out of a hidden module.
pub(crate) fn document(packages: &[&str], features: &[&str]) -> Result<Crates, Trouble> {
    let folder = tree::target()?.join("api");
    let mut command = command(&["doc", "--lib", "--no-deps", "--features", &features.join(",")]);
    command.args(packages.iter().flat_map(|package| ["-p", package]));
    command.env("CARGO_TARGET_DIR", &folder).env("RUSTC_BOOTSTRAP", "1");
    let flags = "-Z unstable-options --output-format json --document-hidden-items";
    finish(command.env("RUSTDOCFLAGS", flags), "api")?;
    packages.iter().map(|package| read(&folder.join("doc"), package)).collect()
}

fn read(folder: &Path, package: &str) -> Result<(String, Crate), Trouble> {
    let name = package.replace('-', "_");
    let path = folder.join(format!("{name}.json"));
    let text = fs::read(&path)?;
    let failed = |error: serde_json::Error| format!("{}: {error}", path.display());
    let value: Value = serde_json::from_slice(&text).map_err(failed)?;
    let format = value["format_version"].as_u64().unwrap_or_default();
    if format != u64::from(FORMAT_VERSION) {
        return Err(Trouble::Skipped(format!(
            "this rustdoc writes format {format}, and `rustdoc-types` (xtask/Cargo.toml) reads \
             {FORMAT_VERSION}: raise its version, or use the Rust that writes {FORMAT_VERSION}"
        )));
    }
    Ok((name, serde_json::from_value(value).map_err(failed)?))
}
