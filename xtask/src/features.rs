//! Does kettle compile with any of its features, and without the others?
//!
//! A part whose feature is disabled isn't compiled, so a path into it from another part breaks that
//! part alone. Each feature by itself shows most of that, and two at a time show what only one of them
//! hides. The library is linted with every warning as an error. Those that name nothing of their own
//! are quick: Cargo sees that nothing has changed.
//!
//! Interface: [`each_alone`], for every change; [`in_pairs`], for `cargo xtask full`.

use kettle_kit::cargo::{metadata, succeed};
use kettle_kit::report::{Outcome, Report};
use kettle_kit::tally::Tally;

pub(crate) fn each_alone(report: &mut Report) {
    let about = "cargo clippy -p kettle --lib --no-default-features --features …";
    report.long_check("clippy, with each feature alone, and with none", about, || {
        let names = names()?;
        let alone = names.iter().map(String::clone);
        lint_all(alone.chain([String::new()]))
    });
}

pub(crate) fn in_pairs(report: &mut Report) {
    let about = "cargo clippy -p kettle --lib --no-default-features --features …,…";
    report.long_check("clippy, with each two features", about, || {
        let names = names()?;
        let pair = |(at, one)| names[..at].iter().map(move |other| format!("{one},{other}"));
        lint_all(names.iter().enumerate().flat_map(pair))
    });
}

/// The first set that has a warning is the result.
fn lint_all(sets: impl Iterator<Item = String>) -> Outcome {
    let mut tally = Tally::default();
    for features in sets {
        let args = ["clippy", "-p", "kettle", "--lib", "--no-default-features"];
        succeed(&[&args, &["--features", &features, "--", "-D", "warnings"][..]].concat())?;
        tally.add(Tally::success());
    }
    Ok(tally)
}

/// All features of kettle.
fn names() -> Result<Vec<String>, String> {
    let metadata = metadata()?;
    let kettle = metadata.packages.iter().find(|package| package.name == "kettle");
    let names: Vec<String> = kettle.iter().flat_map(|it| it.features.keys().cloned()).collect();
    if names.len() < 2 {
        Err("kettle has no features: has it moved?".to_owned())
    } else {
        Ok(names)
    }
}
