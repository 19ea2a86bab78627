//! What takes too long, or needs too much, for every change?
//!
//! First everything of `test --strict`. Then the code for systems that are not this one, as far
//! as it can be checked here; and, because a race shows once in many runs and another way in an
//! optimised build, the tests many times over. [`TARGETS`] and [`HEAVY`] have room to grow.

use std::env;
use std::fs;
use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::alone;
use crate::browser;
use crate::cargo;
use crate::mutants;
use crate::parts;
use kettle_kit::process;
use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;

/// Systems with another reactor than epoll.
pub(crate) const TARGETS: &[&str] = &["aarch64-apple-darwin", "x86_64-pc-windows-msvc"];

/// A run of `cargo test` that is too heavy for every change.
struct Heavy {
    name: &'static str,
    args: &'static [&'static str],
    times: usize,
    /// How many random cases proptest tries.
    cases: Option<&'static str>,
}

const HEAVY: &[Heavy] = &[
    Heavy { name: "all tests, 20 times", args: &["--lib", "--tests"], times: 20, cases: None },
    Heavy {
        name: "all tests optimised, 20 times",
        args: &["--release", "--lib", "--tests"],
        times: 20,
        cases: None,
    },
    Heavy {
        name: "the models with 10,000 random cases",
        args: &["-p", "kettle-models"],
        times: 1,
        cases: Some("10000"),
    },
    // A workspace of its own, with a compiler flag and a directory of its own to build into.
    Heavy {
        name: "the recording of tokio-console's subscriber",
        args: &[
            "--config",
            "interop/console/.cargo/config.toml",
            "--manifest-path",
            "interop/console/Cargo.toml",
            "--target-dir",
            "target/console",
        ],
        times: 1,
        cases: None,
    },
];

pub(crate) fn full() -> ExitCode {
    let mut report = Report::new(true);
    parts::run(&mut report, &[]);
    for target in TARGETS {
        let command = format!("cargo clippy --workspace --all-targets --target {target}");
        report.long_check(&format!("the code for {target}"), &command, || check(target));
    }
    report.check("every row of the bench runs", kettle_bench_tool::every_row);
    report.check("mdbook builds the book, without warnings", kettle_book::builds);
    report.check("the book in a browser", browser::book);
    browser::browser(&mut report);
    report.check("every replay, back and forth at each level", browser::every_level);
    alone::alone(&mut report);
    mutants::mutants(&mut report);
    // Everything there is for the doctor to be wrong about. (The mistakes in `examples/oops` are mended
    // nowhere: what they do is compared in `tests/fold_examples.rs`, too.)
    let command = "KETTLE_DOCTOR=panic cargo test -p kettle";
    report.long_check("the doctor finds nothing in right programs", command, || {
        let args = ["-p", "kettle", "--lib", "--tests", "--", "--skip", "oops::"];
        cargo::run_tests_with(&args, &[("KETTLE_DOCTOR", "panic")])
    });
    for heavy in HEAVY {
        let command = format!("cargo test {}", heavy.args.join(" "));
        report.long_check(heavy.name, &command, || repeat(heavy));
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
    let args = ["clippy", "--workspace", "--all-targets", "--target", target];
    let mut command = cargo::command(&args);
    command.args(["--", "-D", "warnings"]);
    cargo::finish(&mut command, target)?;
    Ok(Tally::success())
}

/// Once more each time; the first failure is the result.
fn repeat(heavy: &Heavy) -> Outcome {
    let mut tally = Tally::default();
    for _ in 0..heavy.times {
        tally = match heavy.cases {
            Some(cases) => cargo::run_tests_with(heavy.args, &[("PROPTEST_CASES", cases)])?,
            None => cargo::run_tests(heavy.args)?,
        };
    }
    Ok(tally)
}
