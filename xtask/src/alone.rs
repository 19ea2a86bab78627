//! What of the packages that are a workspace of their own?
//!
//! One is built with other flags for the compiler (its `.cargo/config.toml`), the other stands for a
//! crate of somebody else's. So they have a target directory of their own, and Cargo is called where
//! they are. `test` leaves them out.

use std::process::Command;

use kettle_kit::cargo;
use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// Where they are, and whether only Linux can build it.
const ALONE: &[(&str, bool)] = &[("interop/fidelity", false), ("interop/timerfd", true)];

/// Formatting, clippy and tests of each.
pub(crate) fn alone(report: &mut Report) {
    for (directory, linux_only) in ALONE {
        if *linux_only && !cfg!(target_os = "linux") {
            report.check(directory, || Err(Trouble::Skipped("only Linux has it".to_owned())));
            continue;
        }
        report.check(&format!("formatting of {directory}"), || {
            cargo::finish(&mut command(directory, &["fmt", "--check"]), "fmt")?;
            Ok(Tally::success())
        });
        report.long_check(&format!("clippy in {directory}"), "cargo clippy", || {
            let args = ["clippy", "--all-targets", "--", "-D", "warnings"];
            cargo::finish(&mut command(directory, &args), "clippy")?;
            Ok(Tally::success())
        });
        report.long_check(&format!("tests of {directory}"), "cargo test", || tests(directory));
    }
}

fn tests(directory: &str) -> Outcome {
    let args = ["test", "--locked", "--no-fail-fast"];
    let finished = cargo::finish(&mut command(directory, &args), "test-alone")?;
    Ok(Tally::read(&finished.transcript))
}

/// A Cargo command as if it were typed there.
fn command(directory: &str, args: &[&str]) -> Command {
    let directory = tree::root().join(directory);
    let mut command = cargo::command(args);
    command.env("CARGO_TARGET_DIR", directory.join("target")).current_dir(directory);
    // They would stand in the way of the package's own.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}
