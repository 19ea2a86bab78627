//! What takes too long, or needs too much, for every change?
//!
//! First everything of `test --strict`. Then the code for systems that are not this one, as far
//! as it can be checked here, and the tests that look for races, many times over. [`REPEATED`]
//! and [`TARGETS`] have room to grow.

use std::env;
use std::fs;
use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::cargo;
use crate::parts;
use crate::process;
use crate::report::{Outcome, Report, Trouble};
use crate::tally::Tally;

/// Systems with another reactor than epoll.
pub(crate) const TARGETS: &[&str] = &["aarch64-apple-darwin", "x86_64-pc-windows-msvc"];

/// Tests in which threads meet, as arguments of `cargo test`, and how often each is run.
const REPEATED: &[(&[&str], usize)] = &[];

pub(crate) fn full() -> ExitCode {
    let mut report = Report::new(true);
    parts::run(&mut report, &[]);
    for target in TARGETS {
        report.check(&format!("cargo check for {target}"), || check(target));
    }
    for (args, times) in REPEATED {
        let command = format!("cargo test {}", args.join(" "));
        report.long_check(&format!("{times} times"), &command, || repeat(args, *times));
    }
    report.close()
}

/// Is the standard library of this target installed?
pub(crate) fn has_target(target: &str) -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--print", "target-libdir", "--target", target]);
    let Ok(finished) = process::run(&mut command, Duration::from_secs(20)) else { return false };
    let library = fs::read_dir(finished.stdout.trim());
    finished.success() && library.is_ok_and(|mut entries| entries.next().is_some())
}

fn check(target: &str) -> Outcome {
    if !has_target(target) {
        let words = format!("no {target} here; `cargo xtask setup --full` fetches it");
        return Err(Trouble::Skipped(words));
    }
    cargo::finish(&mut cargo::command(&["check", "--target", target]), "check")?;
    Ok(Tally::success())
}

fn repeat(args: &[&str], times: usize) -> Outcome {
    let mut sum = Tally::default();
    for _ in 0..times {
        sum.add(cargo::run_tests(args)?);
    }
    Ok(sum)
}
