//! What does tokio have that kettle lacks?
//!
//! rustdoc knows every public item of a crate. The part `api` asks it of kettle, and of the version
//! of tokio that the tests are compiled against, and whether `docs/tokio-map.md` has a row for all
//! of it.
//!
//! Reading order: `rustdoc.rs` (how rustdoc is asked), `surface.rs` (what is public), `map.rs` (the
//! map, beside both), and here the check.

pub(crate) mod map;
mod rustdoc;
mod surface;

use kettle_kit::report::{Report, Trouble};
use kettle_kit::tree;

use surface::Surface;

/// kettle, and the crates whose items it re-exports.
const CRATES: &[&str] = &[
    "kettle",
    "kettle-runtime",
    "kettle-events",
    "kettle-macros",
    "kettle-read-buf",
    "kettle-trace",
];
/// (`kettle/full` would be a feature of kettle's dev-dependency on itself.)
const FEATURES: &[&str] = &["full", "rt-multi-thread", "test-util"];

/// Does `docs/tokio-map.md` have a row for every item of both?
pub(crate) fn check(report: &mut Report) {
    let about = "rustdoc in JSON, compared with docs/tokio-map.md";
    report.long_check("every item of tokio and of kettle is in the map", about, || {
        let (tokio, kettle) = surfaces()?;
        map::check(&tree::read(map::MAP)?, &tokio, &kettle)
    });
}

/// Every public item of tokio and of kettle.
fn surfaces() -> Result<(Surface, Surface), Trouble> {
    // The package that compiles our tests for tokio asks for tokio's features.
    let mut crates = rustdoc::document(&["tokio", "kettle-on-tokio"], &[])?;
    crates.remove("kettle_on_tokio");
    let tokio = Surface::read(&crates, "tokio");
    let kettle = Surface::read(&rustdoc::document(CRATES, FEATURES)?, "kettle");
    Ok((tokio, kettle))
}
