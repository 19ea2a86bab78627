//! What does tokio have that kettle lacks?
//!
//! rustdoc knows every public item of a crate, and lists them in JSON ([`document`]). The part
//! `api` asks it about kettle and about the version of tokio that the tests are compiled against,
//! and checks that `docs/tokio-map.md` has a row for each item.
//!
//! Reading order: this file, `surface.rs` (which paths of a crate are public), `map.rs` (the rules
//! for the map).

pub(crate) mod map;
mod surface;

use std::fs;
use std::path::Path;

use kettle_kit::cargo::{command, finish};
use kettle_kit::report::{Report, Trouble, none_of};
use kettle_kit::tree;
use rustdoc_types::{Crate, FORMAT_VERSION};
use serde_json::Value;

use surface::{Crates, Surface};

/// kettle, and the crates whose items it re-exports.
const CRATES: &[&str] = &[
    "kettle", "kettle-runtime", "kettle-events", "kettle-macros", "kettle-read-buf", "kettle-trace",
];
/// The features of kettle that are compared: `full` and those beside it. (`kettle/full` would be a
/// feature of kettle's dev-dependency on itself.)
const FEATURES: &[&str] = &["full", "rt-multi-thread", "test-util"];

/// Does `docs/tokio-map.md` have a row for every item of both?
pub(crate) fn check(report: &mut Report) {
    let about = "rustdoc in JSON, compared with docs/tokio-map.md";
    report.long_check("every item of tokio and of kettle is in the map", about, || {
        // The package that compiles our tests for tokio asks for tokio's features.
        let mut crates = document(&["tokio", "kettle-on-tokio"], &[])?;
        crates.remove("kettle_on_tokio");
        let tokio = Surface::read(&crates, "tokio");
        let kettle = Surface::read(&document(CRATES, FEATURES)?, "kettle");
        none_of(&map::faults(&tree::read(map::MAP)?, &tokio, &kettle))
    });
}

/// Lets rustdoc document these packages in JSON, with `features` of theirs.
fn document(packages: &[&str], features: &[&str]) -> Result<Crates, Trouble> {
    let folder = tree::target()?.join("api");
    let mut command = command(&["doc", "--lib", "--no-deps", "--features", &features.join(",")]);
    command.args(packages.iter().flat_map(|package| ["-p", package]));
    // The format is unstable, which a stable rustdoc writes only with this variable. In the usual
    // folder the variable would make Cargo build everything else again.
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", &folder);
    // Hidden items, too: a type may be public by a `pub use` out of a hidden module.
    let flags = "-Z unstable-options --output-format json --document-hidden-items";
    finish(command.env("RUSTDOCFLAGS", flags), "api")?;
    packages.iter().map(|package| read(&folder.join("doc"), package)).collect()
}

/// Reads the JSON of one crate. Each version of rustdoc writes one version of the format, and the
/// crate `rustdoc-types` reads one.
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
