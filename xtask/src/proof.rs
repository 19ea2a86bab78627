//! Does kettle pass fuzzing, Miri, failing system calls, a long load and its oldest compiler?
//!
//! Each of these is a part of `cargo xtask full` and a function here: [`fuzz`], [`miri`], [`load`]
//! and [`oldest_builds`]. `docs/contract.md` says what they prove. `setup --full` fetches the
//! toolchains ([`NIGHTLY`], [`oldest`]).
//!
//! `check` makes a check of a command, `report.check` of a closure; `report.long_check` also prints
//! a command first. `tally` counts a command's tests; `finish` and `succeed` need only success.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use kettle_kit::cargo::{check, finish, metadata, succeed, tally};
use kettle_kit::report::{Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{files, process, tree};

use crate::cargo;

/// The targets of `tests/fuzz`.
const FUZZ_TARGETS: &[&str] = &["sync", "time", "tasks", "trace"];
/// How long each fuzzer runs, in seconds, unless `KETTLE_FUZZ_SECONDS` says otherwise.
const FUZZ_SECONDS: &str = "60";

/// The number of connections of the long load.
const CONNECTIONS: &str = "10000";
/// The system calls that fail while the short load runs: a name for the check, the call, and
/// strace's words for the error and for when it occurs (`3+7`: at the 3rd call, then every 7th).
const INJECTIONS: &[(&str, &str, &str)] = &[
    ("every seventh wait is interrupted", "epoll_wait", "error=EINTR:when=3+7"),
    ("every tenth accept finds the system's table full", "accept4", "error=ENFILE:when=5+10"),
    ("every tenth accept finds its connection gone", "accept4", "error=ECONNABORTED:when=5+10"),
];

/// The tests that run under Miri: a name, and the arguments of `cargo test`.
const UNDER_MIRI: &[(&str, &str)] = &[
    ("the unsafe code under Miri", "-p kettle-read-buf --test kettle"),
    ("the engine under Miri", "-p kettle-runtime --lib"),
    ("`sync` under Miri", "-p kettle -Ffull,test-util --test api -- sync:: --skip runtime::"),
    ("`time` under Miri", "-p kettle -Ffull,test-util --test api -- time:: --skip runtime::"),
];
/// The exercises whose checks run under Miri, too: only they test that file of the engine.
const EXERCISES: [&str; 3] = ["timer-wheel", "run-queue", "io-source"];
/// The toolchain for Miri and the fuzzers. A newer Miri rejects the types with which
/// `parking_lot_core` 0.9.12 calls `futex`.
pub(crate) const NIGHTLY: &str = "nightly-2026-09-01";

/// The part `fuzz`: runs each target on bytes that the fuzzer makes up. Finds go to `target/fuzz`.
pub(crate) fn fuzz(report: &mut Report) {
    for name in FUZZ_TARGETS {
        let about = format!("KETTLE_FUZZ_TARGET={name} cargo fuzz run fuzz");
        let check = format!("{name}, fuzzed");
        report.announce(&check, &about);
        if let Some(summary) = report.make(&check, || run_fuzzer(name)) {
            report.show(&summary);
        }
    }
}

/// Returns the line in which libFuzzer says how many inputs it has tried.
fn run_fuzzer(name: &str) -> Result<String, Trouble> {
    let target = target();
    let found = target.join("fuzz/found").join(name);
    std::fs::create_dir_all(&found)?;
    let seconds = env::var("KETTLE_FUZZ_SECONDS").unwrap_or_else(|_| FUZZ_SECONDS.to_owned());
    let mut command = nightly(cargo::installed("cargo-fuzz")?);
    command.args(["run", "--fuzz-dir", "tests/fuzz", "--features", "libfuzzer"]);
    command.args(["--sanitizer", "none", "fuzz"]).arg(found);
    command.arg(format!("tests/fuzz/corpus/{name}"));
    command.args(["--", "-max_len=600", &format!("-max_total_time={seconds}")]);
    command.arg(format!("-artifact_prefix={}/", target.join("fuzz").display()));
    command.env("CARGO_TARGET_DIR", target.join("fuzz")).env("KETTLE_FUZZ_TARGET", name);
    // It has a time limit of its own, for each input, too, and prints little in later hours.
    let finished = process::run_while(&mut command, || true)?.expect_success()?;
    let end = finished.transcript.lines().find(|line| line.starts_with("Done "));
    Ok(end.ok_or("the fuzzer prints no line `Done …`")?.to_owned())
}

/// The part `miri`: runs tests in Miri, which interprets them and stops at undefined behaviour. It
/// has epoll, sockets and threads. A test that it can't run, or not in minutes, is ignored there.
pub(crate) fn miri(report: &mut Report) {
    for (name, words) in UNDER_MIRI {
        let mut command = cargo_miri("test");
        command.args(words.split(' '));
        report.long_check(name, &format!("cargo miri test {words}"), || {
            tally(&mut command, "miri").map(|tally| Tally { ignored: 0, ..tally })
        });
    }
    let about = format!("cargo exercise solutions {}; cargo miri run", EXERCISES.join(" "));
    report.long_check("checks of the engine's own files, under Miri", &about, || {
        let written = succeed(&[&["exercise", "solutions"], &EXERCISES[..]].concat())?;
        let manifest = written.stdout.trim();
        let mut command = cargo_miri("run");
        tally(command.args(["--manifest-path", manifest, "--", "all", "all"]), "miri")
    });
}

fn cargo_miri(subcommand: &str) -> Command {
    let mut command = nightly("cargo".into());
    command.args(["miri", subcommand]).env("CARGO_TARGET_DIR", target().join("miri"));
    // One test leaks a few bytes on purpose: a buffer has to live for ever.
    command.env("MIRIFLAGS", "-Zmiri-ignore-leaks -Zmiri-disable-isolation");
    command.env("RUSTFLAGS", "--cap-lints=warn"); // a nightly has new lints
    command.env("KETTLE_DOCTOR", "off").env("RUST_BACKTRACE", "0"); // a backtrace takes minutes
    command
}

/// The part `load`: ten thousand connections; fewer, while system calls fail; and the tests of ends
/// and panics, with runtimes that a thread of their own drives, the keeper (`rt-multi-thread`).
pub(crate) fn load(report: &mut Report) {
    let mut long = cargo::test(&[SYSTEM_TESTS, cargo::ALL_FEATURES, &["load"]].concat());
    long.env("KETTLE_LOAD", CONNECTIONS);
    check(report, &format!("a load of {CONNECTIONS} connections"), long);
    for (name, call, how) in INJECTIONS {
        let mut failed = 0;
        report.check(name, || {
            process::needs(&["strace"])?;
            let log = target().join("injected.txt");
            let (trace, inject) = (format!("trace={call}"), format!("inject={call}:{how}"));
            let options = ["-e", &trace, "-e", &inject];
            let args = [SYSTEM_TESTS, &["load"]].concat();
            let tally = tally(&mut cargo::test_under_strace(&options, &log, &args), "injected")?;
            failed = files::read(&log)?.matches("(INJECTED)").count();
            if failed > 0 { Ok(tally) } else { Err("no call has failed".into()) }
        });
        report.show(&format!("{failed} calls failed"));
    }
    let filter = ["--test", "large_futures", "--", "ends", "panics", "large"];
    let args = [KEEPER_TESTS, &filter].concat();
    check(report, "ends, panics and large futures of runtimes with a keeper", cargo::test(&args));
}

const SYSTEM_TESTS: &[&str] = &["-p", "kettle", "--test", "system"];
const KEEPER_TESTS: &[&str] =
    &["-p", "kettle", "--features", "full,test-util,rt-multi-thread", "--test", "system"];

/// The part `oldest`: does kettle compile with the oldest compiler that is promised?
pub(crate) fn oldest_builds(report: &mut Report) {
    report.check("the oldest compiler that is promised", || {
        let mut command = of_toolchain(&oldest()?, "cargo".into());
        command.args(["check", "--workspace", "--exclude", "kettle-on-tokio", "--all-targets"]);
        finish(command.args(cargo::ALL_FEATURES), "oldest").map(|_| Tally::success())
    });
}

/// The oldest compiler that is promised, from the packages' manifests.
pub(crate) fn oldest() -> Result<String, String> {
    let metadata = metadata()?;
    let oldest = metadata.packages.iter().find_map(|package| package.rust_version.clone());
    oldest.map(|version| version.to_string()).ok_or("no package says `rust-version`".to_owned())
}

/// Does Cargo of this toolchain have the subcommand `words`?
pub(crate) fn has(toolchain: &str, words: &[&str]) -> bool {
    let mut command = of_toolchain(toolchain, "cargo".into());
    finish(command.args(words).arg("--version"), "version").is_ok()
}

fn target() -> PathBuf {
    tree::target().unwrap_or_default()
}

/// A program that runs with the nightly toolchain.
fn nightly(program: PathBuf) -> Command {
    of_toolchain(NIGHTLY, program)
}

/// A program that runs with a toolchain, without the variables that the Cargo that runs us has set.
fn of_toolchain(toolchain: &str, program: PathBuf) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", toolchain]).arg(program).current_dir(tree::root());
    for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(name);
    }
    command.env("CARGO_TERM_COLOR", "never");
    command
}
