//! What does tokio have that kettle lacks?
//!
//! rustdoc knows every public item of a crate. `cargo xtask api` asks it of kettle, and of the
//! version of tokio that the tests are compiled against, and compares; `target/api` has both lists.
//! The part `api` asks whether `docs/tokio-map.md` has a row for all of it.
//!
//! Reading order: `rustdoc.rs` (how rustdoc is asked), `surface.rs` (what is public), `missing.rs`
//! (the comparison), `map.rs` (the map), and here the command and the check.

mod map;
mod missing;
mod rustdoc;
mod surface;

use std::process::ExitCode;

use kettle_kit::report::{Report, Trouble};
use kettle_kit::{files, tree};

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
const FEATURES: &[&str] = &["kettle/full", "kettle/rt-multi-thread", "kettle/test-util"];

/// The command.
pub(crate) fn api() -> ExitCode {
    match surfaces() {
        Ok((tokio, kettle)) => {
            for gap in missing::missing(&tokio, &kettle) {
                println!("{gap}");
            }
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}

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
    for (name, surface) in [("tokio", &tokio), ("kettle", &kettle)] {
        let text = toml::to_string(surface).map_err(|error| error.to_string())?;
        files::put(&tree::target()?.join(format!("api/{name}.toml")), text)?;
    }
    Ok((tokio, kettle))
}
